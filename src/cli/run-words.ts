import {
  type Applied,
  byRule,
  sayCount as count,
  digestPlan,
  type Intent,
  type People,
  type Plan,
  type PlannedRule,
  type Program,
  peopleUnder,
  type Store,
  sayEffect,
  sayInstant,
  sayKinds,
  sayOverruled,
  saySubject,
  type Totals,
} from '../index.js'
import { type Call, printLines } from './command.js'
import { harmless, paintFor } from './output.js'
import { type SavedReport, tellSaved } from './saved-report.js'

/** What saying a plan or a run takes. */
export interface Telling {
  call: Call
  store: Store
  program: Program
  /** How many examples of each rule are shown. */
  limit: number
}

/** Prints what is planned or was done, rule by rule, with examples and their reasons. */
export async function tellIntents(telling: Telling, intents: readonly Intent[]): Promise<void> {
  for (const one of byRule(intents)) await tellRule(telling, one)
}

async function tellRule(
  { call, store, program, limit }: Telling,
  { rule, intents, kinds }: PlannedRule,
): Promise<void> {
  const paint = paintFor(call.output)
  const people = peopleUnder(program, await store.people())
  const known = program.rules.find(({ id }) => id === rule)
  const title = known && known.is !== 'move' ? `  ${known.title}` : ''
  printLines(call, `${paint.bold(rule)}${title}`, `  ${summary(intents, sayKinds(kinds))}`)
  await tellExamples({ call, store, program, limit }, intents, people)
  printLines(call, '')
}

async function tellExamples(
  { call, store, program, limit }: Telling,
  intents: readonly Intent[],
  people: People,
): Promise<void> {
  const paint = paintFor(call.output)
  for (const intent of intents.slice(0, limit)) {
    const name = await nameOf(store, intent)
    printLines(
      call,
      `  - ${stepWords(intent)} ${harmless(name)}${harmless(causeWords(intent))}`,
      paint.quiet(`      because ${harmless(lowerFirst(intent.because))}`),
    )
    if (intent.withheld)
      printLines(call, paint.quiet(`      its effects are withheld: ${WITHHELD[intent.withheld.because]}`))
    for (const effect of intent.effects) printLines(call, `      ${harmless(sayEffect(effect, { program, people }))}`)
  }
  if (intents.length > limit && limit > 0) printLines(call, paint.quiet(`  and ${intents.length - limit} more`))
}

const summary = (intents: readonly Intent[], kinds: string): string => {
  const steps = new Map<string, number>()
  for (const { step } of intents) steps.set(kindOf(step), (steps.get(kindOf(step)) ?? 0) + 1)
  const said = [...steps]
    .map(([step, n]) => (STEP_NOUNS[step] ? count(n, ...STEP_NOUNS[step]) : `${n} ${step}`))
    .join(', ')
  return kinds === '' ? `${said}; nothing to do` : `${said}: ${kinds}`
}

const STEP_NOUNS: Record<string, readonly [one: string, many: string]> = {
  open: ['finding opens', 'findings open'],
  resolve: ['finding resolves', 'findings resolve'],
  move: ['account moves', 'accounts move'],
  event: ['event', 'events'],
  remind: ['reminder', 'reminders'],
  escalate: ['escalation', 'escalations'],
}

