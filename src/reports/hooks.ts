import type { Program } from '../program/program.js'
import type { HookEventRow, HookState } from '../sql/hooks.js'
import { cell, type Table, type Tone } from './table.js'
import { sayInstant } from './words.js'

const TONES: Partial<Record<HookState, Tone>> = { not_understood: 'poor', refused: 'at_risk', own: 'quiet' }

/** What CRMs sent, one event a line: when, from where, of what, and what became of it. */
export function hooksTable(events: readonly HookEventRow[], { vocabulary }: Program): Table {
  const rows = events.map(({ received, source, id, of, record, state, reason }) => [
    cell(sayInstant(received, vocabulary.calendar)),
    cell(source),
    cell(id, 'quiet'),
    cell(of),
    cell(record),
    cell(state.replace('_', ' '), TONES[state]),
    cell(reason),
  ])
  return {
    headers: ['received', 'source', 'event', 'what', 'record', 'state', 'why'],
    rows,
    whole: [2],
    spare: [3, 4, 0],
  }
}
