import type { Effect, HistoryEntry } from '../domain/effects.js'
import type { DomainEvent, Finding, FindingRef, FindingState, Hold, Key, Task } from '../domain/findings.js'
import type { Account, Family, IndicatorReading, Level, Opportunity, SubjectRef } from '../domain/subjects.js'
import { fingerprint } from '../lib/digest.js'
import type { Instant } from '../lib/instant.js'

/** One step of one rule on one subject that is to happen, with its reason and what it brings about. */
export interface Intent {
  key: Key
  rule: string
  subject: SubjectRef
  step: string
  /** A sentence for people: why now. */
  because: string
  effects: readonly Effect[]
  /** Thousandths of the program's currency: of the opportunities whose status, stage, owner or amount it changes, by id. */
  amounts: Readonly<Record<string, number>>
  /** 1 is what was due; 2 to 5 follow from effects of the link before. */
  link: number
  /** The key of the intent whose effect caused this one; null in link 1. */
  caused_by: Key | null
  /** The values that the witness saw, in the order of the leaves. */
  explanation: readonly unknown[] | null
  /** What it would have done, where its effects are withheld for good. */
  withheld: { because: 'observe' | 'baseline' | 'avoided'; effects: readonly Effect[] } | null
  /** What its actions came to before others took their slots: what a permission is given for. */
  planned: readonly Effect[]
}

/** What two plans must agree on for a permission to hold: what an intent would do, whatever the clock says. */
export const digestOf = ({ planned }: Pick<Intent, 'planned'>): string =>
  fingerprint(
    JSON.stringify(planned.map((effect) => (effect.kind === 'create_task' ? { ...effect, due: null } : effect))),
  )

/** An effect that lost its slot to another of the same link. */
export interface Overruled {
  key: Key
  effect: Effect
  by: Key
}

/** A rule whose intents are held by a limit, with what it would have done. */
export interface HeldRule {
  rule: string
  why: string
  intents: Intent[]
  totals: Totals
}

export interface Totals {
  intents: number
  effects: number
  /** Different subjects with an effect. */
  subjects: number
  /** Thousandths, of opportunities whose status, stage, owner or amount changes. */
  amount: number
  /** Effects by kind. */
  by_kind: Record<string, number>
}

/** What one assessment leaves on a subject. */
export interface Reckoning {
  subject: SubjectRef
  /** It was reckoned under the same program before. */
  again: boolean
  due: Instant | null
  score: number | null
  health: Level | null
  levels: Record<string, IndicatorReading>
  qualification: readonly string[] | null
}

/** What is to be done with a family: decided in full, so that commit decides nothing. */
export interface FamilyPlan {
  family: SubjectRef
  /** The version that was read; another one now makes the plan stale. */
  version: number
  intents: readonly Intent[]
  overruled: readonly Overruled[]
  /** Intents held by a limit, a refusal, a failing text, …: stored once. Keys of holds that no longer stand are `lifted`. */
  holds: readonly Hold[]
  lifted: readonly Key[]
  /** What the intents that are refused would have done, each with the reason of its hold. */
  refusals?: readonly { key: Key; effects: readonly Effect[]; why: string }[]
  /** Intents that a limit holds, for the plan's list of held rules (their findings are among `findings`, state `held`). */
  held: readonly Intent[]
  /** A rule that was renamed (`was`): its findings, tasks, notices and letters of this subject take the new name first. */
  renamed: readonly { from: string; to: string; subject: SubjectRef }[]
  /** Findings as they are afterwards; `forgotten` ones were pending or held. */
  findings: readonly Finding[]
  /** Of each of these findings what it was before, in the same order; null of a new one. */
  before: readonly (FindingState | null)[]
  forgotten: readonly FindingRef[]
  /** Rows whose data changes, as they are afterwards. */
  accounts: readonly Account[]
  opportunities: readonly Opportunity[]
  history: readonly HistoryEntry[]
  /** Changes made by effects, as events (judged within the plan). */
  events: readonly DomainEvent[]
  tasks: readonly Task[]
  /** Findings whose open tasks are closed. */
  close_tasks: readonly FindingRef[]
  /** Findings whose waiting letters and notices are withdrawn. */
  withdraw: readonly FindingRef[]
  /** Events that are judged now. */
  judged: readonly DomainEvent[]
  reckonings: readonly Reckoning[]
  /** Printed keys that a permission does not cover: left as they are; their family stays due. */
  not_permitted: readonly string[]
  /** Set where the family could not be assessed: it is parked, shown, and tried again at `until`. */
  broken: { why: string; until: Instant } | null
}

/** Everything that carrying a family's plan out writes, but for what only reckons. */
export const listsOf = (plan: FamilyPlan): readonly (readonly unknown[])[] => [
  plan.intents,
  plan.findings,
  plan.forgotten,
  plan.holds,
  plan.lifted,
  plan.renamed,
  plan.accounts,
  plan.opportunities,
  plan.history,
  plan.events,
  plan.tasks,
  plan.close_tasks,
  plan.withdraw,
  plan.judged,
]

/** Does carrying it out change anything of the family? What only reckons does not. */
export const changesAnything = (plan: FamilyPlan): boolean => listsOf(plan).some((list) => list.length > 0)

/** All that a run would do now. Applying it plans afresh; a saved one is a permission, never an instruction. */
export interface Plan {
  at: Instant
  program: { number: number; digest: string }
  families: FamilyPlan[]
  held: HeldRule[]
  totals: Totals
  /** How many subjects were assessed. */
  assessed: number
}

/** What the engine reads of one family: its rows with all that hangs on them. */
export interface FamilyState {
  family: Family
  /** The last finding of each rule and subject, and all that are not resolved. */
  findings: readonly Finding[]
  holds: readonly Hold[]
  /** Events that no run has judged yet. */
  events: readonly DomainEvent[]
  /** Printed keys of the account's moves that were carried out (or withheld) in its present bin episode. */
  done: readonly string[]
}

/** What was committed in the last 24 hours and was not approved by a person. */
export interface Spent {
  effects: number
  amount: number
  opportunities: ReadonlySet<string>
  accounts: ReadonlySet<string>
  /** How many of the opportunities are not open any more: they still count among those that a share is of. */
  closed?: number
}
