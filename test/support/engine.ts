import { loadRules } from '../../src/config/load.js'
import { newAccount, newOpportunity } from '../../src/domain/change.js'
import type { Account, Family, Opportunity } from '../../src/domain/subjects.js'
import type { FamilyPlan, Intent, Plan } from '../../src/engine/plan.js'
import { commit, type Permission, plan, settle } from '../../src/engine/run.js'
import { DAY } from '../../src/lib/civil.js'
import type { Program } from '../../src/program/program.js'
import { createWorld, type World } from '../../src/replay/world.js'

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

/** A world of these families. */
export function storeOf(...families: Family[]): World {
  const world = createWorld()
  world.put({
    accounts: families.flatMap(({ account }) => account ?? []),
    opportunities: families.flatMap(({ opportunities }) => opportunities),
  })
  return world
}

/** Changes a row, `opportunity/O` or `account/A`, as an intake would: due at once, with its account, and another version. */
export function touchRow(world: World, name: string, at: number, more: Partial<Opportunity> & Partial<Account>): void {
  const [kind, id = ''] = name.split('/')
  const opportunity = kind === 'opportunity' ? world.opportunity(id) : undefined
  const account = world.account(opportunity?.account ?? id)
  if (kind === 'opportunity' ? !opportunity : !account) throw new Error(`There is no ${name}.`)
  const touched = { last_change: at, due: 0 }
  world.put({
    accounts: account ? [{ ...account, ...(opportunity ? {} : more), ...touched, version: account.version + 1 }] : [],
    opportunities: opportunity ? [{ ...opportunity, ...more, ...touched }] : [],
  })
}

/** Settles, plans and commits at an instant, as the loop does, once the program is in force; returns the plan. */
export async function runAt(world: World, program: Program, at: number, permission: Permission = {}): Promise<Plan> {
  if (!(await world.programs()).some(({ number }) => number === program.number)) world.bringIntoForce(program, at)
  const settled = settle(world, program, at)
  const planned = await plan(world, program, at, permission)
  await commit(world, planned, permission)
  return { ...planned, assessed: settled + planned.assessed }
}

export const intentsOf = (planned: Plan): Intent[] => planned.families.flatMap((family: FamilyPlan) => family.intents)
/** `rule/id/step` of every intent, in order: what most tests look at. */
export const steps = (planned: Plan): string[] =>
  intentsOf(planned).map(({ rule, subject, step }) => `${rule} ${subject.id} ${step}`)
export const holdsOf = (planned: Plan) => planned.families.flatMap((family) => family.holds)
