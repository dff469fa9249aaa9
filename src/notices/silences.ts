import type { Severity } from '../domain/findings.js'
import type { Calendar } from '../lib/calendar.js'
import type { Instant } from '../lib/instant.js'

/** What a silence asks of a notice: all that is given must fit, and something must be given. */
export interface Matchers {
  readonly rule: string | null
  /** Of the subject, and the owner's team. */
  readonly owner: string | null
  readonly team: string | null
  readonly account: string | null
  readonly severity: Severity | null
}

/** Keeps back what matches until its end. None is without an end, and none without a reason. */
export interface Silence extends Matchers {
  readonly id: string
  readonly until: Instant
  readonly comment: string
  readonly by: string
  readonly at: Instant
  /** When somebody ended it before its time. */
  readonly ended_at: Instant | null
}

export const MATCHERS = ['rule', 'owner', 'team', 'account', 'severity'] as const satisfies readonly (keyof Matchers)[]

/** How long a silence lasts where nobody says how long. */
export const SILENCE_LASTS = { count: 30, unit: 'day' } as const

/** The end of a silence that begins now and names none. */
export const defaultEnd = (calendar: Calendar, now: Instant): Instant => calendar.after(now, SILENCE_LASTS)

export const matches = (silence: Matchers, notice: Matchers): boolean =>
  MATCHERS.every((name) => silence[name] === null || silence[name] === notice[name])

/** When it ends, or ended. */
export const endOf = ({ until, ended_at }: Silence): Instant => (ended_at === null ? until : Math.min(until, ended_at))

export const isInForce = (silence: Silence, now: Instant): boolean => silence.at <= now && now < endOf(silence)

/** The silence that keeps a notice back now: of several the one that ends last. */
export function silencedBy(silences: readonly Silence[], notice: Matchers, now: Instant): Silence | null {
  const found = silences.filter((silence) => isInForce(silence, now) && matches(silence, notice))
  return found.reduce<Silence | null>((last, one) => (last === null || endOf(one) > endOf(last) ? one : last), null)
}

/** What it silences, in words: `rule quiet-proposal, owner dana`. */
export const sayMatchers = (silence: Matchers): string =>
  MATCHERS.flatMap((name) => (silence[name] === null ? [] : [`${name} ${silence[name].replace('_', ' ')}`])).join(', ')
