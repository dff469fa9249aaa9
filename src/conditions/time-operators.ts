import { type RawBuilder, sql } from 'kysely'
import type { FactKind, FactValue } from '../facts/fact.js'
import type { Calendar } from '../lib/calendar.js'
import { type CivilDate, type Instant, NEVER } from '../lib/instant.js'
import { isNeverShorter } from '../lib/span.js'
import { periodsIn, spanIn } from './operands.js'
import { type Pair, pair } from './pair.js'
import {
  bindable,
  comesTo,
  dayBehind,
  dayOr9999,
  distance,
  earliestUp,
  firstDayOf,
  latestUp,
  upAt,
  upNotBefore,
  windowFlip,
} from './reckoning.js'
import type { Clock, Operand, Operator } from './tree.js'

const MOMENTS: readonly FactKind[] = ['date', 'instant']
type Sql = RawBuilder<unknown>

/** The first instant of a date, or the instant itself. */
const beginOf = (value: FactValue, kind: FactKind, calendar: Calendar): Instant =>
  kind === 'date' ? calendar.startOf(value as CivilDate) : (value as Instant)

/** The first instant behind a date, or the instant itself. */
const endOf = (value: FactValue, kind: FactKind, calendar: Calendar): Instant =>
  kind === 'date' ? calendar.startOf(calendar.addDays(value as CivilDate, 1)) : (value as Instant)

const dateOf = (value: FactValue, kind: FactKind, calendar: Calendar): CivilDate =>
  kind === 'date' ? (value as CivilDate) : calendar.dateOf(value as Instant)

/** A day as what the fact is compared with in SQL: itself, or its first instant. */
const asMoment = (day: CivilDate, kind: FactKind, calendar: Calendar): CivilDate | Instant =>
  kind === 'date' ? day : bindable(calendar.startOf(day))

const elapsed = pair({
  names: ['over', 'under'],
  written: [true, true],
  summaries: ['The span is up: true from the very instant at which it is.', 'The span is not up yet.'],
  words: ['over', 'under'],
  kinds: ['elapsed'],
  takes: ['span'],
  holds: (since, operand, { now, calendar }, _kind, stopped) => {
    const at = stopped !== null && stopped < now ? stopped : now
    return at >= upAt(since as Instant, spanIn(operand), calendar)
  },
  flips: (since, operand, { now, calendar }, _kind, stopped) => {
    const up = upAt(since as Instant, spanIn(operand), calendar)
    return up > now && (stopped === null || up <= stopped) ? up : NEVER
  },
  notBefore: (operand) => upNotBefore(spanIn(operand)) as (value: FactValue, calendar: Calendar) => Instant,
  implies: (operand, other) => isNeverShorter(spanIn(operand), spanIn(other)),
  sql: [
    (since, operand, clock) => sql`${since} <= ${latestUp(spanIn(operand), clock)}`,
    (since, operand, clock) => sql`${since} > ${latestUp(spanIn(operand), clock)}`,
  ],
})

const nextWindow = (value: Sql, operand: Operand, { now, calendar }: Clock, kind: FactKind): readonly [Sql, Sql] => {
  const reached = calendar.after(now, spanIn(operand))
  return kind === 'date'
    ? [sql`${value} >= ${calendar.dateOf(now)}`, sql`${value} <= ${dayOr9999(reached, calendar)}`]
    : [sql`${value} > ${now}`, sql`${value} <= ${bindable(reached)}`]
}

const lastWindow = (value: Sql, operand: Operand, clock: Clock, kind: FactKind): readonly [Sql, Sql] => {
  const { now, calendar } = clock
  const latest = latestUp(spanIn(operand), clock)
  return kind === 'date'
    ? [sql`${value} <= ${calendar.dateOf(now)}`, sql`${value} >= ${calendar.dateOf(latest)}`]
    : [sql`${value} <= ${now}`, sql`${value} > ${latest}`]
}

const windows = (of: typeof nextWindow): Pair['sql'] => [
  (...question) => {
    const [from, to] = of(...(question as unknown as Parameters<typeof nextWindow>))
    return sql`(${from} and ${to})`
  },
  (...question) => {
    const [from, to] = of(...(question as unknown as Parameters<typeof nextWindow>))
    return sql`not (${from} and ${to})`
  },
]

const withinNext = pair({
  names: ['within_next', 'not_within_next'],
  written: [true, false],
  summaries: [
    'Not yet past, and no further ahead than the span; of dates today and the last day both count.',
    'Past, or further ahead than the span.',
  ],
  words: ['within the next', 'not within the next'],
  kinds: MOMENTS,
  takes: ['span'],
  holds: (value, operand, { now, calendar }, kind) =>
    now < endOf(value, kind, calendar) && calendar.after(now, spanIn(operand)) >= beginOf(value, kind, calendar),
  flips: (value, operand, { now, calendar }, kind) => {
    const end = endOf(value, kind, calendar)
    if (now >= end) return NEVER
    return windowFlip(earliestUp(beginOf(value, kind, calendar), spanIn(operand), calendar), end, now)
  },
  sql: windows(nextWindow),
})

