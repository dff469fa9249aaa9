import { expect, test } from 'vitest'
import { operatorNamed } from '../../src/conditions/operators.js'
import { type Condition, leavesOf, type Operand } from '../../src/conditions/tree.js'
import { verdict } from '../../src/conditions/verdict.js'
import { sayFact } from '../../src/conditions/words.js'
import { assess } from '../../src/engine/assess.js'
import { snapshotOf } from '../../src/engine/snapshots.js'
import type { Fact, FactTable, FactValue, Snapshot } from '../../src/facts/fact.js'
import { factsFor } from '../../src/facts/table.js'
import { smallestChange } from '../../src/reports/deeds/smallest-change.js'
import { type Chance, chance } from '../support/chance.js'
import { day, opportunity, programOf } from '../support/engine.js'

test('nothing smaller would do: every change of fewer facts, over trees of facts that are known and unknown', async () => {
  const program = programOf('')
  const facts = factsFor('opportunity', program.vocabulary)
  const at = chance(11)
  const sizes = new Map<number | null, number>()
  for (let i = 0; i < 1500; i += 1) {
    const row = Object.fromEntries(Object.entries(DOMAINS).map(([name, values]) => [name, at.pick(values)]))
    const family = { account: null, opportunities: [opportunity('O', row)] }
    const subject = { kind: 'opportunity' as const, id: 'O' }
    const { snapshot } = assess(program, snapshotOf(program, new Map(), family, subject, day(100)))
    const condition = fewLeaves(at, facts, at.int(1, 4))
    const { holds } = verdict(condition, snapshot)
    const change = await smallestChange(program, condition, snapshot)
    const size = change?.deeds.length ?? null
    const names = Object.keys(DOMAINS).filter((name) => leavesOf(condition).some(({ fact }) => fact.name === name))
    const flips = (some: readonly string[]) => changes(some).some((to) => turned(condition, snapshot, to) !== holds)
    const smaller = setsOf(names).filter((some) => some.length < (size ?? names.length + 1) && flips(some))
    expect({ i, smaller }).toEqual({ i, smaller: [] })
    // What it names is enough: some values of these very facts turn it.
    const told = names.filter((name) => change?.deeds.some((words) => words.includes(sayFact(name))))
    if (change) expect({ i, told: told.length, flips: flips(told) }).toEqual({ i, told: size, flips: true })
    sizes.set(size, (sizes.get(size) ?? 0) + 1)
  }
  expect(Math.min(...[1, 2, 3].map((size) => sizes.get(size) ?? 0))).toBeGreaterThan(10)
})

/** What the facts of the small trees may be: all that their leaves can tell apart. */
const DOMAINS: Readonly<Record<string, readonly (FactValue | null)[]>> = {
  amount: [null, 500, 1000, 1500, 2000, 2500],
  next_step: [null, 'a', 'b', 'other'],
  origin: [null, 'sales', 'marketing'],
  close_date: [null, '2026-01-01', '2026-04-10', '2026-04-11', '2026-04-12', '2027-01-01'],
}

const leafOf = (at: Chance, facts: FactTable): Condition => {
  const fact = facts.get(at.pick(Object.keys(DOMAINS))) as Fact
  const leaf = (operator: string, operand: Operand): Condition => ({
    is: 'leaf',
    fact,
    operator: operatorNamed(operator, fact.kind),
    operand,
  })
  if (at.often(0.25)) return leaf('missing', { is: 'flag', flag: at.often(0.5) })
  if (fact.name === 'amount') {
    const number = at.pick([1000, 2000])
    return at.often(0.3)
      ? leaf(at.pick(['is', 'is_not']), { is: 'values', values: [number] })
      : leaf(at.pick(['over', 'at_least', 'under', 'at_most']), { is: 'number', number })
  }
  if (fact.name === 'close_date') {
    return leaf(at.pick(['before', 'on_or_after']), { is: 'date', date: at.pick(['2026-04-11', '2026-04-12']) })
  }
  const known = fact.name === 'origin' ? ['sales', 'marketing'] : ['a', 'b']
  return leaf(at.pick(['is', 'is_not']), { is: 'values', values: at.often(0.3) ? known : [at.pick(known)] })
}

/** A tree of so many leaves. */
function fewLeaves(at: Chance, facts: FactTable, leaves: number): Condition {
  if (leaves === 1) return leafOf(at, facts)
  const left = at.int(1, leaves - 1)
  const parts = [fewLeaves(at, facts, left), fewLeaves(at, facts, leaves - left)]
  return { is: at.pick(['all', 'any'] as const), parts }
}

const setsOf = (names: readonly string[]): string[][] =>
  Array.from({ length: 2 ** names.length - 1 }, (_, set) => names.filter((_, i) => (set + 1) & (1 << i)))

/** Every way to give these facts values. */
const changes = (names: readonly string[]): ReadonlyMap<string, FactValue | null>[] =>
  names.reduce<Map<string, FactValue | null>[]>(
    (all, name) => all.flatMap((to) => (DOMAINS[name] ?? []).map((value) => new Map([...to, [name, value]]))),
    [new Map()],
  )

const turned = (condition: Condition, snapshot: Snapshot, to: ReadonlyMap<string, FactValue | null>): boolean =>
  verdict(asIf(condition, to), snapshot).holds

const asIf = (condition: Condition, to: ReadonlyMap<string, FactValue | null>): Condition => {
  if (condition.is !== 'leaf') return { is: condition.is, parts: condition.parts.map((part) => asIf(part, to)) }
  const { fact } = condition
  const value = to.get(fact.name)
  return value === undefined ? condition : { ...condition, fact: { ...fact, read: () => value } }
}
