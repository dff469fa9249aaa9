import type { Instant } from '../lib/instant.js'
import { NO_ACTIVITY } from './activities.js'
import type { Settable } from './effects.js'
import type { Account, FieldValue, Opportunity, Status } from './subjects.js'
import type { Vocabulary } from './vocabulary.js'

/** What the rest of a row makes of one changed fact; null where the fact already has that value. */
export interface Changed<Row> {
  row: Row
  from: Settable
}

const PLAIN_OPPORTUNITY = ['name', 'reason', 'currency', 'source', 'origin', 'created', 'next_step', 'account'] as const
const PLAIN_ACCOUNT = ['name', 'segment', 'industry', 'created', 'duplicate_of'] as const

/**
 * Columns that change with a fact of an opportunity or an account, beside its own. That a new bin counts its touches anew is in
 * `bin_since`; an account that has always been in its bin has been there since it was created.
 */
export const CHANGED_WITH: Readonly<Record<string, readonly string[]>> = {
  stage: ['stage_since', 'setbacks', 'skips'],
  status: ['status_since'],
  owner: ['owner_since'],
  amount: ['amount_high'],
  close_date: ['pushes'],
  bin: ['bin_since'],
  created: ['bin_since'],
}

/** Sets one fact of an opportunity as of `at`, with all that follows: clocks, pushes, setbacks, skips, the highest amount. */
export function changeOpportunity(
  row: Opportunity,
  fact: string,
  to: Settable,
  at: Instant,
  vocabulary: Vocabulary,
): Changed<Opportunity> | null {
  if (fact.startsWith('fields.')) return changeField(row, fact.slice('fields.'.length), to)
  const from = row[fact as keyof Opportunity] as Settable
  if (from === to) return null
  switch (fact) {
    case 'stage': {
      const { setbacks, skips } = stageStep(vocabulary, row.pipeline, row.stage, to as string)
      return {
        from,
        row: {
          ...row,
          stage: to as string,
          stage_since: at,
          stage_since_known: true,
          setbacks: row.setbacks + setbacks,
          skips: row.skips + skips,
        },
      }
    }
    case 'pipeline':
      return { from, row: { ...row, pipeline: to as string } }
    case 'status':
      return { from, row: { ...row, status: to as Status, status_since: at, status_since_known: true } }
    case 'owner':
      return { from, row: { ...row, owner: to as string | null, owner_since: at } }
    case 'amount': {
      const amount = to as number | null
      const high = amount === null ? row.amount_high : Math.max(row.amount_high ?? amount, amount)
      return { from, row: { ...row, amount, amount_high: high } }
    }
    case 'close_date': {
      const later = row.close_date !== null && to !== null && (to as string) > row.close_date
      return { from, row: { ...row, close_date: to as string | null, pushes: row.pushes + (later ? 1 : 0) } }
    }
    default:
      if (!(PLAIN_OPPORTUNITY as readonly string[]).includes(fact))
        throw new Error(`Nobody sets ${fact} of an opportunity.`)
      return { from, row: { ...row, [fact]: to } }
  }
}

/** Sets one fact of an account as of `at`. A new bin starts its clock and its count of touches anew. */
export function changeAccount(row: Account, fact: string, to: Settable, at: Instant): Changed<Account> | null {
  if (fact.startsWith('fields.')) return changeField(row, fact.slice('fields.'.length), to)
  const from = row[fact as keyof Account] as Settable
  if (from === to) return null
  switch (fact) {
    case 'bin': {
      const kinds = Object.entries(row.activity.kinds).map(([kind, of]) => [kind, { ...of, in_bin: 0 }])
      return {
        from,
        row: {
          ...row,
          bin: to as string,
          bin_since: at,
          bin_since_known: true,
          bin_episode: row.bin_episode + 1,
          activity: { ...row.activity, kinds: Object.fromEntries(kinds) },
        },
      }
    }
    case 'owner':
      return { from, row: { ...row, owner: to as string | null, owner_since: at } }
    default:
      if (!(PLAIN_ACCOUNT as readonly string[]).includes(fact)) throw new Error(`Nobody sets ${fact} of an account.`)
      return { from, row: { ...row, [fact]: to } }
  }
}

function changeField<Row extends Opportunity | Account>(row: Row, field: string, to: Settable): Changed<Row> | null {
  const from = row.fields[field] ?? null
  if (from === to) return null
  const { [field]: _, ...others } = row.fields
  return { from, row: { ...row, fields: to === null ? others : { ...others, [field]: to as FieldValue } } }
}

/** Whether a change of stage goes back, and how many stages it jumps over on the way forward. Unknown stages count as neither. */
export function stageStep(vocabulary: Vocabulary, pipeline: string, from: string, to: string) {
  const stages = vocabulary.pipelines.get(pipeline)?.stages ?? []
  const [a, b] = [stages.findIndex((s) => s.name === from), stages.findIndex((s) => s.name === to)]
  if (a < 0 || b < 0) return { setbacks: 0, skips: 0 }
  return { setbacks: b < a ? 1 : 0, skips: b > a + 1 ? b - a - 1 : 0 }
}

/** An account of which nothing is known yet but its id. It has always been in the bin where accounts start. */
export const newAccount = (id: string, startsIn: string, now: Instant): Account => ({
  id,
  name: null,
  owner: null,
  segment: null,
  industry: null,
  created: null,
  bin: startsIn,
  duplicate_of: null,
  fields: {},
  bin_since: now,
  bin_since_known: false,
  bin_episode: 0,
  owner_since: null,
  activity: NO_ACTIVITY,
  seen: now,
  last_change: now,
  version: 0,
  deleted_at: null,
  due: 0,
  due_program: 0,
  score: null,
})

/** An opportunity of which nothing is known yet but its id and where it stands. */
export const newOpportunity = (id: string, pipeline: string, stage: string, now: Instant): Opportunity => ({
  id,
  account: null,
  name: null,
  pipeline,
  stage,
  status: 'open',
  reason: null,
  amount: null,
  currency: null,
  owner: null,
  source: null,
  origin: null,
  created: null,
  close_date: null,
  next_step: null,
  fields: {},
  stage_since: now,
  stage_since_known: false,
  status_since: now,
  status_since_known: false,
  owner_since: null,
  amount_high: null,
  pushes: 0,
  setbacks: 0,
  skips: 0,
  said_last_activity: null,
  said_next_activity: null,
  activity: NO_ACTIVITY,
  seen: now,
  last_change: now,
  version: 0,
  deleted_at: null,
  due: 0,
  due_program: 0,
  score: null,
  health: null,
  levels: {},
  qualification: null,
})
