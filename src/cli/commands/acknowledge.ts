import {
  askIfMeant,
  type Finding,
  type FindingRef,
  findingName,
  type Instant,
  nearest,
  type Program,
  parseInstant,
  type SnoozeEnd,
  type Store,
  sayInstant,
} from '../../index.js'
import { type CliCommand, printJson, printLines, textOf } from '../command.js'
import { writing } from '../environment.js'
import { CallError, FINE, FOUND } from '../errors.js'

const FINDING = {
  finding: { says: 'as "findings" lists it: RULE/KIND/ID/EPISODE; without the episode the open one' },
}

/** Acknowledges an open finding. */
export const acknowledge: CliCommand = {
  usage: 'acknowledge <finding>',
  summary: 'Say that somebody looks after a finding: its escalation ends.',
  args: FINDING,
  examples: ['linewalker acknowledge quiet/opportunity/OPP-0042'],
  run: (call) =>
    writing(call, async (store, _program, now) => {
      const finding = await findingNamed(store, call.args[0] ?? '')
      const acted = await store.acknowledge(finding, call.user, now)
      const name = findingName(finding)
      const isAlready = finding.state === 'open' && finding.acknowledged_at !== null
      if (call.json) printJson(call, { finding: name, acknowledged: acted === 'done' })
      else if (acted === 'done') printLines(call, `Acknowledged ${name}.`)
      else if (isAlready) printLines(call, `${name} was acknowledged already.`)
      else printLines(call, `${name} is ${stateOf(finding)}, so that there is nothing to acknowledge.`)
      return acted === 'done' || isAlready ? FINE : FOUND
    }),
}

/** No snooze is without a last day. */
const LONGEST = { count: 30, unit: 'day' } as const
const ENDS: readonly string[] = ['touch', 'stage'] satisfies SnoozeEnd[]

/** Keeps an open finding quiet for a while. */
export const snooze: CliCommand = {
  usage: 'snooze <finding>',
  summary: 'Keep a finding quiet for a while: no reminders and no escalation.',
  args: FINDING,
  options: [
    { flags: '--until <end>', says: 'an instant; or "touch" or "stage": until that happens, at most 30 days' },
    { flags: '--reason <text>', says: 'why' },
  ],
  examples: [
    'linewalker snooze quiet/opportunity/OPP-0042 --until 2026-05-01 --reason "on holiday"',
    'linewalker snooze quiet/opportunity/OPP-0042 --until touch --reason "waits for their answer"',
  ],
  run: (call) =>
    writing(call, async (store, program, now) => {
      const reason = textOf(call.options, 'reason')?.trim()
      if (!reason) throw new CallError('A snooze needs --reason TEXT: whoever finds it later wants to know why.')
      const { until, endsOn } = endOf(textOf(call.options, 'until'), program, now)
      const finding = await findingNamed(store, call.args[0] ?? '')
      const acted = await store.snooze(finding, { until, endsOn, reason }, call.user, now)
      const name = findingName(finding)
      const day = sayInstant(until, program.vocabulary.calendar)
      if (call.json) printJson(call, { finding: name, snoozed: acted === 'done' })
      else if (acted !== 'done') printLines(call, `${name} is ${stateOf(finding)}, so that there is nothing to snooze.`)
      else
        printLines(call, `Snoozed ${name} until ${endsOn === null ? day : `${WORDS[endsOn]}, at most until ${day}`}.`)
      return acted === 'done' ? FINE : FOUND
    }),
}

/** The state of a finding that is not open, or was so a moment ago. */
const stateOf = ({ state }: Finding): string => (state === 'open' ? 'not open any more' : state)

const WORDS: Record<SnoozeEnd, string> = { touch: 'a touch', stage: 'another stage' }

function endOf(
  text: string | undefined,
  { vocabulary }: Program,
  now: Instant,
): { until: Instant; endsOn: SnoozeEnd | null } {
  const next = 'Write --until 2026-05-01, --until touch or --until stage.'
  if (text === undefined) throw new CallError('A snooze needs --until: when it ends.', next)
  if (ENDS.includes(text)) return { until: vocabulary.calendar.after(now, LONGEST), endsOn: text as SnoozeEnd }
  const until = parseInstant(text, vocabulary.calendar)
  if (until === undefined) throw new CallError(`"${text}" is no instant, and neither "touch" nor "stage".`, next)
  if (until <= now) throw new CallError(`${text} is past already.`, next)
  return { until, endsOn: null }
}

/** The finding of that name; without its episode the open one. */
async function findingNamed(store: Store, text: string): Promise<Finding> {
  const all = await store.findings(ruleIn(text))
  const open = all.filter(({ state }) => state === 'open')
  const named = (one: FindingRef) => findingName(one) === text
  const found = open.find((one) => named(one) || findingName(one) === `${text}/${one.episode}`) ?? all.find(named)
  if (found) return found
  const near = nearest(text, open.map(findingName))
  throw new CallError(
    `There is no finding "${text}".`,
    near === undefined ? '"linewalker findings" lists them.' : askIfMeant(near),
  )
}

/** A name begins with its rule; one that does not is looked for among all. */
const ruleIn = (text: string): { rule?: string } => {
  const [rule, ...rest] = text.split('/')
  return rule && rest.length > 0 ? { rule } : {}
}
