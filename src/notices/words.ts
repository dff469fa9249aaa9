import { type Calendar, formatMinute } from '../lib/calendar.js'
import type { Instant } from '../lib/instant.js'
import type { KeptWhy } from '../sql/telling.js'

const WORDS: Record<KeptWhy, string> = {
  window: 'It waits for its window',
  quiet_hours: 'It is kept out of quiet hours',
  day_off: 'It is kept out of a day off',
  daily_maximum: 'It waits, since the day has had its number of letters',
  silenced: 'A silence keeps it back',
}

/** Why a notice that waits is not told yet, and until when: `It waits for its window, until 2026-03-16 08:30.` */
export function sayKept(
  { kept_why, kept_until, kept_by }: { kept_why: KeptWhy | null; kept_until: Instant | null; kept_by: string | null },
  calendar: Calendar,
): string {
  if (kept_why === null || kept_until === null || kept_until === 0) return 'It is looked at with the next letters.'
  const by = kept_why === 'silenced' && kept_by !== null ? ` (${kept_by})` : ''
  return `${WORDS[kept_why]}${by}, until ${formatMinute(kept_until, calendar)}.`
}