const withinLast = pair({
  names: ['within_last', 'not_within_last'],
  written: [true, false],
  summaries: [
    'Come already, and no longer ago than the span; of dates today and the last day both count.',
    'Still ahead, or longer ago than the span.',
  ],
  words: ['within the last', 'not within the last'],
  kinds: MOMENTS,
  takes: ['span'],
  holds: (value, operand, { now, calendar }, kind) =>
    beginOf(value, kind, calendar) <= now && now < upAt(endOf(value, kind, calendar), spanIn(operand), calendar),
  flips: (value, operand, { now, calendar }, kind) =>
    windowFlip(beginOf(value, kind, calendar), upAt(endOf(value, kind, calendar), spanIn(operand), calendar), now),
  sql: windows(lastWindow),
})

/** The one period that `before` and `on_or_after` take; null for a date. */
const periodIn = (operand: Operand) => (operand.is === 'date' ? null : (periodsIn(operand)[0] ?? null))

const firstDayIn = (operand: Operand, clock: Clock): CivilDate => {
  if (operand.is === 'date') return operand.date
  const period = periodIn(operand)
  if (!period) throw new Error('A period is needed.')
  return firstDayOf(period, clock)
}

const before = pair({
  names: ['before', 'on_or_after'],
  written: [true, true],
  summaries: [
    'Before the date, or before the first day of the period.',
    'The date or later; of a period, its first day.',
  ],
  words: ['before', 'on or after'],
  kinds: MOMENTS,
  takes: ['date', 'periods'],
  holds: (value, operand, clock, kind) => {
    const date = dateOf(value, kind, clock.calendar)
    const period = periodIn(operand)
    return period ? distance(period.unit, date, clock) < period.offset : date < firstDayIn(operand, clock)
  },
  flips: (value, operand, { now, calendar }, kind) => {
    const period = periodIn(operand)
    if (!period) return NEVER
    const { unit, offset } = period
    const at = comesTo({ unit, offset: offset - 1 }, dateOf(value, kind, calendar), calendar)
    return at > now ? at : NEVER
  },
  sql: [
    (value, operand, clock, kind) => sql`${value} < ${asMoment(firstDayIn(operand, clock), kind, clock.calendar)}`,
    (value, operand, clock, kind) => sql`${value} >= ${asMoment(firstDayIn(operand, clock), kind, clock.calendar)}`,
  ],
})

const isIn = (date: CivilDate, operand: Operand, clock: Clock): boolean => {
  for (const { unit, offset } of periodsIn(operand)) if (distance(unit, date, clock) === offset) return true
  return false
}

/** Periods that follow each other leave no gap: the answer is asked at each end until it is another one. */
const leavesPeriods: NonNullable<Operator['flips']> = (value, operand, { now, calendar }, kind) => {
  const date = dateOf(value, kind, calendar)
  const held = isIn(date, operand, { now, calendar })
  for (let at = now; ; ) {
    let next = NEVER
    for (const { unit, offset } of periodsIn(operand)) {
      const from = comesTo({ unit, offset }, date, calendar)
      const to = comesTo({ unit, offset: offset - 1 }, date, calendar)
      if (from > at && from < next) next = from
      if (to > at && to < next) next = to
    }
    if (next === NEVER || isIn(date, operand, { now: next, calendar }) !== held) return next
    at = next
  }
}

const inside = (value: Sql, operand: Operand, clock: Clock, kind: FactKind): Sql =>
  sql`(${sql.join(
    periodsIn(operand).map((period) => {
      const from = asMoment(firstDayOf(period, clock), kind, clock.calendar)
      const behind = asMoment(dayBehind(period, clock), kind, clock.calendar)
      return sql`(${value} >= ${from} and ${value} < ${behind})`
    }),
    sql` or `,
  )})`

const inPeriods = pair({
  names: ['in', 'not_in'],
  written: [true, false],
  summaries: ['In the period, or in any of a list of periods.', 'In none of the periods.'],
  words: ['in', 'not in'],
  kinds: MOMENTS,
  takes: ['periods'],
  holds: (value, operand, clock, kind) => isIn(dateOf(value, kind, clock.calendar), operand, clock),
  flips: leavesPeriods,
  sql: [
    (value, operand, clock, kind) => sql`${inside(value, operand, clock, kind)}`,
    (value, operand, clock, kind) => sql`not ${inside(value, operand, clock, kind)}`,
  ],
})

/** Operators whose answer changes as time goes by. */
export const TIME_OPERATORS: readonly Operator[] = [...elapsed, ...before, ...inPeriods, ...withinNext, ...withinLast]
