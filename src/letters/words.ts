import { formatNumber } from '../conditions/operands.js'
import { readStep } from '../domain/steps.js'
import type { People } from '../domain/vocabulary.js'
import { type Calendar, makeCalendar } from '../lib/calendar.js'
import type { Instant } from '../lib/instant.js'
import { formatSpan } from '../lib/span.js'
import { isTimezone } from '../lib/zone.js'
import { type Counts, isOver, type Line, type Subject } from '../notices/message.js'
import type { Program } from '../program/program.js'
import { saySums } from '../reports/money.js'
import { count, sayInstant, saySubject } from '../reports/words.js'

/** What letters are worded by. */
export interface Wording {
  readonly program: Program
  readonly people: People
}

/** The severities as a letter orders and calls them; `none` is what events and moves tell, `over` what is resolved. */
export const LEVELS = ['poor', 'at_risk', 'watch', 'none', 'over'] as const
const SAID: Record<(typeof LEVELS)[number], string> = {
  poor: 'poor',
  at_risk: 'at risk',
  watch: 'to watch',
  none: 'to know',
  over: 'resolved',
}

/** Where a letter counts a line. */
export const levelOf = (line: Pick<Line, 'severity' | 'steps'>): (typeof LEVELS)[number] =>
  isOver(line) ? 'over' : (line.severity ?? 'none')

/** What a letter calls a level. */
export const sayLevel = (level: (typeof LEVELS)[number]): string => SAID[level]

/** `2 poor, 3 at risk`. */
export const sayCounts = (counts: Counts): string =>
  LEVELS.flatMap((level) => (counts[level] === 0 ? [] : [`${formatNumber(counts[level])} ${SAID[level]}`])).join(', ')

/** How many findings there are, and of what level: `3 findings of 2 owners: 2 poor, 1 at risk`, or `2 findings, both at risk`. */
export function sayFindings(counts: Counts, of = ''): string {
  const [first, ...more] = LEVELS.filter((level) => counts[level] > 0)
  const total = LEVELS.reduce((sum, level) => sum + counts[level], 0)
  const all = `${count(total, 'finding')}${of}`
  if (first === undefined || more.length > 0) return `${all}: ${sayCounts(counts)}`
  return total === 1 ? `${all}, ${SAID[first]}` : `${all}, ${total === 2 ? 'both' : 'all'} ${SAID[first]}`
}

/** Why a line came now: `new`, `reminder 2`, `escalation after 5 business days`, `resolved`. */
export function sayStep(step: string): string {
  const read = readStep(step)
  if (read.is === 'other') return step
  if (read.is === 'remind') return `reminder ${read.number}`
  if (read.is === 'escalate') return read.after ? `escalation after ${formatSpan(read.after)}` : 'escalation'
  return { open: 'new', resolve: 'resolved', event: 'happened', move: 'moved' }[read.is]
}

/** A subject by its name, else by what it is and its id. */
export const sayName = ({ kind, subject, name }: Pick<Subject, 'kind' | 'subject' | 'name'>): string =>
  name ?? saySubject({ kind, id: subject })

export const sayAccount = ({ account }: Pick<Subject, 'account'>): string | null =>
  account === null ? null : (account.name ?? account.id)

/** The amount in whole units with its currency; null where it is not known. */
export const sayAmount = ({ amount, currency }: Subject, { program }: Wording): string | null =>
  amount === null
    ? null
    : saySums([{ currency: currency ?? program.vocabulary.money.currency, amount: BigInt(amount) }])

/** The calendar of a person: the program's, in the zone in which the person lives. */
export function calendarOf({ program }: Wording, timezone: string | null): Calendar {
  const { calendar } = program.vocabulary
  if (timezone === null || !isTimezone(timezone)) return calendar
  return makeCalendar({ ...calendar.spec, timezone })
}

/** An instant as the person reads it on the wall. */
export const sayWhen = (at: Instant, calendar: Calendar): string => sayInstant(at, calendar)

/** Whose clock a letter is written by: said once in it. */
export const sayZone = ({ spec }: Calendar): string => `Times are those of ${spec.timezone}.`

/** The name by which a person is greeted: the first of the names, else the id. */
export const firstName = (name: string | null, id: string): string => (name ?? id).trim().split(/\s+/)[0] || id
