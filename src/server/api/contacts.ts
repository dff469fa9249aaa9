import { z } from 'zod'
import { cutPage, readCursor } from '../cursor.js'
import { defineOperation, type Operation } from '../operation.js'
import { notFound } from '../problem-details.js'
import { versionOf } from '../recording/version.js'
import { ownersOf } from '../sight.js'
import { contactBody } from './records.js'
import { anId, idParams, pageOf, paging, text } from './shapes.js'
import { writesOf } from './writes.js'

const contact = z
  .object({ id: z.string(), account: z.string(), name: text, email: text })
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
    answers: { 200: { says: 'The contact.', schema: contact, headers: { ETag: 'Its version.' } } },
    run: async (asked) => {
      const { id } = asked.params
      const owners = await ownersOf(asked)
      const [found] = await asked.ports.store.contactsPage({ owners, after: null, limit: 1, id })
      if (!found) throw notFound('contact', id)
      return { status: 200, body: found.row, version: versionOf(found.row) }
    },
  }),
  ...writesOf({
    plural: 'contacts',
    Name: 'Contact',
    a: 'a contact',
    scope: 'write',
    body: contactBody,
    kept: ['account'],
  }),
]
