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
  readStep,
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

/** What is read of the store for the examples, once for all of them. */
interface Told extends Telling {
  people: People
  /** Of subjects, by `kind/id`. */
  names: ReadonlyMap<string, string>
}

/** Prints, rule by rule, what is planned or was done with examples and their reasons; then what of the plan is held. */
export async function tellPlanned(telling: Telling, intents: readonly Intent[], plan: Plan): Promise<void> {
  const { store, program, limit } = telling
  const [rules, { held }] = [byRule(intents), digestPlan(plan)]
  const shown = [...rules, ...held].flatMap((one) => one.intents.slice(0, limit))
  const names = await store.namesOf(shown.map(({ subject }) => subject))
  const told = { ...telling, people: peopleUnder(program, await store.people()), names }
  for (const one of rules) tellRule(told, one)
  tellHeld(told, plan)
  await tellStillHeld(telling, plan)
}

function tellRule(told: Told, { rule, intents, kinds }: PlannedRule): void {
  const { call, program } = told
  const known = program.rules.find(({ id }) => id === rule)
  const title = known && known.is !== 'move' ? `  ${known.title}` : ''
  printLines(call, `${paintFor(call.output).bold(rule)}${title}`, `  ${summary(intents, sayKinds(kinds))}`)
  tellExamples(told, intents)
  printLines(call, '')
}

function tellExamples({ call, program, limit, people, names }: Told, intents: readonly Intent[]): void {
  const paint = paintFor(call.output)
  for (const intent of intents.slice(0, limit)) {
    const { kind, id } = intent.subject
    const name = names.get(`${kind}/${id}`)
    const said = `${saySubject(intent.subject)}${name ? ` (${name})` : ''}`
    printLines(
      call,
      `  - ${stepWords(intent)} ${harmless(said)}${harmless(causeWords(intent))}`,
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
function kindOf(step: string): string {
  const { is, name } = readStep(step)
  return is === 'other' ? name : is
}

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

/** Prints what is not done: rules that a limit holds, what else is held back, what lost its slot, what is broken. */
function tellHeld(told: Told, plan: Plan): void {
  const { call, program, people, limit } = told
  const paint = paintFor(call.output)
  const { held, holds, overruled, broken } = digestPlan(plan)
  for (const { rule, why, intents, totals } of held) {
    printLines(
      call,
      `${paint.tone('at_risk', 'Held:')} ${paint.bold(rule)}, ${sayTotals(totals)}`,
      `  ${harmless(asSentence(why))}`,
    )
    tellExamples(told, intents)
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
    for (const lost of overruled.slice(0, limit)) {
      const said = lost.map((one) => sayOverruled(one, { program, people })).join('; ')
      printLines(call, harmless(`  - ${lost[0]?.key[0]} on ${lost[0]?.key[1]} ${lost[0]?.key[2]}: ${said}`))
    }
    if (overruled.length > limit && limit > 0) printLines(call, paint.quiet(`  and ${overruled.length - limit} more`))
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
async function tellStillHeld({ call, store }: Telling, plan: Plan): Promise<void> {
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
  await tellPlanned(telling, done, plan)
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
