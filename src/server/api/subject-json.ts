import { z } from 'zod'
import { amountInUnits } from '../../domain/money.js'
import { LEVELS, type SubjectRef } from '../../domain/subjects.js'
import type { People } from '../../domain/vocabulary.js'
import { assess } from '../../engine/assess.js'
import type { FamilyState } from '../../engine/plan.js'
import { snapshotOf } from '../../engine/snapshots.js'
import type { FactValue, Snapshot } from '../../facts/fact.js'
import type { Instant } from '../../lib/instant.js'
import type { Program } from '../../program/program.js'
import { plainValue } from '../../reports/words.js'
import { versionOf } from '../recording/version.js'
import { instant, instantsOf, text } from './shapes.js'

const level = z.enum(LEVELS)
const fields = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
export const opportunityShape = z
  .object({
    id: z.string(),
    name: text,
    account: text,
    pipeline: z.string(),
    stage: z.string(),
    status: z.enum(['open', 'won', 'lost', 'abandoned']),
    reason: text,
    amount: z.number().nullable(),
    currency: text,
    owner: text,
    source: text,
    origin: text,
    created: instant.nullable(),
    close_date: text,
    next_step: text,
    fields,
    stage_since: instant,
    status_since: instant,
    last_activity: instant.nullable(),
    next_activity: instant.nullable(),
    pushes: z.int(),
    health: level.nullable().describe('Worst of its indicators; null where the rules give it none.'),
    levels: z.record(
      z.string(),
      z.object({ level, value: text.describe('What was seen.'), threshold: text.describe('What it met.') }),
    ),
    score: z.number().nullable(),
    version: z.string(),
  })
  .meta({ id: 'Opportunity', description: 'An opportunity as it stands, its health as of now.' })

export const accountShape = z
  .object({
    id: z.string(),
    name: text,
    owner: text,
    segment: text,
    industry: text,
    created: instant.nullable(),
    bin: z.string(),
    bin_since: instant,
    duplicate_of: text,
    fields,
    open_opportunities: z.int(),
    last_activity: instant.nullable(),
    next_activity: instant.nullable(),
    score: z.number().nullable(),
    version: z.string(),
  })
  .meta({ id: 'Account', description: 'An account as it stands.' })

/** What reading a subject takes, beside its family. */
export interface Reader {
  program: Program
  people: People
  now: Instant
}

/** A subject of a family as of now. */
export const assessed = ({ program, people, now }: Reader, { family }: FamilyState, subject: SubjectRef): Snapshot =>
  assess(program, snapshotOf(program, people, family, subject, now)).snapshot

/** A subject as JSON: amounts in units, instants ISO 8601. */
export function subjectJson(snapshot: Snapshot, program: Program): Record<string, unknown> {
  const at = instantsOf(program)
  const { kind, account, opportunity: row, assessed: made } = snapshot
  const read = (name: string): FactValue | null => program.facts[kind].get(name)?.read(snapshot) ?? null
  const activity = (name: string) => at(read(name) as number | null)
  const both = (own: { fields: Record<string, unknown> }) => ({
    fields: Object.fromEntries(
      Object.entries(own.fields).map(([name, value]) => [name, plainValue(kind, `fields.${name}`, value, program)]),
    ),
    last_activity: activity('last_activity'),
    next_activity: activity('next_activity'),
    score: made.score,
  })
  if (row) {
    return {
      id: row.id,
      name: row.name,
      account: row.account,
      pipeline: row.pipeline,
      stage: row.stage,
      status: row.status,
      reason: row.reason,
      amount: amountInUnits(row.amount),
      currency: row.currency,
      owner: row.owner,
      source: row.source,
      origin: row.origin,
      created: at(row.created),
      close_date: row.close_date,
      next_step: row.next_step,
      stage_since: at(row.stage_since),
      status_since: at(row.status_since),
      pushes: row.pushes,
      health: made.health,
      levels: Object.fromEntries(
        Object.entries(made.levels).map(([name, { level, value, threshold }]) => [name, { level, value, threshold }]),
      ),
      ...both(row),
      version: versionOf(row),
    }
  }
  const own = account as NonNullable<typeof account>
  return {
    id: own.id,
    name: own.name,
    owner: own.owner,
    segment: own.segment,
    industry: own.industry,
    created: at(own.created),
    bin: own.bin,
    bin_since: at(own.bin_since),
    duplicate_of: own.duplicate_of,
    open_opportunities: snapshot.opportunities.filter(({ status }) => status === 'open').length,
    ...both(own),
    version: versionOf(own),
  }
}
