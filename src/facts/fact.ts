import type { RawBuilder } from 'kysely'
import type { Account, IndicatorReading, Level, Opportunity, SubjectKind } from '../domain/subjects.js'
import type { People, Vocabulary } from '../domain/vocabulary.js'
import { type Instant, NEVER } from '../lib/instant.js'
import type { SqlReading } from '../sql/reading.js'

export const FACT_KINDS = ['text', 'choice', 'number', 'money', 'flag', 'date', 'instant', 'elapsed'] as const
export type FactKind = (typeof FACT_KINDS)[number]

/** Does it speak of a time: a day, an instant, or since when something runs? */
export const isOfTime = ({ kind }: { readonly kind: FactKind }): boolean =>
  kind === 'date' || kind === 'instant' || kind === 'elapsed'

/**
 * The value of a fact: text and choice are strings, number and money numbers (money in thousandths), a date is
 * `YYYY-MM-DD`, an instant epoch milliseconds, an elapsed fact the instant since which it runs. null is "missing".
 */
export type FactValue = string | number | boolean

/** What is reckoned of a subject before its rules are judged: score and qualification first, then health. */
export interface Assessed {
  score: number | null
  /** Needs that are met; null where none are declared. */
  qualification: readonly string[] | null
  health: Level | null
  levels: Readonly<Record<string, IndicatorReading>>
  /** Until when what was reckoned so far stands. */
  until: Instant
}

/** Nothing reckoned yet. */
export const NOT_ASSESSED: Assessed = { score: null, qualification: null, health: null, levels: {}, until: NEVER }

/** All that facts are read from: one subject at one instant. Immutable while it is being judged. */
export interface Snapshot {
  readonly kind: SubjectKind
  readonly now: Instant
  readonly vocabulary: Vocabulary
  readonly people: People
  /** The account itself, or the opportunity's; null where there is none. */
  readonly account: Account | null
  /** Null when the subject is the account. */
  readonly opportunity: Opportunity | null
  /** All living opportunities of the account. */
  readonly opportunities: readonly Opportunity[]
  /** Of the subject itself. */
  assessed: Assessed
  /** Of the account, when the subject is an opportunity and the program reads the account's score. */
  readonly accountAssessed: Assessed | null
}

/** A word for something that is known of a subject. */
export interface Fact {
  /** As written in rules: `amount`, `activities.call`, `account.segment`. */
  readonly name: string
  readonly kind: FactKind
  /** One sentence. */
  readonly summary: string
  /** What the rules call a custom field for people. */
  readonly label?: string
  /** What it may be, where that is a closed list (stages, bins, statuses, levels, choices). */
  readonly choices?: readonly string[]
  /**
   * Set where it is never missing of the subject, or of the account that an opportunity has: every such row has a `value`, or a `count`,
   * which is a whole number and 0 where there is none.
   */
  readonly neverMissing?: 'value' | 'count'
  /** Its value now; null where it is missing. */
  read(snapshot: Snapshot): FactValue | null
  /** Of an elapsed fact: when it stopped running (null: it runs). */
  stopped?(snapshot: Snapshot): Instant | null
  /** Of an elapsed fact: does it run from a stand-in, so that it is at least so long? Left out: no. */
  atLeast?(snapshot: Snapshot): boolean
  /** The next instant at which time alone may change its value (not the verdict on a span); left out: never. */
  changes?(snapshot: Snapshot): Instant
  /** The same value in SQL, null where missing; over the aliases of `SqlReading`. An elapsed fact gives its `since`. */
  sql(reading: SqlReading): RawBuilder<unknown>
  /**
   * All that its value rests on: of the subject's row (columns, `fields.NAME`, `people` for its owner, what is reckoned: `score`,
   * `health`, `qualification`), of the opportunity's account the same behind `account.`, and of all opportunities of the account
   * (`opportunities.COLUMN`); left out: on anything. A change of nothing else changes it.
   */
  readonly restsOn?: readonly string[]
  /** Set where SQL may hold for more subjects than the verdict does (an age that stopped). */
  readonly loose?: boolean
}

/** What a fact is before a program gives it its meaning: a row in the table of facts. */
export type FactTable = ReadonlyMap<string, Fact>
