import type { HistoryEntry, Settable } from '../domain/effects.js'
import type { DomainEvent, Finding, Hold, Key, Task } from '../domain/findings.js'
import type { Account, Opportunity, Person } from '../domain/subjects.js'
import type {
  AccountRow,
  EventRow,
  FindingRow,
  HistoryRow,
  HoldRow,
  OpportunityRow,
  PersonRow,
  TaskRow,
} from '../sql/tables.js'

/** How a value of the domain and its row become each other: bits are 0 and 1, JSON is text, null stays null. */
export interface Codec<Value, Row> {
  encode(value: Value): Row
  decode(row: Row): Value
}

function codec<Value extends object, Row extends object>(
  bits: readonly (keyof Value & keyof Row)[],
  jsons: readonly (keyof Value & keyof Row)[],
): Codec<Value, Row> {
  return {
    encode: (value) => {
      const row = { ...value } as Record<PropertyKey, unknown>
      for (const name of bits) row[name] = value[name] ? 1 : 0
      for (const name of jsons) row[name] = toJson(value[name])
      return row as Row
    },
    decode: (row) => {
      const value = { ...row } as Record<PropertyKey, unknown>
      for (const name of bits) value[name] = (row[name] as unknown) === 1
      for (const name of jsons) value[name] = fromJson(row[name] as string | null)
      return value as Value
    },
  }
}

/** An escape, not itself escaped, of what no database holds in a text: NUL, half of a surrogate pair. */
const UNSTORABLE = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g

/** JSON in which texts are what every database can hold: what it cannot is `�`, as a text cut in the middle of a sign has. */
export const json = (value: unknown): string => {
  const text = JSON.stringify(value)
  return text.includes('\\u') ? text.replace(UNSTORABLE, '$1\ufffd') : text
}

export const toJson = (value: unknown): string | null => (value === null ? null : json(value))
export const fromJson = (text: string | null): unknown => (text === null ? null : JSON.parse(text))

const OF_OPPORTUNITIES = ['fields', 'activity', 'levels', 'qualification'] as const

/** The columns of opportunities and accounts that hold JSON. */
export const JSON_COLUMNS: ReadonlySet<string> = new Set(OF_OPPORTUNITIES)

export const opportunities = codec<Opportunity, OpportunityRow>(
  ['stage_since_known', 'status_since_known'],
  OF_OPPORTUNITIES,
)
export const accounts = codec<Account, AccountRow>(['bin_since_known'], ['fields', 'activity'])
export const people = codec<Person, PersonRow>(['active'], [])
export const findings = codec<Finding, FindingRow>([], ['explanation'])
export const tasks = codec<Task, TaskRow>([], [])

export const history = {
  encode: (entry: HistoryEntry): Omit<HistoryRow, 'seq'> => ({
    ...entry,
    from: toJson(entry.from),
    to: toJson(entry.to),
    known_as: null,
  }),
  decode: ({
    seq: _,
    known_as: __,
    ...row
  }: { [K in keyof HistoryRow]: K extends 'seq' ? number : HistoryRow[K] }): HistoryEntry => ({
    ...row,
    from: fromJson(row.from) as Settable,
    to: fromJson(row.to) as Settable,
  }),
}

export const events = {
  encode: (event: DomainEvent, learned_at: number, judged: 0 | 1): Omit<EventRow, 'seq'> => ({
    id: event.id,
    kind: event.subject.kind,
    subject: event.subject.id,
    activity: 'activity' in event.event ? event.event.activity : null,
    change: 'change' in event.event ? event.event.change : null,
    at: event.at,
    learned_at,
    judged,
  }),
  decode: (row: Pick<EventRow, 'id' | 'kind' | 'subject' | 'activity' | 'change' | 'at'>): DomainEvent => ({
    id: row.id,
    subject: { kind: row.kind, id: row.subject },
    event: row.activity === null ? { change: row.change as string } : { activity: row.activity },
    at: row.at,
  }),
}

/** Keys are five columns; an episode that is a plain number is one again. */
export const keys = {
  encode: ([rule, kind, id, episode, step]: Key) => ({ rule, kind, id, episode: String(episode), step }),
  decode: (row: { rule: string; kind: Key[1]; id: string; episode: string; step: string }): Key => [
    row.rule,
    row.kind,
    row.id,
    String(Number(row.episode)) === row.episode ? Number(row.episode) : row.episode,
    row.step,
  ],
}

/** The subject of a hold is the one in its key. */
export const holds: Codec<Hold, HoldRow> = {
  encode: ({ key, reason, why, until, at, rule_digest }) => ({
    ...keys.encode(key),
    reason,
    why,
    until,
    at,
    rule_digest,
  }),
  decode: (row) => ({
    key: keys.decode(row),
    subject: { kind: row.kind, id: row.id },
    reason: row.reason,
    why: row.why,
    until: row.until,
    at: row.at,
    rule_digest: row.rule_digest,
  }),
}
