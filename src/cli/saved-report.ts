import {
  type Applied,
  canonical,
  sayCount as count,
  type Effect,
  explain,
  findingKey,
  headline,
  intentsJson,
  type Key,
  keys,
  type People,
  type Program,
  parseInstant,
  peopleUnder,
  planNow,
  printKey,
  type Store,
  sayEffect,
  underStore,
} from '../index.js'
import { type Call, printLines } from './command.js'
import { harmless } from './output.js'
import type { SavedIntent, SavedPlan } from './saved-plan.js'

/** What became of a saved plan beside what was done: printed keys, and why. */
export interface SavedReport {
  /** Carried out by an earlier run. */
  already_done: string[]
  /** Held now, or held when the plan was saved. */
  held: { key: string; why: string }[]
  /** Still due, with other effects: what the plan has, and what it would be now. */
  changed: { key: string; was: string[]; now: string[] }[]
  /** Due now, and not in the plan. */
  fresh: string[]
  /** Not due any more. */
  stale: { key: string; why: string }[]
}

/** Looks, after a run, at all of a saved plan that was not done. Writes nothing. */
export async function reportSaved(
  store: Store,
  program: Program,
  applied: Applied,
  { intents, held }: SavedPlan,
): Promise<SavedReport> {
  const { plan, noLonger, notPermitted } = applied
  const families = plan.families.filter((one) => one.not_permitted.length > 0).map(({ family }) => family)
  const after = families.length > 0 ? await planNow(store, program, plan.at, { among: families }) : null
  const standing = new Map(
    [...(after?.families ?? [])].flatMap((f) => [...f.intents, ...f.held]).map((one) => [printKey(one.key), one]),
  )
  const why = await heldNow(store, [...plan.held, ...(after?.held ?? [])])
  const before = await doneBefore(store, applied, [...noLonger, ...held.keys()])
  const numbered = await underStore(store, program)
  const reader = { program, people: peopleUnder(program, await store.people()) }
  const report: SavedReport = { already_done: [], held: [], changed: [], fresh: [], stale: [] }
  const left = new Set(notPermitted)
  for (const key of held.keys()) {
    if (before.has(key)) report.already_done.push(key)
    else if (why.has(key) && !left.has(key)) report.held.push({ key, why: why.get(key) ?? '' })
  }
  for (const key of notPermitted) {
    const was = intents.get(key)
    const now = standing.get(key)
    if (why.has(key)) report.held.push({ key, why: why.get(key) ?? '' })
    else if (held.has(key)) report.held.push({ key, why: 'It was held when the plan was saved.' })
    // What does not stand after the run either lost its slot, or followed from what was done: it is not missed.
    else if (!was) {
      if (now) report.fresh.push(key)
    } else if (!now) report.stale.push({ key, why: await whyStale(store, numbered, applied, was.key) })
    else
      report.changed.push({
        key,
        ...differing(was, { effects: intentsJson([now], program).flatMap(({ effects }) => effects) }, reader),
      })
  }
  const overruled = new Map(plan.families.flatMap((f) => f.overruled).map(({ key, by }) => [printKey(key), by[0]]))
  for (const key of noLonger) {
    if (left.has(key)) continue
    if (before.has(key)) report.already_done.push(key)
    else if (why.has(key)) report.held.push({ key, why: why.get(key) ?? '' })
    else if (overruled.has(key)) report.stale.push({ key, why: `It is left to ${overruled.get(key)}.` })
    else report.stale.push({ key, why: await whyStale(store, numbered, applied, intents.get(key)?.key) })
  }
  return report
}

async function heldNow(store: Store, planned: Applied['plan']['held']): Promise<Map<string, string>> {
  const why = new Map<string, string>()
  for (const { findings } of await store.heldByRule()) {
    for (const one of findings) why.set(printKey(findingKey(one, 'open')), 'A limit holds it until a person approves.')
  }
  for (const hold of await store.holds()) why.set(printKey(hold.key), hold.why)
  for (const rule of planned) for (const { key } of rule.intents) why.set(printKey(key), `Held: ${rule.why}.`)
  return why
}

