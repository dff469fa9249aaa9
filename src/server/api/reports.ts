import { z } from 'zod'
import { LEVELS } from '../../domain/subjects.js'
import type { Snapshot } from '../../facts/fact.js'
import { readGoals } from '../../reports/goals.js'
import { GROUPED_BY, readHealth } from '../../reports/health.js'
import { healthJson, viewJson } from '../../reports/json.js'
import { columnsOf, rowOf } from '../../reports/views.js'
import { type Circumstances, defineOperation, type Operation } from '../operation.js'
import { ownersOf } from '../sight.js'
import { idParams, instant, instantsOf, paging, subject, subjectKind, text } from './shapes.js'
import { listSubjects, viewNamed } from './subject-list.js'

const sums = z.array(z.object({ currency: z.string(), amount: z.number() }))
const levels = z.record(z.enum(LEVELS), z.object({ count: z.int(), value: sums }))

const health = z
  .object({
    at: instant,
    levels,
    by: z.enum(GROUPED_BY),
    groups: z.array(z.object({ name: z.string(), levels })),
    worst: z.array(
      z.looseObject({
        id: z.string(),
        name: text,
        owner: text,
        stage: z.string(),
        level: z.enum(LEVELS),
        amount: z.number().nullable(),
      }),
    ),
    without: z.int().describe('Opportunities that have no health.'),
  })
  .meta({ id: 'HealthReport', description: 'How healthy the pipeline is, as of now.' })

const view = z
  .object({
    at: instant,
    view: z.string(),
    title: z.string(),
    columns: z.array(z.object({ name: z.string(), title: z.string() })),
    rows: z.array(
      z.object({
        subject,
        name: text,
        cells: z.array(
          z.object({
            column: z.string(),
            text: z.string().describe('For people.'),
            value: z.union([z.string(), z.number(), z.boolean()]).nullable().describe('For programs.'),
            wrong: z.enum(['at_risk', 'poor']).nullable(),
          }),
        ),
      }),
    ),
    next: text,
  })
  .meta({ id: 'View', description: 'A saved view: rows, and which of their cells are wrong.' })

const goals = z
  .object({
    at: instant,
    goals: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        measure: z.enum(['count', 'value', 'share_of_count', 'share_of_value']),
        bound: z.object({ is: z.enum(['at_most', 'at_least']), value: z.number() }),
        parts: z.array(z.object({ name: z.string(), value: z.number(), met: z.boolean() })),
      }),
    ),
  })
  .meta({ id: 'GoalsReport', description: 'How the goals stand, as of now.' })

/** Does the caller see what a report reads? Of an account also who owns one of its opportunities. */
async function keeper(asked: Circumstances): Promise<(snapshot: Snapshot) => boolean> {
  const owners = await ownersOf(asked)
  if (owners === null) return () => true
  const seen = new Set(owners)
  const isOwn = (row: { owner: string | null } | null) => row?.owner != null && seen.has(row.owner)
  return ({ opportunity, account, opportunities }) =>
    opportunity ? isOwn(opportunity) : isOwn(account) || opportunities.some(isOwn)
}

export const reports: readonly Operation[] = [
  defineOperation({
    method: 'get',
    path: '/reports/health',
    name: 'reportHealth',
    about: 'reports',
    summary: 'How healthy the pipeline is: by level, by owner, manager or team, and the worst.',
    scope: 'read',
    query: z.object({
      by: z.enum(GROUPED_BY).default('owner'),
      worst: z.int().min(0).max(1000).default(50).describe('How many of the worst are shown.'),
    }),
    answers: { 200: { says: 'The report.', schema: health } },
    run: async (asked) => {
      const { query, ports, program, now } = asked
      const report = await readHealth(ports.store, program, now, query.by, await keeper(asked))
      return { status: 200, body: healthJson({ ...report, worst: report.worst.slice(0, query.worst) }, program) }
    },
  }),
  defineOperation({
    method: 'get',
    path: '/reports/goals',
    name: 'reportGoals',
    about: 'reports',
    summary: 'How the goals stand.',
    scope: 'read',
    answers: { 200: { says: 'The report.', schema: goals } },
    run: async (asked) => {
      const { ports, program, now } = asked
      const report = await readGoals(ports.store, program, now, await keeper(asked))
      return {
        status: 200,
        body: {
          at: instantsOf(program)(now),
          goals: report.map(({ goal: { name, title, measure, bound }, parts }) => ({
            name,
            title,
            measure,
            bound,
            parts,
          })),
        },
      }
    },
  }),
  defineOperation({
    method: 'get',
    path: '/views',
    name: 'listViews',
    about: 'views',
    summary: 'The saved views.',
    scope: 'read',
    answers: {
      200: {
        says: 'The views.',
        schema: z.object({
          views: z.array(
            z.object({ name: z.string(), title: z.string(), for: subjectKind, columns: z.array(z.string()) }),
          ),
        }),
      },
    },
    run: async ({ program }) => ({
      status: 200,
      body: {
        views: [...program.views.values()].map((one) => ({
          name: one.name,
          title: one.title,
          for: one.for,
          columns: one.columns.map(({ name }) => name),
        })),
      },
    }),
  }),
  defineOperation({
    method: 'get',
    path: '/views/{id}',
    name: 'readView',
    about: 'views',
    summary: 'A page of a saved view, as of now.',
    scope: 'read',
    params: idParams,
    query: z.object(paging),
    answers: { 200: { says: 'The rows.', schema: view } },
    run: async (asked) => {
      const { params, query, program, now } = asked
      const found = viewNamed(program, params.id)
      const { snapshots, next } = await listSubjects(found.for, { ...asked, query: { ...query, view: found.name } })
      const report = {
        at: now,
        name: found.name,
        title: found.title,
        columns: columnsOf(found),
        rows: snapshots.map((snapshot) => rowOf(program, found, snapshot)),
      }
      return { status: 200, body: { ...viewJson(report, program), next } }
    },
  }),
]
