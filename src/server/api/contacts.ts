import { z } from 'zod'
import { cutPage, readCursor } from '../cursor.js'
import { defineOperation, type Operation } from '../operation.js'
import { notFound } from '../problem-details.js'
import { CREATES, conditionsOf, recordOne, WAITS } from '../recording/record.js'
import { ownersOf } from '../sight.js'
import { contactBody, recorded, valuesOf, wholeValuesOf } from './records.js'
import { anId, idParams, pageOf, paging } from './shapes.js'

const contact = z
  .object({ id: z.string(), account: z.string(), name: z.string().nullable(), email: z.string().nullable() })
  .meta({ id: 'Contact', description: 'Somebody at an account.' })

export const contacts: readonly Operation[] = [
  defineOperation({
    method: 'get',
    path: '/contacts',
    name: 'listContacts',
    about: 'contacts',
    summary: 'The contacts, by id.',
    scope: 'read',
    query: z.object({ account: anId.optional().describe('Only those of an account.'), ...paging }),
    answers: { 200: { says: 'A page.', schema: pageOf('contacts', contact) } },
    run: async (asked) => {
      const { account, limit, cursor } = asked.query
      const owners = await ownersOf(asked)
      const list = ['contacts', account ?? null, owners]
      const after = readCursor(list, cursor, ['text'])
      const found = await asked.ports.store.contactsPage({
        owners,
        after,
        limit: limit + 1,
        ...(account === undefined ? {} : { account }),
      })
      const { rows, next } = cutPage(list, found, limit)
      return { status: 200, body: { contacts: rows.map(({ row }) => row), next } }
    },
  }),
  defineOperation({
    method: 'get',
    path: '/contacts/{id}',
    name: 'getContact',
    about: 'contacts',
    summary: 'One contact.',
    scope: 'read',
    params: idParams,
    answers: { 200: { says: 'The contact.', schema: contact } },
    run: async (asked) => {
      const { id } = asked.params
      const owners = await ownersOf(asked)
      const [found] = await asked.ports.store.contactsPage({ owners, after: null, limit: 1, id })
      if (!found) throw notFound('contact', id)
      return { status: 200, body: found.row }
    },
  }),
  ...(['put', 'patch'] as const).map((method) =>
    defineOperation({
      method,
      path: '/contacts/{id}',
      name: `${method}Contact`,
      about: 'contacts',
      summary:
        method === 'put' ? 'Creates a contact, or replaces all that is known.' : 'Changes what is named of a contact.',
      scope: 'write',
      params: idParams,
      body: contactBody,
      headers: { ...WAITS, ...(method === 'put' ? CREATES : {}) },
      answers: {
        200: { says: 'It is taken and evaluated.', schema: recorded },
        201: { says: 'It is new, taken and evaluated.', schema: recorded },
        202: { says: 'It is taken; what comes of it follows.', schema: recorded },
      },
      refuses: method === 'put' ? [412] : [],
      once: 'within',
      run: async (asked) => {
        const { params, ports, body } = asked
        if (method === 'patch') {
          const owners = await ownersOf(asked)
          const [known] = await ports.store.contactsPage({ owners, after: null, limit: 1, id: params.id })
          if (!known) throw notFound('contact', params.id)
        }
        const values = method === 'put' ? wholeValuesOf(body, contactBody, [], ['account']) : valuesOf(body)
        const wish = { said: { record: 'contacts' as const, id: params.id, values }, ...conditionsOf(asked) }
        return recordOne(asked, wish, (granted, evaluated) => ({
          status: granted.outcome === 'new' ? 201 : 200,
          body: { ...granted, evaluated },
        }))
      },
    }),
  ),
]
