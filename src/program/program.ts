import type { PlannedAction } from '../actions/action.js'
import type { Condition, Operand } from '../conditions/tree.js'
import type { Severity } from '../domain/findings.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { Vocabulary } from '../domain/vocabulary.js'
import type { Wakes } from '../domain/wakes.js'
import type { Fact, FactTable } from '../facts/fact.js'
import type { Span } from '../lib/span.js'
import type { Template } from '../lib/texts.js'
import type { Rules } from './sections/index.js'

/** A rule, or an automatic move (which is one `for: account` that opens no finding). */
export interface Rule {
  id: string
  is: 'state' | 'event' | 'move'
  for: SubjectKind
  title: string
  why: string | null
  /** In normal form; of an event rule without `when` and of nothing else, ALWAYS. */
  when: Condition
  /** Of an event rule: what it listens to. */
  event: { activity: string } | { change: string } | null
  /** Of a move: it applies to accounts in these bins. The bin itself is also the first leaf of `when`. */
  move: { from: readonly string[]; to: string } | null
  lasting: Span | null
  severity: Severity
  /** Of a move: what it does besides. The planner moves the account itself. */
  then: readonly PlannedAction[]
  remind: { every: Span; then: readonly PlannedAction[] } | null
  escalate: readonly { after: Span; then: readonly PlannedAction[] }[]
  onResolve: readonly PlannedAction[]
  coach: string | null
  mode: 'act' | 'observe'
  /** The reason, or null when it is in force. Disabled rules are in the list, so that their findings can be closed. */
  disabled: string | null
  was: string | null
  /** Higher speaks first; moves before rules of the same priority, then file order (the order of the list). */
  priority: number
  cooldown: Span | null
  evenIfAvoided: boolean
  /** Of its compiled meaning: an edit changes it. */
  digest: string
  /** The digest of what its verdict rests on: of its condition, and of what gives words of that their meaning. */
  basis: string
  /** Where it stands, as text for people: `rules/hygiene.yaml:12`. */
  place: string | null
}

export interface ScoreLine {
  when: Condition
  add: number
}

export interface Need {
  name: string
  met: Condition
}

/** One indicator: the first row whose condition holds gives the level (rows come worst first). */
export interface Indicator {
  name: string
  title: string
  rows: readonly { level: 'at_risk' | 'poor'; when: Condition; threshold: Operand | null }[]
  /** The fact it is named after, whose value it shows; null for one with `level`. */
  fact: Fact | null
  /** The facts its `when` names: the cells to colour. */
  facts: readonly string[]
  coach: string | null
}

export interface Playbook {
  name: string
  title: string
  steps: readonly { when: Condition; say: Template }[]
  practice: string | null
}

export interface View {
  name: string
  title: string
  for: SubjectKind
  when: Condition
  columns: readonly Fact[]
  /** `descending` as written with a leading minus; missing comes last either way. */
  sort: readonly { fact: Fact; descending: boolean }[]
}

/** A hygiene goal: how many (or how much, or what share) of those in `of` may be, or should be, as `when` says. */
export interface Goal {
  name: string
  title: string
  measure: 'count' | 'value' | 'share_of_count' | 'share_of_value'
  for: SubjectKind
  of: Condition
  when: Condition
  /** A count; a value in units of the program's currency; a share in per cent. */
  bound: { is: 'at_most' | 'at_least'; value: number }
  /** Held for each of them; null: for all together. */
  per: 'owner' | 'team' | 'manager' | null
}

export interface Limits {
  effects: number
  /** Per cent of the open opportunities (or of the accounts), from 20 subjects on. */
  share: number
  /** In thousandths; null: no limit. */
  amount: number | null
}

/** Under which nothing is held: where nobody is there to approve. */
export const NO_LIMITS: Limits = { effects: Number.POSITIVE_INFINITY, share: 100, amount: null }

/** The compiled meaning of a rules folder. Immutable; everything the engine, the reports and the pages ask. */
export interface Program {
  /** Given by the store that takes it into force; 0 before. */
  number: number
  /** Of its compiled meaning. */
  digest: string
  vocabulary: Vocabulary
  facts: Readonly<Record<SubjectKind, FactTable>>
  /** In order of planning: by priority, moves before rules, file order. */
  rules: readonly Rule[]
  scoring: Readonly<Record<SubjectKind, readonly ScoreLine[]>>
  qualification: readonly Need[] | null
  health: { when: Condition; indicators: readonly Indicator[] } | null
  playbooks: ReadonlyMap<string, Playbook>
  views: ReadonlyMap<string, View>
  goals: ReadonlyMap<string, Goal>
  limits: Limits
  /** Whom a change makes due beside its own subject. */
  wakes: Wakes
  /** The sections that are data for other rooms, as checked: sources, channels, notifications, digests, goals, thresholds. */
  sections: Pick<Rules, 'sources' | 'channels' | 'notifications' | 'digests' | 'goals' | 'thresholds'>
}
