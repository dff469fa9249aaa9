import { z } from 'zod'
import { CHANGE_FACTS } from '../../domain/change-facts.js'
import { SEVERITIES } from '../../domain/findings.js'
import { LEVELS } from '../../domain/subjects.js'
import { actions, condition, name, oneOrMore, span, template, threshold } from './common.js'
import { RULE_MODES } from './model.js'

export const subjectKind = z.enum(['opportunity', 'account'])

const event = z.union([z.strictObject({ activity: z.string() }), z.strictObject({ change: z.enum(CHANGE_FACTS) })])

export const rule = z.strictObject({
  title: z.string().optional(),
  why: z.string().optional(),
  for: subjectKind,
  when: condition.optional(),
  event: event.optional(),
  lasting: span.optional(),
  severity: z.enum(SEVERITIES).optional(),
  then: actions.optional(),
  remind: z.strictObject({ every: span, then: actions }).optional(),
  escalate: z
    .array(z.strictObject({ after: span, then: actions }))
    .min(1)
    .optional(),
  on_resolve: actions.optional(),
  coach: z.string().optional(),
  mode: z.enum(RULE_MODES).optional(),
  disabled: z.union([z.string(), z.boolean()]).optional(),
  was: z.string().optional(),
  priority: z.int().optional(),
  cooldown: span.optional(),
  even_if_avoided: z.boolean().optional(),
})
export const rules = z.record(name, rule)

const badLevel = z.enum(LEVELS).exclude(['healthy'])
const indicator = z.strictObject({
  at_risk: threshold.optional(),
  poor: threshold.optional(),
  when: condition.optional(),
  level: badLevel.optional(),
  coach: z.string().optional(),
  title: z.string().optional(),
})
export const health = z.strictObject({
  when: condition.optional(),
  indicators: z.record(z.string(), indicator),
})

const score = z.array(z.strictObject({ when: condition, add: z.number() }))
export const scoring = z.strictObject({ account: score.optional(), opportunity: score.optional() })
export const qualification = z.strictObject({ needs: z.record(name, z.union([z.string(), condition])) })

export const playbooks = z.record(
  name,
  z.strictObject({
    title: z.string().optional(),
    steps: z.array(z.strictObject({ when: condition.optional(), say: template })).optional(),
    practice: z.string().optional(),
  }),
)

export const views = z.record(
  name,
  z.strictObject({
    title: z.string().optional(),
    for: subjectKind.optional(),
    when: condition.optional(),
    columns: z.array(z.string()).min(1).optional(),
    sort: oneOrMore(z.string()).optional(),
  }),
)
