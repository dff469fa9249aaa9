import type { Condition } from '../../conditions/tree.js'
import { escalationStep, readStep } from '../../domain/steps.js'
import { DAY } from '../../lib/civil.js'
import { formatSpan, type Span } from '../../lib/span.js'
import type { Rule } from '../../program/program.js'
import { factsIn } from '../core.js'
import { certainWrites, forestalling, mayComeLate } from '../order.js'
import { pathOf } from '../paths.js'
import { requiredIn, standsInBins, standsInPipelines } from '../refusals.js'
import { all } from '../satisfy/failing.js'
import { isNeverLonger, isNeverLongerThanBoth } from '../satisfy/spans.js'
import type { Asked, WarningKind } from '../warning.js'
import { freshIn, type Window, windowOf } from '../windows.js'
import { absolute, afterRule, isJudged, type Write } from '../writes.js'

interface Clock {
  readonly path: readonly (string | number)[]
  readonly span: Span
  readonly says: string
  readonly is: 'remind' | 'escalate'
}

const clocksOf = (rule: Rule): Clock[] => [
  ...rule.escalate.map(
    ({ after: span }, i): Clock => ({
      path: ['escalate', i, 'after'],
      span,
      says: `escalation after ${formatSpan(span)}`,
      is: 'escalate',
    }),
  ),
  ...(rule.remind
    ? [
        {
          path: ['remind', 'every'],
          span: rule.remind.every,
          says: `reminder every ${formatSpan(rule.remind.every)}`,
          is: 'remind',
        } as const,
      ]
    : []),
]

/**
 * Does the rule's own act always end its finding at once? Only an act that nothing can refuse, and that no other rule can
 * forestall, by writing first what it would write; or one that does, if what that writes ends the finding as well.
 */
function endsItself(asked: Asked, rule: Rule): 'by itself' | 'or by others' | null {
  const { program } = asked
  const writes = certainWrites(rule, program)
  if (!writes || mayComeLate(asked, rule)) return null
  const theirs = [...forestalling(asked, rule).values()].flat()
  const isOurs = ({ fact }: Write) => !theirs.some((one) => one.fact === absolute(rule.for, fact))
  const ends = (when: Condition, left: readonly Write[]) =>
    asked.satisfy(rule.for, all(when, afterRule(program, rule, left))).is === 'impossible'
  const ours = writes.filter(isOurs)
  if (!writes.some(isJudged)) {
    if (ends(rule.when, ours)) return 'by itself'
    return others(rule, writes, theirs).every((left) => ends(rule.when, [...ours, ...left])) ? 'or by others' : null
  }
  const inBins = writes.some(({ fact }) => /bin$/.test(fact))
  const required = requiredIn(program, inBins ? 'bins' : 'stages')
  if (inBins && writes.some(({ fact }) => /^(status|stage)$/.test(fact))) return null
  if (ours.length < writes.length || theirs.some(({ fact }) => required.includes(fact))) return null
  const stands = [...(inBins ? standsInBins : standsInPipelines)(asked, rule, writes)]
  const without = (fact: string | null) => writes.filter((write) => write.fact !== fact)
  return stands.every((stand) => stand.is === 'taken' && ends(stand.when, without(stand.without))) ? 'by itself' : null
}

/** Of one fact that others may write first: what stands there in the end. Of more facts nothing certain. */
function others(rule: Rule, writes: readonly Write[], theirs: readonly Write[]): Write[][] {
  const shared = writes.filter(({ fact }) => theirs.some((one) => one.fact === absolute(rule.for, fact)))
  const [only] = shared
  if (shared.length !== 1 || !only) return [[]]
  const values = theirs.filter(({ fact }) => fact === absolute(rule.for, only.fact)).map(({ value }) => value)
  return [only.value, ...values].map((value) => [{ fact: only.fact, value }])
}

const WHY = {
  'by itself': 'its own act ends the finding at once',
  'or by others': 'its own act, or that of a rule that goes first, ends the finding at once',
}

const lastsAtMost = (window: Window | null, { lasting }: Rule): string =>
  lasting === null
    ? `the finding lasts at most ${window?.says}`
    : `its condition holds for at most ${window?.says}, and must last ${formatSpan(lasting)} first`

/** Escalations and reminders that come when the finding must have resolved. */
export const escalationTooLate: WarningKind = {
  id: 'escalation-too-late',
  summary: 'An escalation or a reminder that can never come, because by then the finding has resolved.',
  example: `
rules:
  fresh-loss:
    for: opportunity
    when: { status: lost, reason: { missing: true }, time_in_status: { under: 14 days } }
    escalate:
      - { after: 3 days, then: [{ notify: { to: manager } }] }
      - { after: 20 days, then: [{ notify: { to: lee } }] }
`,
  *find(asked) {
    const { program, rules, now } = asked
    for (const rule of program.rules) {
      if (rule.is !== 'state' || rule.disabled !== null || rule.mode !== 'act') continue
      const { calendar } = program.vocabulary
      const clocks = clocksOf(rule)
      if (clocks.length === 0) continue
      const window = windowOf(asked, rule)
      const itself = endsItself(asked, rule)
      for (const clock of clocks) {
        const isLate = window !== null && isOver(window.longest, rule.lasting, clock.span, calendar.spec.workdays)
        if (!itself && !isLate) continue
        const answer = window && !itself ? freshIn(asked, rule, window) : asked.satisfy(rule.for, rule.when)
        if (answer.is !== 'possible') continue
        const why = itself ? WHY[itself] : lastsAtMost(window, rule)
        yield {
          path: [...pathOf(rule, rules).path, ...clock.path],
          message: `The ${clock.says} of the rule ${rule.id} never comes: ${why}.`,
          hint: itself
            ? 'Take it out, or let a person do what the rule does.'
            : 'Let it come sooner, or let the finding last longer.',
          witness: {
            subject: answer.subject,
            at: now,
            facts: [...factsIn(rule.when), ...(window && !itself ? [window.end.fact.name] : [])],
            ends: `No ${clock.says} comes.`,
            until: calendar.after(rule.lasting ? calendar.after(now, rule.lasting) : now, clock.span) + 30 * DAY,
          },
          isSo: ({ intents, world }) =>
            world.findings().some(({ rule: id, state }) => id === rule.id && state === 'resolved') &&
            !intents.some(({ rule: id, step }) => id === rule.id && isStep(step, clock)),
        }
      }
    }
  },
}

/** Is the window always past when, after what it must last first, the span is up? */
const isOver = (longest: Span, lasting: Span | null, span: Span, workdays: readonly number[]): boolean =>
  lasting === null
    ? isNeverLonger(longest, span, workdays)
    : isNeverLongerThanBoth(longest, lasting, span, workdays) || isNeverLonger(longest, span, workdays)

function isStep(step: string, { is, span }: Clock): boolean {
  const read = readStep(step)
  return read.is === is && (is === 'remind' || read.name === escalationStep(span))
}
