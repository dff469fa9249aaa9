import type { Day } from './days.js'

export type PipelineName = 'new-business' | 'renewals'
export type Fate = 'open' | 'won' | 'lost' | 'abandoned'

/** What may be wrong with an open opportunity: each is what a rule of the packs finds. */
export type Trouble =
  | 'quiet'
  | 'stuck'
  | 'old'
  | 'backwards'
  | 'overdue'
  | 'pushed'
  | 'no-next-step'
  | 'no-amount'
  | 'undated'
  | 'closed-but-open'
  | 'untouched'
  | 'shrunk'
  | 'orphaned'
  | 'single-threaded'
  | 'too-early'
  | 'unowned'

/** What may be wrong with an account. */
export type AccountTrouble =
  | 'slow-bin'
  | 'stale'
  | 'touched'
  | 'ripe'
  | 'client-as-prospect'
  | 'worked-by-stranger'
  | 'worked-in-vain'
  | 'left-alone'
  | 'of-nothing'
  | 'owner-left'

export type Bin =
  | 'cold'
  | 'working'
  | 'active-opportunity'
  | 'check-back'
  | 'dead-opportunity'
  | 'current-client'
  | 'bad-fit'
  | 'duplicate'

/** One change of the past. `minute` orders the changes of a day. */
export interface Change {
  fact: 'stage' | 'status' | 'close_date' | 'amount' | 'owner' | 'bin'
  day: Day
  minute: number
  from: string
  to: string
  by: string
}

/** A stage and the day on which it was entered. */
export interface Step {
  stage: string
  day: Day
}

export interface Opportunity {
  id: string
  name: string
  account: Account
  pipeline: PipelineName
  fate: Fate
  troubles: readonly Trouble[]
  created: Day
  /** The last day of an ended one. */
  ended: Day | null
  /** In order; the first is the stage it was created in. */
  steps: readonly Step[]
  /** As it was created; what it became is said by its changes alone. */
  first: { stage: string; status: string; amount: string; close_date: string; owner: string }
  reason: string
  changes: Change[]
}

export interface Contact {
  id: string
  name: string
  email: string
}

export interface Account {
  id: string
  name: string
  industry: string
  employees: number
  segment: 'small' | 'mid-market' | 'enterprise'
  team: string
  owner: string
  /** The bin in which it is to end up. */
  goal: Bin
  troubles: readonly AccountTrouble[]
  created: Day
  duplicateOf: string
  contacts: Contact[]
  opportunities: Opportunity[]
  changes: Change[]
}

export interface Activity {
  kind: 'email' | 'call' | 'meeting' | 'reply' | 'web-visit' | 'payment'
  day: Day
  minute: number
  by: string
  opportunity: string
  account: string
  contact: string
}
