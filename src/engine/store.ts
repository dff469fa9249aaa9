import type { Key } from '../domain/findings.js'
import type { Account, Opportunity, SubjectRef } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import type { Instant } from '../lib/instant.js'
import type { FamilyPlan, FamilyState, Reckoning, Spent } from './plan.js'

/** A due subject as it is looked at in passing: what is read of its rows is what is asked for. */
export interface Sighted {
  /** Null when the subject is the account. */
  readonly opportunity: Opportunity | null
  readonly account: Account | null
  /** All living opportunities of the account. */
  readonly opportunities: readonly Opportunity[]
  /** Whether anything hangs on it: a finding that is not resolved, a hold, an event that no run has judged. */
  readonly involved: boolean
}

/** What an assessment leaves on a subject with which nothing is to be done; null where its family must be planned. */
export type Quiet = (seen: Sighted) => Reckoning | null

/** Who wants to know of families. */
export type Hear = (family: SubjectRef) => void

/** Which families: those with a due subject, all, or those named. */
export type Which = 'due' | 'all' | readonly SubjectRef[]

/** What the engine needs of a store. */
export interface EngineStore {
  /**
   * Families with a subject that is due at `now` under the program (or all of them, or those named), whole, in id order. One
   * may be left out whose due subjects are all `quiet`.
   */
  due(now: Instant, program: number, which?: Which, quiet?: Quiet): AsyncIterable<FamilyState>
  /**
   * Stores what is reckoned of due subjects that are quiet under the people that imports brought, in slices of one transaction
   * each; returns how many there were. The others stay due; `hear` is told their families, each as often as it has one of them.
   */
  settle?(run: SettleRun, quietUnder: (imported: People) => Quiet, hear?: Hear): Promise<number> | number
  /** The people that imports brought; those of YAML win and are laid over by the engine. */
  people(): Promise<People>
  /** The programs that were in force, oldest first. */
  programs(): Promise<readonly FormerProgram[]>
  /** Rules of which a limit holds something, with the digest under which it was held. */
  heldRules(): Promise<ReadonlyMap<string, string>>
  /** What was done since an instant, and how many subjects there are to share it. */
  spent(since: Instant): Promise<Spent>
  /** Counted no further than `most`. */
  sizes(most?: number): Promise<{ openOpportunities: number; accounts: number }>
  /** Carries out families whole or not at all, in the order given, in short transactions. */
  commit(families: readonly FamilyPlan[], run: CommitRun): Promise<CommitReport>
}

export interface SettleRun {
  now: Instant
  program: number
}

/** A program that was in force: since when, and of each of its rules the digest and the basis; that of no rule is known where nobody noted them. */
export interface FormerProgram {
  number: number
  since: Instant
  rules: Readonly<Record<string, string>>
  bases: Readonly<Record<string, string>>
}

export interface CommitRun {
  now: Instant
  program: number
  /** Printed keys that a person approved: they do not count against the limits. */
  approved: ReadonlySet<string>
  /** Called now and then with how many of the families are done. */
  onCommit?: (families: number, all: number) => void
}

export interface CommitReport {
  /** Families that moved since they were read: left out, still due. */
  stale: readonly string[]
  committed: number
  /** Keys that another run had carried out already. */
  already_done: readonly Key[]
}