/** `remind-3` is a reminder, `open#2` a part of an opening. */
const kindOf = (step: string): string => step.split(/[-#]/)[0] ?? step

const STEP_VERBS: Record<string, string> = {
  open: 'opens on',
  resolve: 'resolves on',
  move: 'moves',
  event: 'acts on',
  remind: 'reminds of',
  escalate: 'escalates on',
}

const stepWords = ({ step }: Intent): string => STEP_VERBS[kindOf(step)] ?? `${step} on`

const causeWords = ({ caused_by }: Intent): string =>
  caused_by === null ? '' : ` (after ${caused_by[0]} on ${caused_by[1]} ${caused_by[2]})`

const WITHHELD = {
  observe: 'the rule only observes',
  baseline: 'it was taken as the state of things',
  avoided: 'the account is in a bin to avoid',
} as const

async function nameOf(store: Store, { subject }: Intent): Promise<string> {
  const row = subject.kind === 'account' ? await store.account(subject.id) : await store.opportunity(subject.id)
  return row?.name ? `${saySubject(subject)} (${row.name})` : saySubject(subject)
}

/** Prints what is not done: rules that a limit holds, what else is held back, what lost its slot, what is broken. */
export async function tellHeld(telling: Telling, plan: Plan): Promise<void> {
  const { call, store, program } = telling
  const paint = paintFor(call.output)
  const people = peopleUnder(program, await store.people())
  const { held, holds, overruled, broken } = digestPlan(plan)
  for (const { rule, why, intents, totals } of held) {
    printLines(
      call,
      `${paint.tone('at_risk', 'Held:')} ${paint.bold(rule)}, ${sayTotals(totals)}`,
      `  ${harmless(asSentence(why))}`,
    )
    await tellExamples(telling, intents, people)
    printLines(
      call,
      `  "linewalker approve ${rule}" lets it act; "linewalker baseline ${rule}" takes what it finds as it is.`,
      '',
    )
  }
  if (holds.length > 0) {
    printLines(
      call,
      `${paint.tone('at_risk', 'Not possible yet:')} ${count(holds.length, 'step')}, tried again when something changes`,
    )
    for (const { key, why } of holds.slice(0, 5))
      printLines(call, `  - ${harmless(`${key[0]} on ${key[1]} ${key[2]}: ${why}`)}`)
    if (holds.length > 5) printLines(call, paint.quiet(`  and ${holds.length - 5} more`))
    printLines(call, '')
  }
  if (overruled.length > 0) {
    printLines(call, `${count(overruled.flat().length, 'effect')} overruled by a rule that speaks first.`)
    for (const lost of overruled.slice(0, telling.limit)) {
      const said = lost.map((one) => sayOverruled(one, { program, people })).join('; ')
      printLines(call, harmless(`  - ${lost[0]?.key[0]} on ${lost[0]?.key[1]} ${lost[0]?.key[2]}: ${said}`))
    }
    if (overruled.length > telling.limit && telling.limit > 0)
      printLines(call, paint.quiet(`  and ${overruled.length - telling.limit} more`))
    printLines(call, '')
  }
  for (const { family, why } of broken) {
    printLines(call, `${paint.tone('poor', 'Broken:')} ${harmless(`${saySubject(family)}: ${why}`)}`)
  }
}

const lowerFirst = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text

const asSentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`

/** Prints what earlier runs left held, and this plan does not speak of. */
export async function tellStillHeld({ call, store }: Telling, plan: Plan): Promise<void> {
  const told = new Set(plan.held.map(({ rule }) => rule))
  const held = (await store.heldByRule()).filter(
    ({ rule, findings, reasons }) => !told.has(rule) && (findings.length > 0 || reasons.over_limit),
  )
  if (held.length === 0) return
  const names = held.map(({ rule }) => rule).join(', ')
  printLines(
    call,
    `Still held since an earlier run: ${names}. "linewalker approve" or "linewalker baseline" ends it.`,
    '',
  )
}

/** `12 intents with 24 effects on 12 subjects`. */
export const sayTotals = ({ intents, effects, subjects }: Totals): string =>
  `${count(intents, 'intent')} with ${count(effects, 'effect')} on ${count(subjects, 'subject')}`

/** Is there something that a person has to look at? */
export const hasHeld = (plan: Plan): boolean =>
  plan.held.length > 0 || plan.families.some(({ broken }) => broken !== null)

/** Prints what a run did, and what became of the rest of a saved plan. */
export async function tellApplied(telling: Telling, applied: Applied, saved: SavedReport | null = null): Promise<void> {
  const { call, program } = telling
  const { plan, done, stale } = applied
  const at = sayInstant(plan.at, program.vocabulary.calendar)
  await tellIntents(telling, done)
  await tellHeld(telling, plan)
  await tellStillHeld(telling, plan)
  if (saved) tellSaved(call, saved)
  if (stale.length > 0)
    printLines(
      call,
      `${count(stale.length, 'family', 'families')} changed meanwhile, and will be looked at by the next run.`,
    )
  const effects = done.flatMap((one) => one.effects).filter(({ kind }) => kind !== 'left_out').length
  printLines(
    call,
    done.length === 0
      ? `Nothing was to be done as of ${at}.`
      : `Done as of ${at}: ${count(done.length, 'intent')} with ${count(effects, 'effect')}.`,
  )
}
