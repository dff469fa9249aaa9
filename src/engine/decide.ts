import type { Finding, ResolvedBecause } from '../domain/findings.js'
import type { Calendar } from '../lib/calendar.js'
import { type Instant, NEVER } from '../lib/instant.js'
import type { Rule } from '../program/program.js'

/** What becomes of a rule on a subject at one instant, with its reason; `until` is when a clock of the finding itself runs out. */
export type Decision =
  | { do: 'pend'; episode: number; until: Instant }
  | { do: 'forget'; because: 'not_true' }
  | { do: 'open'; episode: number; because: 'newly_true' | 'held_long_enough' | 'released' }
  | { do: 'resolve'; because: ResolvedBecause }
  | {
      do: 'nothing'
      because: 'not_true' | 'already_open' | 'still_pending' | 'cooling_down' | 'still_held'
      until: Instant
    }

export interface Judged {
  rule: Rule
  holds: boolean
  /** The last finding of this rule on this subject. */
  last: Finding | null
  now: Instant
  calendar: Calendar
  /** Whether a limit still holds the rule's findings (state `held`). */
  stillHeld: boolean
  /** Whether what the rule's verdict rests on was edited since the finding was judged last. */
  reworded: boolean
}

/** Decides; pure. The life of a finding is this one table. */
export function decide({ rule, holds, last, now, calendar, stillHeld, reworded }: Judged): Decision {
  switch (last?.state) {
    case 'open':
      if (holds) return { do: 'nothing', because: 'already_open', until: NEVER }
      return { do: 'resolve', because: reworded ? 'rule_changed' : 'no_longer_true' }
    case 'held':
      if (!holds) return { do: 'forget', because: 'not_true' }
      return stillHeld
        ? { do: 'nothing', because: 'still_held', until: NEVER }
        : { do: 'open', episode: last.episode, because: 'released' }
    case 'pending': {
      if (!holds) return { do: 'forget', because: 'not_true' }
      // How long the other condition held says nothing of this one.
      if (reworded && rule.lasting)
        return { do: 'pend', episode: last.episode, until: calendar.after(now, rule.lasting) }
      const ripe = rule.lasting ? calendar.after(last.pending_since as Instant, rule.lasting) : now
      return now >= ripe
        ? { do: 'open', episode: last.episode, because: 'held_long_enough' }
        : { do: 'nothing', because: 'still_pending', until: ripe }
    }
    default: {
      if (!holds) return { do: 'nothing', because: 'not_true', until: NEVER }
      const episode = (last?.episode ?? 0) + 1
      if (last && rule.cooldown) {
        const cooled = calendar.after(last.resolved_at as Instant, rule.cooldown)
        if (now < cooled) return { do: 'nothing', because: 'cooling_down', until: cooled }
      }
      if (!rule.lasting) return { do: 'open', episode, because: 'newly_true' }
      return { do: 'pend', episode, until: calendar.after(now, rule.lasting) }
    }
  }
}
