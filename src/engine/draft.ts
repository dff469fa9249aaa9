import type { HistoryEntry } from '../domain/effects.js'
import {
  type DomainEvent,
  type Finding,
  type FindingRef,
  type Hold,
  type Key,
  printKey,
  type Task,
} from '../domain/findings.js'
import {
  type Account,
  type Family,
  familyRef,
  familyVersion,
  type Opportunity,
  type SubjectRef,
} from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import type { FamilyPlan, FamilyState, Intent, Overruled, Reckoning } from './plan.js'

/** A family's plan while it is being made: working copies of what was read, and what has been decided so far. */
export interface Draft {
  readonly state: FamilyState
  family: Family
  /** The last finding of each rule and subject, as it is by now. */
  readonly findings: Map<string, Finding>
  readonly changedFindings: Map<string, Finding>
  readonly forgotten: Map<string, FindingRef>
  readonly holds: Map<string, Hold>
  readonly newHolds: Map<string, Hold>
  readonly lifted: Map<string, Key>
  readonly done: Set<string>
  readonly intents: Intent[]
  readonly held: Intent[]
  readonly refusals: NonNullable<FamilyPlan['refusals']>[number][]
  readonly overruled: Overruled[]
  readonly history: HistoryEntry[]
  readonly events: DomainEvent[]
  readonly tasks: Task[]
  readonly closeTasks: FindingRef[]
  readonly withdraw: FindingRef[]
  readonly judged: DomainEvent[]
  readonly renamed: { from: string; to: string; subject: SubjectRef }[]
  readonly reckonings: Map<string, Reckoning>
  readonly changedAccounts: Set<string>
  readonly changedOpportunities: Set<string>
  readonly notPermitted: Set<string>
  /** Names of episodes that opened on a walk and whose opening is still to be carried out. */
  readonly openedOnTheWay: Set<string>
  /** Subjects assessed, counted as often as they were. */
  assessed: number
}

/** Where the last finding of a rule on a subject is kept, whatever its episode. */
export const findingSlot = (rule: string, { kind, id }: SubjectRef): string => `${rule}/${kind}/${id}`
/** One episode of it. */
export const episodeName = (f: FindingRef): string => `${findingSlot(f.rule, f)}/${f.episode}`

export function draftOf(state: FamilyState): Draft {
  const findings = new Map<string, Finding>()
  for (const finding of state.findings) {
    const name = findingSlot(finding.rule, finding)
    const known = findings.get(name)
    if (!known || known.episode < finding.episode) findings.set(name, finding)
  }
  return {
    state,
    family: state.family,
    findings,
    changedFindings: new Map(),
    forgotten: new Map(),
    holds: new Map(state.holds.map((hold) => [printKey(hold.key), hold])),
    newHolds: new Map(),
    lifted: new Map(),
    done: new Set(state.done),
    intents: [],
    held: [],
    refusals: [],
    overruled: [],
    history: [],
    events: [],
    tasks: [],
    closeTasks: [],
    withdraw: [],
    judged: [],
    renamed: [],
    reckonings: new Map(),
    changedAccounts: new Set(),
    changedOpportunities: new Set(),
    notPermitted: new Set(),
    openedOnTheWay: new Set(),
    assessed: 0,
  }
}

export function putFinding(draft: Draft, finding: Finding): void {
  draft.findings.set(findingSlot(finding.rule, finding), finding)
  draft.changedFindings.set(episodeName(finding), finding)
  draft.forgotten.delete(episodeName(finding))
}

/** A pending or held finding goes as if it had never been: the episode before it is the last one again. */
export function forgetFinding(draft: Draft, finding: Finding): void {
  const name = findingSlot(finding.rule, finding)
  draft.findings.delete(name)
  draft.changedFindings.delete(episodeName(finding))
  if (asRead(draft, finding)) draft.forgotten.set(episodeName(finding), finding)
  for (const other of [...draft.state.findings, ...draft.changedFindings.values()]) {
    const known = draft.findings.get(name)
    const before = findingSlot(other.rule, other) === name && other.episode < finding.episode
    if (before && (!known || known.episode <= other.episode)) draft.findings.set(name, other)
  }
}

