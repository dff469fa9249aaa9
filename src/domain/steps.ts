import { SPAN_UNITS, type Span, type SpanUnit } from '../lib/span.js'

/**
 * A step as its name in keys says: `open`, `remind-3`, `escalate-5bd`, `resolve`, `event`, `move`; behind `#` the number of the
 * only one of its effects that is meant (`open#2`).
 */
export type ReadStep = {
  /** The whole step, without the number of an effect. */
  name: string
  /** The number of the effect; null where all are meant. */
  effect: number | null
} & (
  | { is: 'open' | 'resolve' | 'event' | 'move' }
  | { is: 'remind'; number: number }
  /** The span is null where the name tells none. */
  | { is: 'escalate'; after: Span | null }
  /** No step that a rule takes on a finding: `broken`, `announced`, … */
  | { is: 'other' }
)

/** Reads the name of a step. It never throws: what it does not know is `other`. */
export function readStep(step: string): ReadStep {
  const [name = '', effect] = step.split('#')
  const of = { name, effect: effect === undefined ? null : Number(effect) }
  if (name === 'open' || name === 'resolve' || name === 'event' || name === 'move') return { ...of, is: name }
  const [, number] = /^remind-(\d+)$/.exec(name) ?? []
  if (number !== undefined) return { ...of, is: 'remind', number: Number(number) }
  if (!name.startsWith('escalate-')) return { ...of, is: 'other' }
  const [, count, short = ''] = /^escalate-(\d+)([a-z]+)$/.exec(name) ?? []
  const unit = LONG.get(short)
  return { ...of, is: 'escalate', after: count === undefined || !unit ? null : { count: Number(count), unit } }
}

/** Is it a step that a clock of an open finding brings? */
export const isClockStep = ({ is }: ReadStep): boolean => is === 'remind' || is === 'escalate'

export const reminderStep = (number: number): string => `remind-${number}`

/** The name of an escalation in keys: `escalate-5bd`. */
export const escalationStep = ({ count, unit }: Span): string => `escalate-${count}${SHORT[unit]}`

/** One effect of a step; of one that is an effect already, that. */
export const effectStep = (step: string, number: number): string => (step.includes('#') ? step : `${step}#${number}`)

const SHORT: Record<SpanUnit, string> = {
  minute: 'min',
  hour: 'h',
  business_hour: 'bh',
  day: 'd',
  business_day: 'bd',
  week: 'w',
  month: 'mo',
  quarter: 'q',
  year: 'y',
}

const LONG: ReadonlyMap<string, SpanUnit> = new Map(SPAN_UNITS.map((unit) => [SHORT[unit], unit]))
