import type { Document } from 'yaml'
import { isMap, isScalar } from 'yaml'
import { z } from 'zod'
import { ACTIONS } from '../actions/index.js'
import { FIELD_TYPES, type Field, type FieldType, type Vocabulary } from '../domain/vocabulary.js'
import type { Fact, FactKind } from '../facts/fact.js'
import { factsFor } from '../facts/table.js'
import { DEFAULT_CALENDAR, makeCalendar } from '../lib/calendar.js'
import type { Schema } from './json-schema.js'
import type { Words } from './scalars.js'

/** Stands for any name of its family while the facts are listed: `activities.any-name`. */
export const ANY_NAME = 'any-name'

const FIELDS: ReadonlyMap<string, Field> = new Map([[ANY_NAME, { name: ANY_NAME, type: 'text', label: '', of: [] }]])

/** What a project might say: one name of each family, so that the tables of facts show which families there are. */
export const ANY_VOCABULARY: Vocabulary = {
  calendar: makeCalendar(DEFAULT_CALENDAR),
  money: { currency: '', rates: {} },
  touches: [ANY_NAME],
  otherActivities: [],
  pipelines: new Map(),
  assemblyLine: null,
  fields: { opportunity: FIELDS, account: FIELDS },
  people: new Map(),
  indicators: [ANY_NAME],
  needs: [ANY_NAME],
}

/** The facts of both kinds of subject by name; those of an opportunity first where both have one. */
export const anyFacts = (vocabulary: Vocabulary = ANY_VOCABULARY): ReadonlyMap<string, Fact> =>
  new Map([...factsFor('account', vocabulary), ...factsFor('opportunity', vocabulary)])

const OPTIONS: ReadonlyMap<string, Schema> = new Map(
  ACTIONS.map((action) => [action.name, optionsSchema(action.options, action.short)]),
)

/** The options of an action as a schema: a map, or its first option standing alone where no other is needed. */
export function optionsSchema(options: z.ZodType, short: string | undefined): Schema {
  const { $schema: _, ...map } = z.toJSONSchema(options, { target: 'draft-2020-12', io: 'input' }) as Schema
  const alone = short && (map.required ?? []).every((key) => key === short) ? map.properties?.[short] : undefined
  return alone ? { anyOf: [map, alone] } : map
}

/** What the reader must know to take texts as written, from the documents of a rules folder: only custom fields have types of their own. */
export function wordsOf(documents: readonly (Document.Parsed | null)[]): Words {
  const types = new Map<string, FieldType>()
  for (const document of documents) {
    if (!document || !isMap(document.contents)) continue
    for (const side of ['opportunity', 'account']) {
      const fields = document.getIn(['fields', side])
      if (!isMap(fields)) continue
      for (const { key } of fields.items) {
        const name = isScalar(key) ? String(key.value) : ''
        const type = fields.getIn([key, 'type'])
        if (FIELD_TYPES.includes(type as FieldType)) types.set(`${side}/${name}`, type as FieldType)
      }
    }
  }
  const facts = anyFacts()
  const field = (side: string, name: string): FactKind | undefined => types.get(`${side}/${name}`)
  return {
    kindOf(fact) {
      const custom = /^(account\.)?fields\.(.+)$/.exec(fact)
      if (custom)
        return field(custom[1] ? 'account' : 'opportunity', custom[2] ?? '') ?? field('account', custom[2] ?? '')
      return facts.get(fact)?.kind ?? facts.get(fact.replace(/\.[^.]+$/, `.${ANY_NAME}`))?.kind
    },
    optionsOf: (action) => OPTIONS.get(action),
  }
}
