import type { Settable } from '../domain/effects.js'
import type { SnoozeEnd } from '../domain/findings.js'
import type { SubjectRef } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import type { Place } from '../lib/problem.js'

/** An effect as a test expects it: of an action those details that it names. `to` and the like are lists of people's ids. */
export interface ExpectedEffect {
  kind: string
  details: Readonly<Record<string, unknown>>
}

/** What a test may expect of a rule in a line, each with its effects. */
export const STEPS = ['opens', 'resolves', 'reminds', 'escalates', 'refused'] as const
export type StepName = (typeof STEPS)[number]

/** All that is expected of one rule or move on one subject since the line before; what is not named must not happen. */
export interface Expected {
  pending: boolean
  /** The bin to which a move brings the account. */
  moves: string | null
  steps: Readonly<Partial<Record<StepName, readonly ExpectedEffect[]>>>
}

/** A person's act, an activity or new values of facts. */
export type Deed =
  | { do: 'facts'; subject: SubjectRef; values: Readonly<Record<string, Settable>>; place: Place }
  | { do: 'activity'; subject: SubjectRef; activity: DoneActivity; place: Place }
  | { do: 'acknowledge'; subject: SubjectRef; rule: string; place: Place }
  | { do: 'snooze'; subject: SubjectRef; rule: string; until: Instant; endsOn: SnoozeEnd | null; place: Place }
  | { do: 'delete'; subject: SubjectRef; place: Place }

export interface DoneActivity {
  kind: string
  /** Null: at the instant of its line. Ahead of it the activity is planned. */
  at: Instant | null
  by: string | null
  contact: string | null
}

export interface TestLine {
  at: Instant
  /** The instant as written. */
  written: string
  place: Place
  deeds: readonly Deed[]
  /** By subject, then by rule; subjects and rules that are not named had nothing. Null: the line expects nothing yet. */
  expect: ReadonlyMap<string, ReadonlyMap<string, Expected>> | null
}

export interface GivenSubject {
  subject: SubjectRef
  values: Readonly<Record<string, Settable>>
  place: Place
}

/** Somebody beside the people of the rules, as an import would bring them. */
export interface GivenPerson {
  id: string
  values: Readonly<Record<string, Settable>>
  place: Place
}

/** A rule test that is right: every name in it is one of the program's. */
export interface RuleTest {
  name: string
  place: Place
  why: string | null
  /** Only these rules and moves are told; null: all of them. */
  rules: ReadonlySet<string> | null
  given: readonly GivenSubject[]
  people: readonly GivenPerson[]
  timeline: readonly TestLine[]
}
