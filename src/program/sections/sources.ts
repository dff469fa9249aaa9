import { z } from 'zod'
import { oneOrMore } from './common.js'
import { hook } from './hooks.js'

/** Where a value comes from: a column (or the first of several that is not empty), a text over the columns, or a fixed value. */
export const origin = z
  .union([
    z.string(),
    z.array(z.string()).min(1),
    z.strictObject({ text: z.string() }),
    z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]) }),
    z.strictObject({
      column: oneOrMore(z.string()),
      map: z.record(z.string(), z.string()).optional(),
      else: z.string().optional(),
      dates: oneOrMore(z.string()).optional(),
    }),
  ])
  .meta({ id: 'origin' })

const mapped = <const K extends string>(keys: readonly K[], needed: readonly K[]) =>
  z.strictObject(
    Object.fromEntries(keys.map((k) => [k, needed.includes(k) ? origin : origin.optional()])) as unknown as Record<
      K,
      z.ZodOptional<typeof origin>
    >,
  )
const fields = z.record(z.string(), origin).optional()

/** What may be mapped, by kind of record; every entry but these names is a problem. */
export const MAPPABLE = {
  people: ['id', 'name', 'email', 'role', 'manager', 'team', 'active', 'timezone'],
  accounts: ['id', 'name', 'owner', 'segment', 'industry', 'created', 'bin', 'bin_changed', 'duplicate_of'],
  contacts: ['id', 'account', 'name', 'email'],
  opportunities: [
    'id',
    'name',
    'account',
    'pipeline',
    'stage',
    'status',
    'reason',
    'amount',
    'currency',
    'owner',
    'source',
    'origin',
    'created',
    'close_date',
    'next_step',
    'stage_changed',
    'status_changed',
    'last_activity',
    'next_activity',
    'pushes',
  ],
  activities: ['id', 'kind', 'at', 'by', 'opportunity', 'account', 'contact'],
  changes: ['id', 'at', 'fact', 'from', 'to', 'by', 'opportunity', 'account'],
} as const
export type RecordKind = keyof typeof MAPPABLE
export const RECORD_KINDS = Object.keys(MAPPABLE) as RecordKind[]

export const source = z.strictObject({
  dates: oneOrMore(z.string()).optional().describe('Formats of date columns, tried in order; ISO 8601 is always read.'),
  empty: z.array(z.string()).optional().describe('Texts that mean "unknown".'),
  encoding: z.string().optional().describe('Of the file; default UTF-8. "latin1" is common.'),
  delimiter: z.string().optional(),
  hook: hook.optional().describe('Takes what its CRM sends by itself: webhooks under /hooks/TYPE.'),
  people: mapped(MAPPABLE.people, ['id']).optional(),
  accounts: mapped(MAPPABLE.accounts, ['id']).extend({ fields }).optional(),
  contacts: mapped(MAPPABLE.contacts, ['id', 'account']).optional(),
  opportunities: mapped(MAPPABLE.opportunities, ['id']).extend({ fields }).optional(),
  activities: mapped(MAPPABLE.activities, ['kind', 'at']).optional(),
  changes: mapped(MAPPABLE.changes, ['at', 'fact', 'to']).optional(),
})
export const sources = z.record(z.string(), source)
export type Origin = z.infer<typeof origin>
export type Source = z.infer<typeof source>
