import { SEVERITIES, type Severity } from '../domain/findings.js'
import { rateOf } from '../domain/money.js'
import { readStep } from '../domain/steps.js'
import type { Money, Person, SubjectKind } from '../domain/subjects.js'
import type { MoneyRules } from '../domain/vocabulary.js'
import type { Instant } from '../lib/instant.js'
import type { KeptWhy } from '../sql/telling.js'

/** What a message tells of one subject. */
export interface Subject {
  readonly rule: string
  readonly kind: SubjectKind
  readonly subject: string
  readonly episode: string
  readonly name: string | null
  readonly account: { readonly id: string; readonly name: string | null } | null
  readonly owner: string | null
  readonly amount: Money | null
  readonly currency: string | null
}

/** A notice that is told now, with what says how grave it is. */
export interface ToldNotice extends Subject {
  readonly id: string
  readonly step: string
  readonly urgent: boolean
  readonly at: Instant
  /** Null of events and moves. */
  readonly severity: Severity | null
  /** Since when the finding is open. */
  readonly since: Instant | null
  /** Since when somebody looks after the finding, and how often it was escalated: what may still come of it. */
  readonly acknowledged_at: Instant | null
  readonly escalated: number
  /** What kept it back until now. */
  readonly waited: KeptWhy | null
}

/** One line of a message: all that is told now of one finding, its latest step first. */
export interface Line extends Omit<ToldNotice, 'id' | 'step'> {
  /** Ids of its notices, and their steps: `open`, `remind-2`, `escalate-5bd`, `resolve`, `event`, `move`. */
  readonly notices: readonly string[]
  readonly steps: readonly string[]
}

/** A line as it is written: with the text of its latest notice and why the rule spoke. */
export interface ShownLine extends Line {
  readonly text: string
  readonly because: string
}

export interface ResolvedLine extends Subject {
  readonly severity: Severity
  readonly resolvedAt: Instant
}

/** What a silence keeps back from the person. */
export interface SilencedCount {
  readonly says: string
  readonly comment: string
  readonly until: Instant
  readonly count: number
}

/** How many lines there are of each severity; events and moves have none, and what is resolved counts apart. */
export type Counts = Readonly<Record<Severity | 'none' | 'over', number>>

/** All that one gathered letter says; counts are of findings, not of notices. */
export interface Message {
  readonly id: string
  readonly to: Person
  readonly at: Instant
  /** The window it is the letter of; null of what is told at once. */
  readonly window: Instant | null
  /** The gravest, worst first; the rest is counted. */
  readonly lines: readonly ShownLine[]
  readonly total: number
  readonly counts: Counts
  readonly rest: Counts
  /** Whose subjects all of them speak of, whoever has the gravest first. */
  readonly owners: readonly { readonly owner: string | null; readonly counts: Counts }[]
  /** How many of them waited because the day had no room for another letter. */
  readonly overMaximum: number
  /** Since the last letter, of what this person was told; the first of them, and how many there are. */
  readonly resolved: readonly ResolvedLine[]
  readonly resolvedTotal: number
  readonly silenced: readonly SilencedCount[]
  /** What waits for a later letter, other than what this one tells. */
  readonly waiting: { readonly count: number; readonly until: Instant } | null
}

/** A letter shows so many lines and counts the rest. */
export const SHOWN = 30
/** Of what was resolved since the last letter it names so many. */
export const SHOWN_RESOLVED = 10

/** Brings the notices of one finding together; in the order in which the first of each was written. */
export function linesOf(notices: readonly ToldNotice[]): Line[] {
  const lines = new Map<string, ToldNotice[]>()
  for (const notice of notices) {
    const name = JSON.stringify([notice.rule, notice.kind, notice.subject, notice.episode])
    const line = lines.get(name)
    if (line) line.push(notice)
    else lines.set(name, [notice])
  }
  return [...lines.values()].map((told) => {
    const latestFirst = told.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
    const { id: _, step: __, ...latest } = latestFirst[0] as ToldNotice
    return {
      ...latest,
      urgent: told.some(({ urgent }) => urgent),
      waited: told.find(({ waited }) => waited === 'silenced' || waited === 'daily_maximum')?.waited ?? latest.waited,
      notices: latestFirst.map(({ id }) => id),
      steps: [...new Set(latestFirst.map(({ step }) => step))],
    }
  })
}

/** The gravest first: by severity, then by amount (of currencies with a rate what they are worth), then by name. */
export function gravestFirst<Of extends Subject & { severity: Severity | null }>(
  lines: readonly Of[],
  money: MoneyRules,
): Of[] {
  const worth = ({ amount, currency }: Subject) => (amount === null ? -1 : amount * (rateOf(money, currency) ?? 1))
  const keyed = lines.map((line) => ({ line, grave: gravity(line.severity), worth: worth(line), name: nameOf(line) }))
  keyed.sort((a, b) => b.grave - a.grave || b.worth - a.worth || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return keyed.map(({ line }) => line)
}

const gravity = (severity: Severity | null) => (severity === null ? -1 : SEVERITIES.indexOf(severity))
const nameOf = ({ kind, subject, rule, episode }: Subject) => `${kind}/${subject}/${rule}/${episode}`

/** Is it told because it is over? */
export const isOver = ({ steps }: Pick<Line, 'steps'>): boolean => readStep(steps[0] ?? '').is === 'resolve'

/** How many of the lines are of each severity, and how many of them are over. */
export function bySeverity(lines: readonly Pick<Line, 'severity' | 'steps'>[]): Counts {
  const counts = { watch: 0, at_risk: 0, poor: 0, none: 0, over: 0 }
  for (const line of lines) counts[isOver(line) ? 'over' : (line.severity ?? 'none')] += 1
  return counts
}

/** The lines of each owner counted, in the order in which owners come among them. */
export function byOwner(lines: readonly Line[]): Message['owners'] {
  const owners = new Map<string | null, Line[]>()
  for (const line of lines) {
    const group = owners.get(line.owner)
    if (group) group.push(line)
    else owners.set(line.owner, [line])
  }
  return [...owners].map(([owner, group]) => ({ owner, counts: bySeverity(group) }))
}
