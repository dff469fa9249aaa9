import type { Key } from '../domain/findings.js'
import type { People } from '../domain/vocabulary.js'
import type { Instant } from '../lib/instant.js'
import type { FamilyPlan, FamilyState, Spent } from './plan.js'

/** What the engine needs of a store. */
export interface EngineStore {
  /** Families with a subject that is due at `now` under the program (or all of them), whole, in id order. */
  due(now: Instant, program: number, which?: 'due' | 'all'): AsyncIterable<FamilyState>
  /** The people that imports brought; those of YAML win and are laid over by the engine. */
  people(): Promise<People>
  /** Rules of which a limit holds something, with the digest under which it was held. */
  heldRules(): Promise<ReadonlyMap<string, string>>
  /** What was done since an instant, and how many subjects there are to share it. */
  spent(since: Instant): Promise<Spent>
  sizes(): Promise<{ openOpportunities: number; accounts: number }>
  /** Carries out families whole or not at all, in the order given, in short transactions. */
  commit(families: readonly FamilyPlan[], run: CommitRun): Promise<CommitReport>
}

export interface CommitRun {
  now: Instant
  program: number
  /** Printed keys that a person approved: they do not count against the limits. */
  approved: ReadonlySet<string>
}

export interface CommitReport {
  /** Families that moved since they were read: left out, still due. */
  stale: readonly string[]
  committed: number
  /** Keys that another run had carried out already. */
  already_done: readonly Key[]
}