async function doneBefore(store: Store, { done }: Applied, asked: readonly string[]): Promise<Set<string>> {
  if (asked.length === 0) return new Set()
  const now = new Set(done.map(({ key }) => printKey(key)))
  const all = (await store.intents()).map((row) => printKey(keys.decode(row)))
  return new Set(all.filter((key) => !now.has(key)))
}

async function whyStale(store: Store, program: Program, { plan }: Applied, key: Key | undefined): Promise<string> {
  const rule = program.rules.find(({ id }) => id === key?.[0])
  if (!key || !rule) return 'The rule is gone.'
  const told = await explain(store, program, rule, { kind: key[1], id: key[2] }, plan.at)
  if (!told) return `The ${key[1]} is gone.`
  return told.holds ? headline(told, program) : `No longer true: ${told.because}.`
}

type Reader = { program: Program; people: People }

/** The effects that only one of them has, in words; an instant alone makes no difference. */
function differing(was: SavedIntent, now: { effects: unknown[] }, reader: Reader) {
  const timeless = (effect: unknown) => canonical({ ...(effect as object), due: null })
  const only = (mine: readonly unknown[], others: readonly unknown[]) => {
    const known = new Set(others.map(timeless))
    return mine.filter((one) => !known.has(timeless(one))).map((one) => sayBare(one, reader))
  }
  return { was: only(was.effects, now.effects), now: only(now.effects, was.effects) }
}

/** An effect of JSON in words; what a file has and nobody can read is its JSON. */
function sayBare(effect: unknown, { program, people }: Reader): string {
  const bare = { ...(effect as Effect) }
  if (bare.kind === 'create_task') bare.due = null
  try {
    if (bare.kind === 'notify') return `${sayEffect(bare, { program, people })}: "${bare.text}"`
    if (bare.kind !== 'set_field') return sayEffect(bare, { program, people })
    const of = program.facts[bare.subject.kind].get(bare.field)?.kind
    const inside = (value: unknown) =>
      of === 'money' && typeof value === 'number'
        ? Math.round(value * 1000)
        : of === 'instant' && typeof value === 'string'
          ? (parseInstant(value, program.vocabulary.calendar) ?? value)
          : (value as typeof bare.to)
    return sayEffect({ ...bare, from: inside(bare.from), to: inside(bare.to) }, { program, people })
  } catch {
    return JSON.stringify(effect)
  }
}

const SHOWN = 5

/** Prints what became of a saved plan: five of each group. */
export function tellSaved(call: Call, { already_done, held, changed, fresh, stale }: SavedReport): void {
  const group = <T>(all: readonly T[], head: string, lines: (one: T) => string[]) => {
    if (all.length === 0) return
    printLines(call, head, ...all.slice(0, SHOWN).flatMap(lines).map(harmless))
    if (all.length > SHOWN) printLines(call, `  and ${all.length - SHOWN} more`)
    printLines(call, '')
  }
  const reason = ({ key, why }: { key: string; why: string }) => [`  - ${key}`, `      ${why}`]
  group(already_done, `Already done: ${count(already_done.length, 'intent')} of the saved plan.`, (key) => [
    `  - ${key}`,
  ])
  group(held, `Held: ${count(held.length, 'intent')} that the saved plan does not let act.`, reason)
  group(
    changed,
    `Changed: ${count(changed.length, 'intent')} of the saved plan would do something else now, and ${changed.length === 1 ? 'was' : 'were'} left out.`,
    ({ key, was, now }) => [
      `  - ${key}`,
      ...was.map((one) => `      was: ${one}`),
      ...now.map((one) => `      now: ${one}`),
    ],
  )
  group(
    stale,
    `Stale: ${count(stale.length, 'intent')} of the saved plan no longer ${stale.length === 1 ? 'stands' : 'stand'}.`,
    reason,
  )
  const them = fresh.length === 1 ? 'it' : 'them'
  group(
    fresh,
    `New since: ${count(fresh.length, 'intent')} that the saved plan does not have; linewalker plan shows ${them}.`,
    (key) => [`  - ${key}`],
  )
}
