import { z } from 'zod'
import { type SubjectRef, subjectName } from '../../domain/subjects.js'
import { defineOperation, type Operation } from '../operation.js'
import { detailsOf, problemDetails, type Refused } from '../problem-details.js'
import { askingOf, evaluate, evaluated, WAITS, waits } from '../recording/record.js'
import { type Granted, takeWishes, type Wish } from '../recording/wishes.js'
import { batchLine, MOST_LINES, readLines } from './batch-lines.js'
import { text } from './shapes.js'

/** So many records one transaction takes. */
const SLICE = 500

const answer = z
  .object({
    line: z.int().describe('Its number, from 1.'),
    outcome: z.enum(['new', 'changed', 'unchanged', 'rejected']),
    id: text,
    version: text,
    problem: problemDetails.nullable().describe('Why it was rejected.'),
  })
  .meta({ id: 'BatchAnswer', description: 'What became of one line.' })

const batchAnswers = z
  .object({
    read: z.int(),
    new: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    rejected: z.int(),
    lines: z.array(answer).describe('One for each line, in their order.'),
    evaluated,
  })
  .meta({ id: 'BatchAnswers', description: 'What became of a batch, line by line.' })

const NOT_ADMIN: Refused = { type: 'not-allowed', message: 'People take the scope "admin".', more: { scope: 'admin' } }

const told = (line: number, result: Granted | Refused): z.infer<typeof answer> =>
  'type' in result
    ? { line, outcome: 'rejected', id: null, version: null, problem: detailsOf(result) }
    : { line, outcome: result.outcome, id: result.id, version: result.version, problem: null }

/** Batches of mixed changes. */
export const batches: readonly Operation[] = [
  defineOperation({
    method: 'post',
    path: '/batches',
    name: 'recordBatch',
    about: 'batches',
    summary: 'Takes many changes of any records at once, each by itself.',
    says: 'As NDJSON (a record a line) or as a JSON list, up to 10 MiB and 100,000 lines. A line that is rejected changes nothing, the others are taken; they are taken in slices, so that what is broken off leaves whole lines, and the same batch sent again completes it. People take the scope `admin`.',
    scope: 'write',
    body: z.array(z.unknown()),
    bodyDescribed: z.array(batchLine).max(MOST_LINES),
    types: ['application/x-ndjson', 'application/ndjson'],
    headers: WAITS,
    answers: {
      200: { says: 'What became of the lines, and what the rules made of them.', schema: batchAnswers },
      202: { says: 'What became of the lines; what comes of them follows.', schema: batchAnswers },
    },
    run: async (asked) => {
      const { ports, caller } = asked
      const lines = await readLines(asked.body)
      const asking = await askingOf(asked)
      const results = new Map<number, Granted | Refused>()
      const wishes: { line: number; wish: Wish }[] = []
      for (const one of lines) {
        if ('refused' in one) results.set(one.line, one.refused)
        else if (one.wish.said.record === 'people' && !caller.scopes.has('admin')) results.set(one.line, NOT_ADMIN)
        else wishes.push(one)
      }
      const families = new Map<string, SubjectRef>()
      for (let i = 0; i < wishes.length; i += SLICE) {
        const slice = wishes.slice(i, i + SLICE)
        const taken = await ports.store.write((tx) =>
          takeWishes(
            tx,
            asking,
            slice.map(({ wish }) => wish),
          ),
        )
        for (const [n, { line }] of slice.entries()) results.set(line, taken.results[n] as Granted | Refused)
        for (const family of taken.families) if (family) families.set(subjectName(family), family)
      }
      const answers = lines.map(({ line }) => told(line, results.get(line) as Granted | Refused))
      const made = waits(asked) ? await evaluate(asked, [...families.values()]) : null
      if (!made) ports.wake()
      const count = (outcome: string) => answers.filter((one) => one.outcome === outcome).length
      return {
        status: made ? 200 : 202,
        body: {
          read: answers.length,
          new: count('new'),
          changed: count('changed'),
          unchanged: count('unchanged'),
          rejected: count('rejected'),
          lines: answers,
          evaluated: made,
        },
        ...(made ? { headers: { 'preference-applied': 'wait' } } : {}),
      }
    },
  }),
]
