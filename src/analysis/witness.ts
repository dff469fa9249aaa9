import { changeAccount, changeOpportunity } from '../domain/change.js'
import type { Settable } from '../domain/effects.js'
import { type DomainEvent, type Finding, printKey } from '../domain/findings.js'
import type { Account, Family, Opportunity, SubjectRef } from '../domain/subjects.js'
import { planFamily } from '../engine/family.js'
import type { FamilyPlan, FamilyState, Intent } from '../engine/plan.js'
import type { FamilyRun } from '../engine/run.js'
import { peopleUnder } from '../engine/snapshots.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import type { Subject } from './satisfy/satisfy.js'

/** What somebody does from outside while a witness is looked at: one fact of a subject gets another value. */
export interface Act {
  readonly at: Instant
  readonly subject: SubjectRef
  readonly fact: string
  readonly to: Settable
}

/** A concrete subject and what happens to it: the proof of a warning, when the engine is let loose on it. */
export interface Witness {
  readonly subject: Subject
  readonly at: Instant
  readonly until: Instant
  /** What happens to the subject at the very beginning, where a rule listens to it. */
  readonly event?: DomainEvent['event']
  readonly acts?: readonly Act[]
}

/** One run of the engine. */
export interface Round {
  readonly at: Instant
  /** What was done from outside before it. */
  readonly acts: readonly Act[]
  readonly plan: FamilyPlan
  /** The rows before it and after it. */
  readonly before: Family
  readonly after: Family
}

/** What the engine did with a witness. */
export interface Trace {
  readonly rounds: readonly Round[]
  readonly intents: readonly (Intent & { at: Instant })[]
  readonly findings: readonly Finding[]
}

/** So often the engine is woken: a subject with which something goes on for ever is seen long before. */
const MOST_ROUNDS = 60
const NUMBER = 1

/** Lets the engine loose on a witness: runs at every instant at which something is due, up to its end. */
export async function replayWitness(program: Program, witness: Witness): Promise<Trace> {
  const { subject, until } = witness
  const under: Program = { ...program, number: NUMBER }
  const people = peopleUnder(program, subject.people)
  const event = witness.event && [{ id: 'outside', subject: subject.ref, event: witness.event, at: witness.at }]
  let state: FamilyState = { family: subject.family, findings: [], holds: [], events: event ?? [], done: [] }
  const waiting = [...(witness.acts ?? [])].sort((a, b) => a.at - b.at)
  const rounds: Round[] = []
  const findings = new Map<string, Finding>()
  let now = witness.at
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const acts = waiting.splice(0, waiting.filter(({ at }) => at <= now).length)
    for (const act of acts) state = { ...state, family: acted(state.family, act, program) }
    const { plan } = await planFamily(state, runAt(under, people, now))
    const before = state.family
    state = afterwards(state, plan)
    for (const finding of plan.findings) findings.set(`${finding.rule}/${finding.id}/${finding.episode}`, finding)
    rounds.push({ at: now, acts, plan, before, after: state.family })
    const next = Math.min(dueOf(state.family), ...waiting.slice(0, 1).map(({ at }) => at))
    if (plan.broken || next > until || next <= now) break
    now = next
  }
  const intents = rounds.flatMap(({ at, plan }) => plan.intents.map((intent) => ({ ...intent, at })))
  return { rounds, intents, findings: [...findings.values()] }
}

const runAt = (program: Program, people: FamilyRun['people'], now: Instant): FamilyRun => ({
  program,
  people,
  now,
  held: new Map(),
  permits: new Set(),
  baseline: new Set(),
  only: null,
  everything: false,
  editedAt: () => null,
  done: new Set(),
})

const dueOf = ({ account, opportunities }: Family): Instant =>
  Math.min(...[account, ...opportunities].map((row) => row?.due ?? Number.POSITIVE_INFINITY))

/** The family after something was done from outside: the row is due at once. */
function acted(family: Family, { subject, fact, to, at }: Act, program: Program): Family {
  const due = <Row extends Account | Opportunity>(row: Row): Row => ({ ...row, due: 0, last_change: at })
  if (subject.kind === 'account') {
    const { account } = family
    if (!account) return family
    const changed = changeAccount(account, fact, to, at)
    return { account: due(changed?.row ?? account), opportunities: family.opportunities.map(due) }
  }
  return {
    account: family.account && due(family.account),
    opportunities: family.opportunities.map((row) =>
      row.id === subject.id ? due(changeOpportunity(row, fact, to, at, program.vocabulary)?.row ?? row) : row,
    ),
  }
}

/** What commit leaves of a plan. */
function afterwards(state: FamilyState, plan: FamilyPlan): FamilyState {
  const rows = new Map([...plan.accounts, ...plan.opportunities].map((row) => [row.id, row]))
  const reckoned = new Map(plan.reckonings.map((one) => [`${one.subject.kind}/${one.subject.id}`, one]))
  const { account, opportunities } = state.family
  const findings = new Map(state.findings.map((one) => [episodeOf(one), one]))
  for (const one of plan.forgotten) findings.delete(episodeOf(one))
  for (const one of plan.findings) findings.set(episodeOf(one), one)
  const holds = new Map(state.holds.map((hold) => [printKey(hold.key), hold]))
  for (const key of plan.lifted) holds.delete(printKey(key))
  for (const hold of plan.holds) holds.set(printKey(hold.key), hold)
  return {
    family: {
      account: account && { ...account, ...plan.accounts[0], ...dueAfter(reckoned.get(`account/${account.id}`)) },
      opportunities: opportunities.map((row) => ({
        ...row,
        ...(rows.get(row.id) as Partial<Opportunity> | undefined),
        ...dueAfter(reckoned.get(`opportunity/${row.id}`)),
      })),
    },
    findings: [...findings.values()],
    holds: [...holds.values()],
    events: state.events.filter(({ id }) => !plan.judged.includes(id)),
    done: [...state.done, ...plan.intents.map(({ key }) => printKey(key))],
  }
}

const dueAfter = (reckoning: FamilyPlan['reckonings'][number] | undefined) =>
  reckoning ? { due: reckoning.due, due_program: NUMBER } : {}

const episodeOf = (one: Pick<Finding, 'rule' | 'kind' | 'id' | 'episode'>): string =>
  `${one.rule}/${one.kind}/${one.id}/${one.episode}`
