import { z } from 'zod'
import { ROLES, STATUSES } from '../../domain/subjects.js'
import { FIELD_TYPES, GROUPS } from '../../domain/vocabulary.js'
import { actions, condition, date, name, oneOrMore, span, threshold, timeOfDay } from './common.js'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const

export const calendar = z.strictObject({
  timezone: z.string().optional().describe('IANA name of the zone in which days begin and end.'),
  workdays: z.array(z.enum(WEEKDAYS)).min(1).optional(),
  hours: z.strictObject({ from: timeOfDay, to: timeOfDay }).optional().describe('Business hours on workdays.'),
  holidays: z.array(date).optional(),
  fiscal_year_starts: z.enum(MONTHS).optional(),
})

/** Keyed by id, which is any text. */
export const people = z.record(
  z.string(),
  z.strictObject({
    name: z.string().optional(),
    email: z.string().optional(),
    role: z.enum(ROLES).optional(),
    manager: z.string().optional(),
    team: z.string().optional(),
    active: z.boolean().optional(),
    timezone: z.string().optional(),
  }),
)

const field = z.strictObject({
  type: z.enum(FIELD_TYPES),
  label: z.string().optional(),
  of: z.array(z.string()).min(1).optional().describe('What a choice may be.'),
})
export const fields = z.strictObject({
  opportunity: z.record(name, field).optional(),
  account: z.record(name, field).optional(),
})

const status = z.enum(STATUSES)
const stage = z.strictObject({
  label: z.string().optional(),
  probability: z.number().min(0).max(100).optional(),
  expected: span.optional(),
  statuses: z.array(status).min(1).optional(),
  requires: z.array(z.string()).optional(),
})
export const pipelines = z.record(
  name,
  z.strictObject({
    label: z.string().optional(),
    stages: z.record(name, stage),
    backwards: z.enum(['allowed', 'refused']).optional(),
    reasons: z.partialRecord(z.enum(['won', 'lost', 'abandoned']), z.array(z.string()).min(1)).optional(),
  }),
)

export const RULE_MODES = ['act', 'observe'] as const
const bin = z.strictObject({
  label: z.string().optional(),
  group: z.enum(GROUPS),
  expected: span.optional(),
  requires: z.array(z.string()).optional(),
})
const move = z.strictObject({
  from: oneOrMore(z.string()).describe('A bin, a list of bins, or any.'),
  to: oneOrMore(z.string()),
  when: condition.optional().describe('Makes the move by itself as soon as this holds.'),
  then: actions.optional(),
  id: name.optional(),
  why: z.string().optional(),
  priority: z.int().optional(),
  mode: z.enum(RULE_MODES).optional(),
  disabled: z.union([z.string(), z.boolean()]).optional(),
})
export const assemblyLine = z.strictObject({
  starts_in: z.string(),
  bins: z.record(name, bin),
  moves: z.array(move).optional(),
})

export const activities = z.strictObject({
  touches: z.array(name).optional(),
  others: z.array(name).optional(),
})

export const thresholds = z.record(name, threshold)

export const money = z.strictObject({
  currency: z.string().optional(),
  rates: z
    .record(z.string(), z.number().positive())
    .optional()
    .describe('Units of `currency` for one unit of the other.'),
})
