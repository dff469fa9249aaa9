import type { Finding } from '../domain/findings.js'
import { escalationStep, reminderStep } from '../domain/steps.js'
import type { Calendar } from '../lib/calendar.js'
import { type Instant, NEVER } from '../lib/instant.js'
import type { Span } from '../lib/span.js'
import type { Rule } from '../program/program.js'

/** A step that a clock of an open finding brings: `remind-3`, `escalate-5bd`. */
export interface ClockStep {
  step: string
  then: Rule['then']
}

/** What the clocks of an open finding say at an instant. */
export interface Clocks {
  /** The finding with what was looked at noted on it. */
  finding: Finding
  /** The latest reminder that was missed, and all escalations that were, in order. */
  steps: ClockStep[]
  /** When the next clock runs out; NEVER where none does. */
  next: Instant
}

export interface ClockedAt {
  rule: Rule
  finding: Finding
  now: Instant
  calendar: Calendar
  /** When an edit of this rule came into force since the finding was judged last: what lies before it is not made up for. */
  editedAt: Instant | null
  /** What happened to the subject last that may end a snooze. */
  happened: { touch: Instant | null; stage: Instant | null }
}

/**
 * Reminders and escalations of an open finding, counted from its opening. Pure. Acknowledged: its escalation ends, reminders
 * go on. Snoozed: both are suppressed, and what fell into the snooze is skipped.
 */
export function clocks(asked: ClockedAt): Clocks {
  const { rule, now, calendar } = asked
  const finding = endSnooze(asked)
  if (finding.withheld !== null || finding.opened_at === null) return { finding, steps: [], next: NEVER }
  const opened = finding.opened_at
  const looked = Math.max(finding.clocked_until ?? opened, asked.editedAt ?? opened)
  const snoozed = finding.snoozed_until !== null
  const until = snoozed ? (finding.snoozed_until as Instant) : now
  const steps: ClockStep[] = []
  let { reminded, escalated } = finding
  let next = NEVER
  if (rule.remind) {
    const { every, then } = rule.remind
    const last = countBy(now, opened, every, calendar)
    if (!snoozed && last > 0 && atNumber(last, opened, every, calendar) > looked) {
      reminded = Math.max(last, reminded + 1)
      steps.push({ step: reminderStep(reminded), then })
    }
    next = atNumber(countBy(until, opened, every, calendar) + 1, opened, every, calendar)
  }
  if (finding.acknowledged_at === null) {
    for (const { after, then } of inOrder(rule, opened, calendar)) {
      const at = calendar.after(opened, after)
      if (at > until) next = Math.min(next, at)
      else if (!snoozed && at > looked) {
        escalated += 1
        steps.push({ step: escalationStep(after), then })
      }
    }
  }
  return { finding: { ...finding, reminded, escalated, clocked_until: now }, steps, next }
}

/** A snooze that is over is taken off; its time counts as looked at. */
function endSnooze({ finding, now, happened }: ClockedAt): Finding {
  const { snoozed_at, snoozed_until, snooze_ends_on } = finding
  if (snoozed_at === null || snoozed_until === null) return finding
  const ended = snooze_ends_on === null ? null : happened[snooze_ends_on]
  const end = ended !== null && ended > snoozed_at && ended < snoozed_until ? ended : snoozed_until
  if (end > now) return finding
  const clocked_until = Math.max(finding.clocked_until ?? end, end)
  return {
    ...finding,
    snoozed_at: null,
    snoozed_until: null,
    snoozed_by: null,
    snooze_reason: null,
    snooze_ends_on: null,
    clocked_until,
  }
}

const atNumber = (n: number, opened: Instant, every: Span, calendar: Calendar): Instant =>
  calendar.after(opened, { count: every.count * n, unit: every.unit })

/** How many reminders have come due by an instant: the largest number whose instant has passed. */
function countBy(limit: Instant, opened: Instant, every: Span, calendar: Calendar): number {
  if (every.count === 0) return 0
  const isDue = (n: number) => atNumber(n, opened, every, calendar) <= limit
  let high = 1
  while (isDue(high)) high *= 2
  let low = high / 2
  if (low < 1) return 0
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (isDue(middle)) low = middle
    else high = middle
  }
  return low
}

const inOrder = (rule: Rule, opened: Instant, calendar: Calendar) =>
  [...rule.escalate].sort((a, b) => calendar.after(opened, a.after) - calendar.after(opened, b.after))
