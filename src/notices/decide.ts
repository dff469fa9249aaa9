import type { Instant } from '../lib/instant.js'
import type { KeptWhy } from '../sql/telling.js'
import type { PersonClock } from './clock.js'
import { endOf, type Matchers, type Silence, silencedBy } from './silences.js'

/** A notice that waits, with what decides about it. */
export interface WaitingNotice {
  readonly id: string
  readonly urgent: boolean
  readonly at: Instant
  /** Whether its finding is open, over, or none (of an event, of a move). */
  readonly finding: 'open' | 'over' | 'none'
  /** The silence that kept it back so far. */
  readonly kept_by: string | null
  /** Why it was kept back when it was last looked at; null before it was. */
  readonly kept_why: KeptWhy | null
  /** Until when; 0 where all that waits is looked at again before that. */
  readonly kept_until: Instant
  /** What silences match of it. */
  readonly matched: Matchers
}

/** What becomes of a notice, and why. */
export type Outcome =
  | { readonly do: 'tell' }
  | { readonly do: 'keep'; readonly why: KeptWhy; readonly until: Instant; readonly by: string | null }
  | { readonly do: 'drop'; readonly why: string }

/** What is known of one person at the instant of deciding. */
export interface Telling {
  readonly now: Instant
  readonly clock: PersonClock
  /** Letters a day; null: as many as there are. */
  readonly atMost: number | null
  /** Letters that the person had today. */
  readonly lettersToday: number
  /** Whether the last window was gathered already: it happens once. */
  readonly windowHappened: boolean
  /** Those in force, and those that kept one of the notices back. */
  readonly silences: readonly Silence[]
  readonly active: boolean
}

/**
 * Decides what becomes of each notice of a person; pure. Urgent ones are told at once, in quiet hours at their end, whatever
 * the daily maximum; the others in the person's window, if it is open, has not happened, and the day has room for a letter.
 * What a silence kept back is told in the first window after it if its finding is still open. A window that was missed is
 * made up for, but not in quiet hours or on a day off. `window` is the one in which others than urgent ones are told.
 */
export function decideNotices<N extends WaitingNotice>(
  notices: readonly N[],
  telling: Telling,
): { outcomes: ReadonlyMap<N, Outcome>; window: Instant | null } {
  const outcomes = new Map(notices.map((notice) => [notice, decide(notice, telling)]))
  const { now, clock } = telling
  const inWindow = notices.some((notice) => outcomes.get(notice)?.do === 'tell' && !isAtOnce(notice))
  return { outcomes, window: inWindow ? clock.lastWindow(now) : null }
}

/** Once a silence kept it back, an urgent notice is late anyway, and waits for the window. */
const isAtOnce = ({ urgent, kept_by }: WaitingNotice) => urgent && kept_by === null

function decide(notice: WaitingNotice, telling: Telling): Outcome {
  const { now, clock, silences } = telling
  if (!telling.active) return { do: 'drop', why: 'The person is not active any more.' }
  const silence = silencedBy(silences, notice.matched, now)
  if (silence) return keep('silenced', clock.nextWindow(endOf(silence)), silence.id)
  if (notice.kept_by !== null && notice.finding === 'over')
    return { do: 'drop', why: 'Its finding was resolved while a silence kept it back.' }
  if (!isAtOnce(notice)) return inItsWindow(notice, telling)
  const quiet = clock.quietUntil(now)
  return quiet === null ? TELL : keep('quiet_hours', quiet, null)
}

const TELL: Outcome = { do: 'tell' }
const keep = (why: KeptWhy, until: Instant, by: string | null): Outcome => ({ do: 'keep', why, until, by })

function inItsWindow(notice: WaitingNotice, telling: Telling): Outcome {
  const { at, kept_by } = notice
  const { now, clock, silences, atMost } = telling
  const silence = kept_by === null ? undefined : silences.find(({ id }) => id === kept_by)
  const ready = Math.max(at, silence ? endOf(silence) : at)
  const wait = (why: KeptWhy, from: Instant) => keep(why, clock.nextWindow(from), kept_by)
  if (clock.lastWindow(now) < ready || telling.windowHappened) return wait('window', Math.max(ready, now + 1))
  if (atMost !== null && telling.lettersToday >= atMost) return wait('daily_maximum', clock.startOfTomorrow(now))
  if (atMost !== null && isOfYesterday(notice, telling)) return wait('daily_maximum', now)
  if (clock.quietUntil(now) !== null) return wait('quiet_hours', now + 1)
  return clock.isWorkday(now) ? TELL : wait('day_off', now + 1)
}

/** Kept for the maximum of a day that is over, and looked at again before the first window after that day. */
const isOfYesterday = ({ kept_why, kept_until }: WaitingNotice, { now, clock }: Telling): boolean =>
  kept_why === 'daily_maximum' && kept_until === 0 && clock.lastWindow(now) < clock.startOfDay(now)
