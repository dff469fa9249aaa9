import type { Field, FieldType, Vocabulary } from '../domain/vocabulary.js'
import { parseCivilDate } from '../lib/calendar.js'
import type { SqlReading } from '../sql/reading.js'
import type { Fact } from './fact.js'
import { columnOf, own, type Side } from './side.js'

const held: Record<FieldType, 'string' | 'number' | 'boolean'> = {
  text: 'string',
  choice: 'string',
  date: 'string',
  number: 'number',
  money: 'number',
  instant: 'number',
  flag: 'boolean',
}

const inSql = (side: Side, { name, type }: Field, { dialect }: SqlReading) => {
  const fields = columnOf(side, 'fields')
  if (type === 'date') return dialect.realDate(dialect.jsonText(fields, [name]))
  const as = { string: dialect.jsonText, number: dialect.jsonNumber, boolean: dialect.jsonFlag }[held[type]]
  return as(fields, [name])
}

/** The custom fields that the rules declare. What is stored but is not of the declared type is missing. */
export const customFacts = (side: Side, { fields }: Vocabulary): Fact[] =>
  [...fields[side.kind].values()].map((field) => ({
    name: `fields.${field.name}`,
    kind: field.type,
    summary: `The custom field ${field.label || field.name} of the ${side.kind}.`,
    ...(field.label ? { label: field.label } : {}),
    ...(field.type === 'choice' ? { choices: field.of } : {}),
    read: (s) => {
      const row = side.of(s)
      const value = row ? own(row.fields, field.name) : undefined
      if (value === undefined || typeof value !== held[field.type]) return null
      return field.type === 'date' ? (parseCivilDate(String(value)) ?? null) : value
    },
    sql: (reading) => inSql(side, field, reading),
    restsOn: [`fields.${field.name}`],
  }))
