import type { Calendar } from '../lib/calendar.js'
import type { Span } from '../lib/span.js'
import type { Person, Status, SubjectKind } from './subjects.js'

export interface Stage {
  name: string
  label: string
  /** Per cent. */
  probability: number | null
  expected: Span | null
  /** The statuses that the stage allows; all four where nothing is said. */
  statuses: readonly Status[]
  /** Facts that must be known of an opportunity in it. */
  requires: readonly string[]
}

export interface Pipeline {
  name: string
  label: string
  /** In order. */
  stages: readonly Stage[]
  backwards: 'allowed' | 'refused'
  /** What `reason` may be, by status; any text where a status is not listed. */
  reasons: Partial<Record<Status, readonly string[]>>
}

export const GROUPS = ['input', 'working', 'nurture', 'avoid'] as const
export type Group = (typeof GROUPS)[number]

export interface Bin {
  name: string
  label: string
  group: Group
  expected: Span | null
  requires: readonly string[]
}

/** A line of the table of moves: who may go where, whoever asks. */
export interface AllowedMove {
  from: readonly string[] | 'any'
  to: readonly string[]
}

export interface AssemblyLine {
  startsIn: string
  bins: ReadonlyMap<string, Bin>
  allowed: readonly AllowedMove[]
}

export const FIELD_TYPES = ['text', 'number', 'money', 'date', 'instant', 'flag', 'choice'] as const
export type FieldType = (typeof FIELD_TYPES)[number]

export interface Field {
  name: string
  type: FieldType
  label: string
  /** Of a choice. */
  of: readonly string[]
}

/** How amounts in different currencies are added up; without rates they never are. */
export interface MoneyRules {
  currency: string
  /** Units of `currency` for one unit of the other. */
  rates: Readonly<Record<string, number>>
}

/** What gives the stored rows their meaning: all that facts and writes need of a program. */
export interface Vocabulary {
  calendar: Calendar
  money: MoneyRules
  /** Kinds of activity, and which of them are a touch. */
  touches: readonly string[]
  otherActivities: readonly string[]
  pipelines: ReadonlyMap<string, Pipeline>
  /** Null where the rules declare no assembly line: then bins are plain texts. */
  assemblyLine: AssemblyLine | null
  fields: Readonly<Record<SubjectKind, ReadonlyMap<string, Field>>>
  /** The people that YAML declares; imported ones join them at run time (YAML wins). */
  people: ReadonlyMap<string, Person>
  /** Names of the health indicators and of the needs of qualification. */
  indicators: readonly string[]
  needs: readonly string[]
}

/** The name of the only bin when no assembly line is declared. */
export const NO_BIN = 'unfiled'

export type People = ReadonlyMap<string, Person>
