import { z } from 'zod'
import { condition, date, name, oneOrMore, percent, timeOfDay } from './common.js'
import { subjectKind } from './rules.js'

export const notifications = z.strictObject({
  via: z.string().optional(),
  gather: z.strictObject({ at: oneOrMore(timeOfDay) }).optional(),
  quiet_hours: z.strictObject({ from: timeOfDay, to: timeOfDay }).optional(),
  at_most: z.string().optional().describe('A daily maximum: "5 per day".'),
})

const secret = z.string()
export const channels = z.record(
  name,
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('email'), smtp: secret.optional(), from: z.string() }),
    z.strictObject({ type: z.literal('slack'), url: secret, allow_private: z.boolean().optional() }),
    z.strictObject({ type: z.literal('teams'), url: secret, allow_private: z.boolean().optional() }),
    z.strictObject({
      type: z.literal('webhook'),
      url: secret,
      secret: secret.optional(),
      subscribe: z.array(z.enum(['opened', 'resolved', 'moves', 'status'])).optional(),
      allow_private: z.boolean().optional(),
    }),
  ]),
)

export const digests = z.record(
  name,
  z.strictObject({
    title: z.string().optional(),
    every: z.string().describe('"2 weeks", "month" or "workday".'),
    starting: date.optional(),
    at: timeOfDay,
    show: z.array(z.string()).min(1),
    to: oneOrMore(z.string()),
  }),
)

export const goals = z.record(
  name,
  z.strictObject({
    title: z.string().optional(),
    measure: z.enum(['count', 'value', 'share_of_count', 'share_of_value']),
    for: subjectKind.optional(),
    of: condition.optional(),
    when: condition,
    at_most: percent.optional(),
    at_least: percent.optional(),
    per: z.enum(['owner', 'team', 'manager']).optional(),
  }),
)

export const limits = z.strictObject({
  per_run: z.strictObject({
    effects: z.int().nonnegative().optional(),
    share: percent.optional(),
    amount: z.number().nonnegative().optional(),
  }),
})
