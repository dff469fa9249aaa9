import { z } from 'zod'
import type { Problem } from '../../lib/problem.js'
import { formatSpan } from '../../lib/span.js'
import type { Rule } from '../../program/program.js'
import { defineOperation } from '../operation.js'
import { notFound } from '../problem-details.js'
import { idParams, severity, subjectKind, text } from './shapes.js'

export const problem = z
  .object({
    file: z.string(),
    line: z.int(),
    column: z.int(),
    message: z.string(),
    hint: z.string().optional(),
  })
  .meta({ id: 'RulesProblem', description: 'A mistake in the rules, with its place.' })

const rule = z
  .object({
    id: z.string(),
    is: z.enum(['state', 'event', 'move']),
    for: subjectKind,
    title: z.string(),
    why: text,
    severity,
    mode: z.enum(['act', 'observe']),
    disabled: text.describe('The reason; null where it is in force.'),
    priority: z.number(),
    lasting: text.describe('How long its condition has to hold.'),
    place: text.describe('Where it stands: `rules/hygiene.yaml:12`.'),
  })
  .meta({ id: 'Rule', description: 'A rule, or a move that happens by itself.' })

/** A mistake in the rules as JSON: its place and sentence in one object. */
export const problemJson = ({ place, message, hint }: Problem): z.infer<typeof problem> => ({
  ...place,
  message,
  ...(hint === undefined ? {} : { hint }),
})

const ruleJson = ({ lasting, ...one }: Rule): z.infer<typeof rule> => ({
  id: one.id,
  is: one.is,
  for: one.for,
  title: one.title,
  why: one.why,
  severity: one.severity,
  mode: one.mode,
  disabled: one.disabled,
  priority: one.priority,
  lasting: lasting && formatSpan(lasting),
  place: one.place,
})

export const rules = [
  defineOperation({
    method: 'get',
    path: '/rules',
    name: 'listRules',
    about: 'rules',
    summary: 'The rules in force, and what is wrong with the files as they are now.',
    says: 'Where the files have problems, the rules in force are the last good ones.',
    scope: 'read',
    answers: {
      200: {
        says: 'The rules, in the order in which they are planned.',
        schema: z.object({
          program: z.object({ number: z.int(), digest: z.string() }),
          rules: z.array(rule),
          problems: z.array(problem),
        }),
      },
    },
    run: async ({ rules: { program, problems } }) => ({
      status: 200,
      body: {
        program: { number: program.number, digest: program.digest },
        rules: program.rules.map(ruleJson),
        problems: problems.map(problemJson),
      },
    }),
  }),
  defineOperation({
    method: 'get',
    path: '/rules/{id}',
    name: 'getRule',
    about: 'rules',
    summary: 'One rule.',
    scope: 'read',
    params: idParams,
    answers: { 200: { says: 'The rule.', schema: rule } },
    run: async ({ params, program }) => {
      const found = program.rules.find(({ id }) => id === params.id)
      if (!found) throw notFound('rule', params.id)
      return { status: 200, body: ruleJson(found) }
    },
  }),
]
