import type { z } from 'zod'
import type { SubjectKind } from '../../domain/subjects.js'
import type { Scope } from '../caller.js'
import { defineOperation, type Operation } from '../operation.js'
import { CREATES, conditionsOf, MATCHES, recordOne, WAITS } from '../recording/record.js'
import { recorded, valuesOf, wholeValuesOf } from './records.js'
import { idParams } from './shapes.js'

interface Written {
  /** As in paths. */
  plural: 'opportunities' | 'accounts' | 'contacts' | 'people'
  /** As in names of operations. */
  Name: string
  /** As in sentences: `an account`. */
  a: string
  scope: Scope
  body: z.ZodObject
  /** What a replacement that leaves it out does not make unknown: it always has one. */
  kept: readonly string[]
  /** Whose custom fields it has. */
  fieldsOf?: SubjectKind
}

const headers = { ETag: 'The version of the record.' }
const answers = {
  200: { says: 'It is taken and evaluated.', schema: recorded, headers },
  201: { says: 'It is new, taken and evaluated.', schema: recorded, headers },
  202: { says: 'It is taken; what comes of it follows.', schema: recorded, headers },
}

/** PUT and PATCH of one kind of record: the same for all that have an id of their own. */
export const writesOf = ({ plural, Name, a, scope, body, kept, fieldsOf }: Written): Operation[] =>
  (['put', 'patch'] as const).map((method) =>
    defineOperation({
      method,
      path: `/${plural}/{id}`,
      name: `${method}${Name}`,
      about: plural,
      summary: method === 'put' ? `Creates ${a}, or replaces all that is known.` : `Changes ${a}: only what is named.`,
      says:
        method === 'put'
          ? `What is left out is unknown afterwards${kept.length > 0 ? `, but for ${kept.join(', ')}` : ''}.`
          : 'Null says that something is unknown.',
      scope,
      params: idParams,
      body,
      headers: { ...WAITS, ...MATCHES, ...(method === 'put' ? CREATES : {}) },
      answers,
      refuses: [404, 412],
      once: 'within',
      run: async (asked) => {
        const { id } = asked.params
        const fields = fieldsOf ? [...asked.program.vocabulary.fields[fieldsOf].keys()] : []
        const values = method === 'put' ? wholeValuesOf(asked.body, body, fields, kept) : valuesOf(asked.body)
        const exists = method === 'patch' ? { mustExist: true } : {}
        const wish = { said: { record: plural, id, values }, ...exists, ...conditionsOf(asked) }
        return recordOne(asked, wish, (granted, evaluated) => ({
          status: granted.outcome === 'new' ? 201 : 200,
          body: { ...granted, evaluated },
          ...(granted.outcome === 'new'
            ? { headers: { location: `/api/v1/${plural}/${encodeURIComponent(id)}` } }
            : {}),
        }))
      },
    }),
  )
