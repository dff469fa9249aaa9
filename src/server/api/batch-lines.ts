import { z } from 'zod'
import type { RecordKind } from '../../domain/incoming.js'
import { parseJson } from '../body.js'
import { Refusal } from '../problem-details.js'
import type { Wish } from '../recording/wishes.js'
import {
  accountBody,
  activityBody,
  contactBody,
  opportunityBody,
  paymentBody,
  personBody,
  valuesOf,
} from './records.js'
import { anId } from './shapes.js'

const BODIES = {
  opportunity: ['opportunities', opportunityBody],
  account: ['accounts', accountBody],
  contact: ['contacts', contactBody],
  person: ['people', personBody],
  activity: ['activities', activityBody],
  payment: ['activities', paymentBody],
} as const satisfies Record<string, readonly [RecordKind, z.ZodObject]>

type Kind = keyof typeof BODIES
const KINDS = Object.keys(BODIES) as [Kind, ...Kind[]]

/** One line of a batch: which record, and what is said of it; only what is named changes. */
export const batchLine = z
  .looseObject({
    record: z.enum(KINDS).describe('What it is a record of.'),
    id: anId.optional().describe('Of an activity or a payment it may be left out.'),
  })
  .meta({
    id: 'BatchLine',
    description: 'A record; beside `record` and `id` what is said of it, as `patch` (of activities `post`) takes it.',
  })

/** A line of a batch, read: what it wishes for, or why it cannot be read. */
export type ReadLine = { line: number; wish: Wish } | { line: number; refusal: Refusal }

/** The lines of a batch: of NDJSON each by itself, so that one that cannot be read rejects only itself. Empty ones are passed over, and counted. */
export function readLines(body: unknown): ReadLine[] {
  if (typeof body !== 'string') return (body as unknown[]).map((one, i) => readLine(i + 1, () => one))
  return body
    .split('\n')
    .map((text, i) => ({ text: text.trim(), line: i + 1 }))
    .filter(({ text }) => text !== '')
    .map(({ text, line }) => readLine(line, () => parseJson(text)))
}

function readLine(line: number, value: () => unknown): ReadLine {
  try {
    return { line, wish: wishOf(value()) }
  } catch (error) {
    if (error instanceof Refusal) return { line, refusal: error }
    throw error
  }
}

function wishOf(value: unknown): Wish {
  const read = batchLine.safeParse(value)
  if (!read.success) throw invalid(read.error)
  const { record, id, ...rest } = read.data
  const [kind, schema] = BODIES[record]
  const body = schema.safeParse(rest)
  if (!body.success) throw invalid(body.error)
  if (id === undefined && kind !== 'activities')
    throw new Refusal('invalid-request', `A record of ${record} needs an id.`)
  const values = valuesOf(record === 'payment' ? { ...body.data, kind: 'payment' } : body.data)
  return { said: { record: kind, ...(id === undefined ? {} : { id }), values } }
}

const invalid = ({ issues: [first] }: z.ZodError): Refusal => {
  const at = first?.path.map(String).join('.') ?? ''
  return new Refusal('invalid-request', `${at === '' ? 'The line' : at}: ${first?.message ?? 'It is not valid.'}`)
}
