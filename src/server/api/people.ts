import { z } from 'zod'
import { ROLES } from '../../domain/subjects.js'
import { cutPage, readCursor } from '../cursor.js'
import { defineOperation, type Operation } from '../operation.js'
import { notFound } from '../problem-details.js'
import { versionOf } from '../recording/version.js'
import { ownersSeen, peopleOf } from '../sight.js'
import { personBody } from './records.js'
import { aText, idParams, pageOf, paging, text } from './shapes.js'
import { writesOf } from './writes.js'

const person = z
  .object({
    id: z.string(),
    name: text,
    email: text,
    role: z.enum(ROLES).nullable(),
    manager: text,
    team: text,
    active: z.boolean(),
    timezone: text,
    declared: z.boolean().describe('Do the rules declare this person? What they say goes before what data says.'),
  })
  .meta({ id: 'Person', description: 'Somebody who sells, or leads those who do.' })

const LIST = 'people'

/** People: whom the rules declare and whom data brought. Who may write them decides who sees what: only `admin`. */
export const people: readonly Operation[] = [
  defineOperation({
    method: 'get',
    path: '/people',
    name: 'listPeople',
    about: 'people',
    summary: 'The people, by id.',
    says: 'Who sees only some of the records sees the people whose records these are.',
    scope: 'read',
    query: z.object({ team: aText(200).optional(), ...paging }),
    answers: { 200: { says: 'A page.', schema: pageOf('people', person) } },
    run: async (asked) => {
      const { query, program, caller } = asked
      const known = await peopleOf(asked)
      const seen = ownersSeen(caller, known)
      const list = [LIST, query.team ?? null, seen]
      const [from] = readCursor(list, query.cursor, ['text']) ?? []
      const rows = [...known.values()]
        .filter(({ id, team }) => (seen?.includes(id) ?? true) && (query.team === undefined || team === query.team))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .filter(({ id }) => from === undefined || id > String(from))
        .slice(0, query.limit + 1)
        .map((row) => ({ row, keys: [row.id] }))
      const page = cutPage(list, rows, query.limit)
      const declared = program.vocabulary.people
      return {
        status: 200,
        body: { people: page.rows.map(({ row }) => ({ ...row, declared: declared.has(row.id) })), next: page.next },
      }
    },
  }),
  defineOperation({
    method: 'get',
    path: '/people/{id}',
    name: 'getPerson',
    about: 'people',
    summary: 'One person.',
    scope: 'read',
    params: idParams,
    answers: { 200: { says: 'The person.', schema: person, headers: { ETag: 'Its version.' } } },
    run: async (asked) => {
      const known = await peopleOf(asked)
      const found = known.get(asked.params.id)
      const seen = ownersSeen(asked.caller, known)
      if (!found || seen?.includes(found.id) === false) throw notFound('person', asked.params.id)
      const declared = asked.program.vocabulary.people.has(found.id)
      return { status: 200, body: { ...found, declared }, version: versionOf(found) }
    },
  }),
  ...writesOf({ plural: 'people', Name: 'Person', a: 'a person', scope: 'admin', body: personBody, kept: ['active'] }),
]
