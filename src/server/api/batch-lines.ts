import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import type { RecordKind } from '../../domain/incoming.js'
import { parseJson } from '../body.js'
import { sayIssue, sayUnknownKeys } from '../issue-words.js'
import { Refusal, type Refused } from '../problem-details.js'
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
export type ReadLine = { line: number; wish: Wish } | { line: number; refused: Refused }

/** So many lines a batch has at most. */
export const MOST_LINES = 100_000
/** So many lines are read before others have their turn. */
const BREATH = 500

/**
 * The lines of a batch, each read by itself, so that one that cannot be read rejects only itself. Empty ones of NDJSON are
 * passed over, and counted. Throws a Refusal, before anything is read, where there are too many; others are served between.
 */
export async function readLines(body: unknown): Promise<ReadLine[]> {
  const isText = typeof body === 'string'
  if ((isText ? linesIn(body) : (body as unknown[]).length) > MOST_LINES)
    throw new Refusal('too-large', `A batch has ${MOST_LINES} lines at most.`)
  const all: readonly unknown[] = isText ? body.split('\n') : (body as unknown[])
  const read: ReadLine[] = []
  for (const [i, one] of all.entries()) {
    if (i % BREATH === BREATH - 1) await setImmediate()
    if (!isText || (one as string).trim() !== '')
      read.push({ line: i + 1, ...(isText ? readText(one as string) : readValue(one)) })
  }
  return read
}

/** An end of line at the end of all begins no other one. */
function linesIn(text: string): number {
  let lines = text === '' || text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}

type Read = { wish: Wish } | { refused: Refused }

function readText(text: string): Read {
  try {
    return readValue(parseJson(text.trim()))
  } catch (error) {
    if (error instanceof Refusal) return { refused: { type: error.type, message: error.message, more: error.more } }
    throw error
  }
}

function readValue(value: unknown): Read {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return invalid('The line is no record: it takes an object.')
  const read = quietly(batchLine, value)
  if (!read.success) return invalidAt(read.error, value, [])
  const { record, id, ...rest } = read.data
  const [kind, schema] = BODIES[record]
  const body = quietly<z.ZodObject>(schema, rest)
  if (!body.success) return invalidAt(body.error, rest, Object.keys(schema.shape))
  if (id === undefined && kind !== 'activities') return invalid(`A record of ${record} needs an id.`)
  const values = valuesOf(record === 'payment' ? { ...body.data, kind: 'payment' } : body.data)
  return { wish: { said: { record: kind, ...(id === undefined ? {} : { id }), values } } }
}

/** As `safeParse`; what is wrong is no error with a stack, which costs more than the reading. */
const quietly = z.core._safeParse(z.core.$ZodError)

const invalid = (message: string): Read => ({ refused: { type: 'invalid-request', message, more: {} } })

function invalidAt({ issues }: z.core.$ZodError, line: unknown, known: readonly string[]): Read {
  const wrong = issues.flatMap((issue) => {
    const at = issue.path.map(String)
    if (issue.code !== 'unrecognized_keys') return [{ at, says: sayIssue(issue, line) }]
    return sayUnknownKeys(issue.keys, at.length === 0 ? known : []).map(({ key, says }) => ({ at: [...at, key], says }))
  })
  const [first] = wrong
  const message = `${first?.at.join('.') || 'The line'}: ${first?.says ?? 'It is not valid.'}`
  const more = wrong.length > 1 ? ` And ${wrong.length - 1} more.` : ''
  const places = wrong.map(({ at, says }) => ({ in: 'body', at: at.map((step) => `/${step}`).join(''), says }))
  return { refused: { type: 'invalid-request', message: message + more, more: { wrong: places } } }
}
