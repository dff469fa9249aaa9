import { type Person, personKnownById } from '../../src/domain/subjects.js'
import {
  type Bin,
  FIELD_TYPES,
  type Field,
  GROUPS,
  type Pipeline,
  type Vocabulary,
} from '../../src/domain/vocabulary.js'
import { type CalendarSpec, makeCalendar } from '../../src/lib/calendar.js'
import { type Chance, chance } from './chance.js'

export const ZONES = ['UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata']

/** Texts that a careless SQL would stumble over. */
export const TEXTS = [
  '',
  'Acme',
  'acme',
  'ACME ',
  '50%',
  '50_',
  '5',
  "O'Neil",
  'say "hi"',
  'back\\slash',
  'Zürich',
  'Zu\u0308rich',
  '東京',
  '😀 smile',
  'a\nb',
  'null',
  'true',
  '[Select]',
]
export const PARTS = ['', 'c', 'A', '%', '_', "'", '"', '\\', 'ü', '😀', 'acme', 'Acme', '0', '東']

export const person = (id: string, more: Partial<Person> = {}): Person => ({ ...personKnownById(id), ...more })

const people = (at: Chance): Map<string, Person> =>
  new Map(
    at.some(['dana', 'lee', "o'neil", 'say "hi"', 'Zürich', '50%', '__proto__']).map((id) => [
      id,
      person(id, {
        name: at.maybe(0.3, () => at.pick(TEXTS)),
        email: at.maybe(0.5, () => `${id}@example.com`),
        manager: at.maybe(0.5, () => at.pick(['lee', 'dana'])),
        team: at.maybe(0.3, () => at.pick(['west', 'east', 'Ost & West'])),
        active: at.often(0.8),
      }),
    ]),
  )

export const OWNERS = ['dana', 'lee', "o'neil", 'say "hi"', 'Zürich', '50%', '__proto__', 'nobody']

export function randomCalendar(at: Chance, timezone = at.pick(ZONES)): CalendarSpec {
  const from = at.pick([0, 8 * 60, 9 * 60 + 30])
  return {
    timezone,
    workdays: at.often(0.6) ? [1, 2, 3, 4, 5] : at.some([1, 2, 3, 4, 5, 6, 7], 1),
    hours: { from, to: at.pick([from + 60, 17 * 60 + 30, 1440]) },
    holidays: at.times(at.int(0, 12), () => {
      const day = at.int(0, 365 * 4)
      return new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10)
    }),
    fiscal_year_starts: at.often(0.4) ? 1 : at.int(1, 12),
  }
}

const KINDS = ['email', 'call', 'web-visit', 'constructor', 'payment']
const REQUIRABLE = ['amount', 'close_date', 'owner', 'next_step', 'fields.budget', 'next_activity', 'account.segment']
const REQUIRABLE_OF_BIN = ['duplicate_of', 'segment', 'fields.budget', 'next_activity']

const pipeline = (at: Chance, name: string, stages: readonly string[]): Pipeline => ({
  name,
  label: name,
  stages: stages.map((stage) => ({
    name: stage,
    label: stage,
    probability: at.maybe(0.3, () => at.int(0, 100)),
    expected: at.maybe(0.5, () => ({ count: at.int(1, 30), unit: 'day' })),
    statuses: ['open', 'won', 'lost', 'abandoned'],
    requires: at.often(0.4) ? at.some(REQUIRABLE, 1) : [],
  })),
  backwards: 'allowed',
  reasons: {},
})

const fields = (at: Chance): ReadonlyMap<string, Field> => {
  const names: [string, Field['type']][] = [
    ...FIELD_TYPES.map((type): [string, Field['type']] => [`a_${type}`, type]),
    ['budget', 'money'],
    ['constructor', at.pick(FIELD_TYPES)],
  ]
  return new Map(
    names.map(([name, type]) => [name, { name, type, label: name, of: type === 'choice' ? ['acme', 'globex'] : [] }]),
  )
}

/** A vocabulary of every kind of word there is. */
export function randomVocabulary(at: Chance, timezone?: string): Vocabulary {
  const touches = at.some(KINDS)
  const bins: Bin[] = ['cold', 'working', 'nurturing', 'bad-fit'].map((name, index) => ({
    name,
    label: name,
    group: GROUPS[index]!,
    expected: at.maybe(0.5, () => ({ count: at.int(1, 30), unit: 'day' })),
    requires: at.often(0.4) ? at.some(REQUIRABLE_OF_BIN, 1) : [],
  }))
  const pipelines = [
    pipeline(at, 'new-business', ['discovery', 'proposal', 'closed']),
    pipeline(at, 'renewal', ['proposal', 'signing']),
  ]
  return {
    calendar: makeCalendar(randomCalendar(at, timezone)),
    money: { currency: 'USD', rates: {} },
    touches,
    otherActivities: KINDS.filter((kind) => !touches.includes(kind)),
    pipelines: new Map(pipelines.map((p) => [p.name, p])),
    assemblyLine: at.often(0.9)
      ? { startsIn: 'cold', bins: new Map(bins.map((bin) => [bin.name, bin])), allowed: [] }
      : null,
    fields: { opportunity: fields(at), account: fields(at) },
    people: people(at),
    indicators: ['age', 'constructor', 'no_next_step'],
    needs: ['budget', 'timing'],
  }
}

const pool: Vocabulary[] = []

/** One of 32 random vocabularies, in turn over all zones: making one costs more than most questions about it. */
export function someVocabulary(at: Chance): Vocabulary {
  const n = at.int(0, 31)
  pool[n] ??= randomVocabulary(chance(n), ZONES[n % ZONES.length])
  return pool[n]
}
