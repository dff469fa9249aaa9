import { z } from 'zod'
import type { Settable } from '../domain/effects.js'
import type { Account, Opportunity } from '../domain/subjects.js'
import { settableFacts } from '../facts/table.js'
import { unknownFact } from '../facts/unknown.js'
import { nearest } from '../lib/nearest.js'
import type { Template } from '../lib/texts.js'
import { defineAction } from './define.js'

/** What stands there now; null where nothing does. */
export function fieldOf(row: Opportunity | Account, fact: string): Settable {
  if (fact.startsWith('fields.')) return row.fields[fact.slice('fields.'.length)] ?? null
  return ((row as unknown as Record<string, Settable>)[fact] ?? null) as Settable
}

/** Sets fields; a text with variables is filled in, an empty value (null) makes the field unknown. */
export const setField = defineAction({
  name: 'set_field',
  for: ['opportunity', 'account'],
  summary: 'Sets facts of the subject itself; an empty value makes one unknown.',
  options: z.record(z.string(), z.unknown()),
  example: '{ set_field: { next_step: "Ask {{ owner.name }} for a date" } }',
  compile(options, check, path) {
    const kinds = settableFacts(check.for, check.vocabulary)
    const known = [...kinds.keys()]
    const lines: { fact: string; to: Settable | Template }[] = []
    const entries = Object.entries(options)
    if (entries.length === 0) check.complain({ path, message: 'set_field needs a fact and its value.' })
    for (const [fact, value] of entries) {
      const at = [...path, fact]
      if (!known.includes(fact)) {
        const near = nearest(fact, known)
        const hint = near ? { meant: near } : `It may set ${known.join(', ')}.`
        check.complain({
          path: at,
          message: `set_field cannot set "${fact}" of an ${check.for}.`,
          hint,
          at: 'key',
          unknown: unknownFact(fact),
        })
        continue
      }
      const to =
        kinds.get(fact) === 'text' && isText(value) ? check.template(value, at) : check.settable(fact, value, at)
      if (to !== undefined && (to !== null || value === null)) lines.push({ fact, to })
    }
    if (lines.length < entries.length || entries.length === 0) return null
    return ({ subject, snapshot, values }) => {
      const row = snapshot.opportunity ?? snapshot.account
      if (!row) return []
      return lines.flatMap(({ fact, to: written }) => {
        const to = typeof written === 'object' && written !== null ? written.render(values) : written
        const from = fieldOf(row, fact)
        return from === to ? [] : [{ kind: 'set_field' as const, subject, field: fact, from, to }]
      })
    }
  },
})

const isText = (value: unknown): boolean => typeof value === 'string' && /\{[{%]/.test(value)
