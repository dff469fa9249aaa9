import { loadRules } from '../../src/config/load.js'
import { newAccount, newOpportunity } from '../../src/domain/change.js'
import type { Account, Family, Opportunity } from '../../src/domain/subjects.js'
import type { FamilyPlan, Intent, Plan } from '../../src/engine/plan.js'
import { commit, type Permission, plan } from '../../src/engine/run.js'
import { digestsOfRules } from '../../src/program/meaning.js'
import type { Program } from '../../src/program/program.js'
import { type MemoryStore, memoryStore } from './memory-store.js'

export const DAY = 86_400_000
/** Thursday, the first of January 2026, UTC. */
export const START = Date.UTC(2026, 0, 1)
export const day = (n: number): number => START + n * DAY

const WORLD = `
pipelines:
  main: { stages: { first: {}, second: {}, third: {}, closed: { statuses: [won, lost, abandoned] } } }
activities: { touches: [call], others: [payment] }
people: { dana: { name: Dana, manager: lee, team: west }, lee: { name: Lee, team: west } }
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, active: { group: nurture }, dead: { group: nurture }, bad: { group: avoid } }
`

/** A program over a small world: a pipeline, four bins, two people. Moves are written as the lines of `moves`. */
export function programOf(rules: string, options: { moves?: string[]; number?: number; more?: string } = {}): Program {
  const moves = options.moves ? `  moves:\n${options.moves.map((line) => `    - ${line}`).join('\n')}\n` : ''
  const text = `${WORLD}${moves}${options.more ?? ''}\n${rules ? `rules:\n${rules}` : ''}`
  const { program, problems } = loadRules([{ path: 'rules.yaml', text }])
  if (!program) throw new Error(problems.map((p) => `${p.place.line}: ${p.message}`).join('\n'))
  return { ...program, number: options.number ?? 1 }
}

export const opportunity = (id: string, more: Partial<Opportunity> = {}): Opportunity => ({
  ...newOpportunity(id, 'main', 'first', START),
  owner: 'dana',
  created: START,
  amount: 1_000_000,
  ...more,
})

export const account = (id: string, more: Partial<Account> = {}): Account => ({
  ...newAccount(id, 'cold', START),
  name: `Account ${id}`,
  owner: 'dana',
  ...more,
})

/** A store of these families. */
export function storeOf(...families: Family[]): MemoryStore {
  const store = memoryStore()
  for (const family of families) store.put(family)
  return store
}

/** Changes a row as an intake would: last change, due at once, another version. */
export function touchRow(
  store: MemoryStore,
  name: string,
  at: number,
  more: Partial<Opportunity> & Partial<Account>,
): void {
  const state = store.families.get(name)
  if (!state) throw new Error(`No family ${name}`)
  const changed = <Row extends Opportunity | Account>(row: Row): Row => ({
    ...row,
    ...more,
    last_change: at,
    due: 0,
    version: row.version + 1,
  })
  const { account: owner, opportunities } = state.family
  store.put({
    account: owner && (opportunities.length > 0 ? { ...owner, due: 0, last_change: at } : changed(owner)),
    opportunities: opportunities.map(changed),
  })
}

/** Plans and commits at an instant; returns the plan. */
export async function runAt(
  store: MemoryStore,
  program: Program,
  at: number,
  permission: Permission = {},
): Promise<Plan> {
  const since = store.inForce.get(program.number)?.since ?? at
  store.inForce.set(program.number, { since, ...digestsOfRules(program) })
  const planned = await plan(store, program, at, permission)
  await commit(store, planned)
  return planned
}

export const intentsOf = (planned: Plan): Intent[] => planned.families.flatMap((family: FamilyPlan) => family.intents)
/** `rule/id/step` of every intent, in order: what most tests look at. */
export const steps = (planned: Plan): string[] =>
  intentsOf(planned).map(({ rule, subject, step }) => `${rule} ${subject.id} ${step}`)
export const holdsOf = (planned: Plan) => planned.families.flatMap((family) => family.holds)
