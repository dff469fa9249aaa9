import { z } from 'zod'
import { FINDING_STATES } from '../../domain/findings.js'
import { instant, severity, subject, text } from './shapes.js'

export const findingShape = z
  .object({
    finding: z.string().describe('Its name: RULE/KIND/ID/EPISODE.'),
    rule: z.string(),
    subject,
    name: text.describe('Of its subject.'),
    owner: text.describe('Of its subject, at present.'),
    episode: z.int(),
    state: z.enum(FINDING_STATES),
    severity,
    pending_since: instant.nullable(),
    opened_at: instant.nullable(),
    resolved_at: instant.nullable(),
    resolved_because: text,
    withheld: z.enum(['observe', 'baseline']).nullable(),
    program: z.int(),
    explanation: z.array(z.unknown()).nullable().describe('What was seen, in the order of the condition.'),
    acknowledged_at: instant.nullable(),
    acknowledged_by: text,
    snoozed_at: instant.nullable(),
    snoozed_until: instant.nullable(),
    snoozed_by: text,
    snooze_reason: text,
    snooze_ends_on: z.enum(['touch', 'stage']).nullable(),
    reminded: z.int(),
    escalated: z.int(),
  })
  .meta({ id: 'Finding', description: 'One episode of a rule on a subject.' })

export const historyShape = z
  .object({
    subject,
    fact: z.string(),
    from: z.unknown(),
    to: z.unknown(),
    at: instant,
    learned_at: instant,
    by: z.string(),
    cause: text,
  })
  .meta({ id: 'Change', description: 'A change of a fact: when, by whom, because of what.' })
