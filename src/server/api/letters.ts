import { z } from 'zod'
import { letterJson } from '../../reports/json.js'
import { sayPast } from '../../reports/words.js'
import type { LetterRow } from '../../sql/telling.js'
import type { PastState } from '../../store/letters.js'
import { cutPage, readCursor } from '../cursor.js'
import { type Circumstances, defineOperation, type Operation } from '../operation.js'
import { notFound, Refusal } from '../problem-details.js'
import { ownersOf } from '../sight.js'
import { aText, idParams, instant, pageOf, paging, subject, text } from './shapes.js'

const STATES = ['waiting', 'sending', 'delivered', 'dead', 'withdrawn', 'uncertain'] as const

/** What a list shows: without the body, which may be large. */
const letter = z
  .object({
    id: z.string(),
    type: z.enum(['email', 'message', 'webhook']),
    channel: text,
    to: z.unknown().describe('The ids of the people.'),
    person: text,
    title: text,
    state: z.enum(STATES),
    reason: text.describe('Why it is in its state.'),
    rule: text,
    subject: subject.nullable(),
    episode: text,
    step: text,
    at: instant,
    attempt: z.int(),
    next_at: instant.nullable(),
    lease_until: instant.nullable(),
    withdrawable: z.boolean(),
  })
  .meta({ id: 'Letter', description: 'Something that was written to somebody, and what became of it.' })

const whole = letter
  .extend({ body: z.string(), html: text, attachments: text.describe('JSON.') })
  .meta({ id: 'WholeLetter', description: 'A letter with its text.' })

function refusePast(became: 'done' | 'unknown' | PastState, id: string): void {
  if (became === 'unknown') throw notFound('letter', id)
  if (became !== 'done') throw new Refusal('conflict', `${sayPast(became)}.`, { state: became })
}

function briefJson(row: LetterRow, asked: Circumstances) {
  const { body: _body, html: _html, attachments: _attachments, ...brief } = letterJson(row, asked.program)
  return brief
}

async function letterAt(asked: Circumstances, id: string): Promise<LetterRow> {
  const [found] = await asked.ports.store.lettersPage({ owners: await ownersOf(asked), after: null, limit: 1, id })
  if (!found) throw notFound('letter', id)
  return found.row
}

export const letters: readonly Operation[] = [
  defineOperation({
    method: 'get',
    path: '/letters',
    name: 'listLetters',
    about: 'letters',
    summary: 'Letters, the latest first, without their texts.',
    scope: 'read',
    query: z.object({
      state: z
        .array(z.enum(STATES))
        .max(6)
        .optional()
        .describe('Left out: all. What needs a look is `dead` and `uncertain`.'),
      ...paging,
    }),
    answers: { 200: { says: 'A page.', schema: pageOf('letters', letter) } },
    run: async (asked) => {
      const { state, limit, cursor } = asked.query
      const owners = await ownersOf(asked)
      const list = ['letters', state ?? null, owners]
      const found = await asked.ports.store.lettersPage({
        owners,
        after: readCursor(list, cursor, ['whole', 'text']),
        limit: limit + 1,
        ...(state ? { states: state } : {}),
      })
      const { rows, next } = cutPage(list, found, limit)
      return { status: 200, body: { letters: rows.map(({ row }) => briefJson(row, asked)), next } }
    },
  }),
  defineOperation({
    method: 'get',
    path: '/letters/{id}',
    name: 'getLetter',
    about: 'letters',
    summary: 'One letter with its text.',
    scope: 'read',
    params: idParams,
    answers: { 200: { says: 'The letter.', schema: whole } },
    run: async (asked) => ({
      status: 200,
      body: letterJson(await letterAt(asked, asked.params.id), asked.program),
    }),
  }),
  defineOperation({
    method: 'post',
    path: '/letters/{id}/retry',
    name: 'retryLetter',
    about: 'letters',
    summary: 'Sends a letter again that was given up, or may not have arrived.',
    scope: 'write',
    params: idParams,
    answers: { 202: { says: 'It waits to be sent.', schema: letter } },
    run: async (asked) => {
      const { id } = asked.params
      await letterAt(asked, id)
      const became = await asked.ports.store.retryLetter(id, asked.caller.id, asked.now)
      refusePast(became, id)
      asked.ports.wake()
      return { status: 202, body: briefJson(await letterAt(asked, id), asked) }
    },
  }),
  defineOperation({
    method: 'post',
    path: '/letters/{id}/withdraw',
    name: 'withdrawLetter',
    about: 'letters',
    summary: 'Takes back a letter that is not delivered.',
    scope: 'write',
    params: idParams,
    body: z
      .strictObject({ why: aText(2000).min(1).describe('Why.') })
      .meta({ id: 'Withdrawal', description: 'Why a letter is taken back.' }),
    answers: { 200: { says: 'It is not sent any more.', schema: letter } },
    run: async (asked) => {
      const { id } = asked.params
      await letterAt(asked, id)
      const became = await asked.ports.store.withdrawLetter(id, asked.body.why, asked.caller.id, asked.now)
      refusePast(became, id)
      return { status: 200, body: briefJson(await letterAt(asked, id), asked) }
    },
  }),
]