/** What was decided of a rule on a subject in this draft is taken back: its findings are as they were read. */
export function restoreFindings(draft: Draft, finding: Finding): void {
  const name = findingSlot(finding.rule, finding)
  const isOne = (f: FindingRef) => findingSlot(f.rule, f) === name
  for (const [episode, f] of draft.changedFindings) if (isOne(f)) draft.changedFindings.delete(episode)
  for (const [episode, f] of draft.forgotten) if (isOne(f)) draft.forgotten.delete(episode)
  const stored = draft.state.findings.filter(isOne).sort((a, b) => b.episode - a.episode)[0]
  if (stored) draft.findings.set(name, stored)
  else draft.findings.delete(name)
}

export function putHold(draft: Draft, hold: Hold): void {
  const name = printKey(hold.key)
  draft.holds.set(name, hold)
  draft.newHolds.set(name, hold)
  draft.lifted.delete(name)
}

export function liftHold(draft: Draft, key: Key): void {
  const name = printKey(key)
  if (!draft.holds.delete(name)) return
  if (!draft.newHolds.delete(name)) draft.lifted.set(name, key)
}

export function putRow(draft: Draft, kind: 'account' | 'opportunity', row: Account | Opportunity): void {
  if (kind === 'account') {
    draft.family = { ...draft.family, account: row as Account }
    draft.changedAccounts.add(row.id)
    return
  }
  const opportunities = draft.family.opportunities.map((o) => (o.id === row.id ? (row as Opportunity) : o))
  draft.family = { ...draft.family, opportunities }
  draft.changedOpportunities.add(row.id)
}

/** The row of a subject as the draft has it by now. */
export function rowOf(family: Family, { kind, id }: SubjectRef): Account | Opportunity {
  const row = kind === 'account' ? family.account : family.opportunities.find((o) => o.id === id)
  if (!row) throw new Error(`${kind} ${id} is not of this family.`)
  return row
}

/** When the subject's data changed last: its own row, or its account's. */
export function lastChange(draft: Draft, subject: SubjectRef): Instant {
  const own = rowOf(draft.family, subject).last_change
  return Math.max(own, draft.family.account?.last_change ?? own)
}

/** A finding as it was when the family was read, also under the name that its rule had then; null of a new one. */
function asRead({ state, renamed }: Draft, { rule, kind, id, episode }: FindingRef): Finding | null {
  if (state.findings.length === 0) return null
  const former = renamed.find(({ to, subject }) => to === rule && subject.kind === kind && subject.id === id)?.from
  const known = state.findings.find(
    (f) => f.id === id && f.kind === kind && f.episode === episode && (f.rule === rule || f.rule === former),
  )
  return known ?? null
}

export function finish(draft: Draft): FamilyPlan {
  const { family } = draft
  const findings = [...draft.changedFindings.values()]
  return {
    family: familyRef(draft.state.family),
    version: familyVersion(draft.state.family),
    intents: draft.intents,
    overruled: draft.overruled,
    held: draft.held,
    ...(draft.refusals.length > 0 ? { refusals: draft.refusals } : {}),
    holds: [...draft.newHolds.values()],
    lifted: [...draft.lifted.values()],
    renamed: draft.renamed,
    findings,
    before: findings.map((finding) => asRead(draft, finding)?.state ?? null),
    forgotten: [...draft.forgotten.values()],
    accounts: family.account && draft.changedAccounts.size > 0 ? [family.account] : [],
    opportunities: family.opportunities.filter((o) => draft.changedOpportunities.has(o.id)),
    history: draft.history,
    events: draft.events,
    tasks: draft.tasks,
    close_tasks: draft.closeTasks,
    withdraw: draft.withdraw,
    // What a permission does not cover stays due, with its whole family and all events of it.
    judged: draft.notPermitted.size > 0 ? [] : draft.judged,
    reckonings: draft.notPermitted.size > 0 ? [] : [...draft.reckonings.values()],
    not_permitted: [...draft.notPermitted],
    broken: null,
  }
}
