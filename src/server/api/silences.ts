import { z } from 'zod'
import { parseInstant } from '../../lib/calendar.js'
import { defaultEnd, type Silence } from '../../notices/silences.js'
import { silenceJson } from '../../reports/json.js'
import type { Caller } from '../caller.js'
import { checkPeople, checkRulesInForce } from '../known.js'
import type { Circumstances } from '../operation.js'
import { defineOperation, type Operation } from '../operation.js'
import { notFound, Refusal } from '../problem-details.js'
import { ownersOf } from '../sight.js'
import { anId, aText, idParams, instant, severity, text, whenever } from './shapes.js'

const silence = z
  .object({
    id: z.string(),
    rule: text,
    owner: text,
    team: text,
    account: text,
    severity: severity.nullable(),
    until: instant,
    comment: z.string(),
    by: z.string(),
    at: instant,
  })
  .meta({ id: 'Silence', description: 'Keeps notices back that match all that it names, until its end.' })

/** Who sees only some of the records, those of `owners`, silences only what those people would hear of. */
function mayTouch(
  { sees }: Caller,
  owners: readonly string[] | null,
  { owner, team }: Pick<Silence, 'owner' | 'team'>,
): boolean {
  if (owners === null || (sees.is === 'team' && team === sees.team)) return true
  return owner !== null && owners.includes(owner)
}

async function inForce(asked: Circumstances): Promise<Silence[]> {
  const all = await asked.ports.store.silences(asked.now)
  const owners = await ownersOf(asked)
  return all.filter((one) => mayTouch(asked.caller, owners, one))
}

export const silences: readonly Operation[] = [
  defineOperation({
    method: 'get',
    path: '/silences',
    name: 'listSilences',
    about: 'silences',
    summary: 'The silences in force, the one that ends first at the front.',
    scope: 'read',
    answers: { 200: { says: 'The silences.', schema: z.object({ silences: z.array(silence) }) } },
    run: async (asked) => ({
      status: 200,
      body: { silences: (await inForce(asked)).map((one) => silenceJson(one, asked.program)) },
    }),
  }),
  defineOperation({
    method: 'post',
    path: '/silences',
    name: 'createSilence',
    about: 'silences',
    summary: 'Keeps notices back for a while, by what they are about.',
    says: 'At least one thing is named; a notice is kept back that matches all of them.',
    scope: 'write',
    body: z
      .strictObject({
        rule: aText(200).optional(),
        owner: anId.optional(),
        team: aText(200).optional(),
        account: anId.optional(),
        severity: severity.optional(),
        until: whenever.optional().describe('When it ends; left out: in 30 days.'),
        comment: aText(2000).min(1).describe('Why: whoever misses a letter later wants to know.'),
      })
      .meta({ id: 'NewSilence', description: 'What is kept back, until when, and why.' }),
    answers: { 201: { says: 'It is in force.', schema: silence } },
    run: async (asked) => {
      const { body, program, now, ports, caller } = asked
      const { calendar } = program.vocabulary
      const { until: said, comment, ...matchers } = body
      const until = said === undefined ? defaultEnd(calendar, now) : parseInstant(said, calendar)
      if (until === undefined) throw new Refusal('invalid-request', `"${said}" is no instant.`)
      checkRulesInForce(program, [matchers.rule])
      const owners = await ownersOf(asked)
      if (!mayTouch(caller, owners, { owner: matchers.owner ?? null, team: matchers.team ?? null }))
        throw new Refusal('not-allowed', 'Name the owner or the team whose records this caller sees.')
      await checkPeople(asked, [matchers.owner], owners)
      const given = Object.fromEntries(Object.entries(matchers).filter(([, value]) => value !== undefined))
      const made = await ports.store.silence({ ...given, until, comment }, caller.id, now)
      ports.wake()
      return { status: 201, body: silenceJson(made, program) }
    },
  }),
  defineOperation({
    method: 'delete',
    path: '/silences/{id}',
    name: 'endSilence',
    about: 'silences',
    summary: 'Ends a silence before its time.',
    scope: 'write',
    params: idParams,
    answers: { 204: { says: 'It has ended.' } },
    run: async (asked) => {
      const { id } = asked.params
      if (!(await inForce(asked)).some((one) => one.id === id)) throw notFound('silence', id)
      await asked.ports.store.endSilence(id, asked.caller.id, asked.now)
      asked.ports.wake()
      return { status: 204 }
    },
  }),
]
