import { textValues } from '../../actions/values.js'
import { nextChange } from '../../conditions/words.js'
import { type Finding, type FindingState, findingKey, printKey } from '../../domain/findings.js'
import type { People } from '../../domain/vocabulary.js'
import type { ClockStep } from '../../engine/clocks.js'
import type { FamilyRun } from '../../engine/family-run.js'
import { clocksOf } from '../../engine/judge-state.js'
import type { Snapshot } from '../../facts/fact.js'
import type { Instant } from '../../lib/instant.js'
import type { Rule } from '../../program/program.js'
import { sayEffect } from '../words.js'
import { sayClockStep } from './steps.js'

/** Something that comes by time alone. */
export interface Coming {
  at: Instant
  what: string
  /** The step that a clock brings: `remind-3`, `escalate-5bd`; null of what is none. */
  step: string | null
  /** What the step does, as things stand. */
  effects: readonly string[]
}

/** Nobody waits longer than this to hear when something comes by itself. */
const YEARS_AHEAD = { count: 3, unit: 'year' } as const

interface Standing {
  rule: Rule
  finding: Finding | null
  edited: Pick<FamilyRun, 'program' | 'editedAt' | 'isReworded'>
  holds: boolean
  snapshot: Snapshot
  /** The subject as it is at a later instant, if nobody changes anything. */
  at: (instant: Instant) => Snapshot
  people: People
  /** Of an instant that has passed: the steps of its clocks that were taken later. Null of the present. */
  late: ReadonlySet<string> | null
}

/** The clocks of the finding, and the next real change of the condition; in the past without what a next apply does. */
export function comingUp(standing: Standing): Coming[] {
  const { rule, finding, edited, holds, snapshot, at: snapshotAt, late } = standing
  const { now, vocabulary } = snapshot
  const { calendar } = vocabulary
  const next: Coming[] = []
  const put = (at: Instant, what: string) => next.push({ at, what, step: null, effects: [] })
  const add = (at: Instant, what: string) => at > now && Number.isFinite(at) && put(at, what)
  const promise = (what: string) => late === null && put(now, what)
  const state: FindingState | null = finding?.state ?? null
  const cooled =
    state === 'resolved' && rule.cooldown ? calendar.after(finding?.resolved_at ?? now, rule.cooldown) : now
  if (holds && cooled > now) add(cooled, 'its cooldown is over, and it opens again if it still holds')
  const anew =
    holds && finding?.state === 'pending' && rule.lasting !== null && edited.isReworded(rule, finding.program)
  if (anew) promise('it waits anew: its condition was edited')
  const since = state === 'pending' && !anew ? (finding?.pending_since ?? now) : now
  const opens = rule.lasting && state !== 'open' && state !== 'held' ? calendar.after(since, rule.lasting) : null
  if (holds && opens !== null && cooled <= now) add(opens, 'it opens, if it holds until then')
  if (holds && !anew && state === 'pending' && (opens === null || opens <= now))
    promise('it opens, with the next apply')
  const change = nextChange(rule.when, snapshotAt, now, calendar.after(now, YEARS_AHEAD))
  if (state === 'open' && holds && finding) {
    const { finding: left } = clocksOf(edited, rule, finding, snapshot)
    if (left.snoozed_until !== null) add(left.snoozed_until, 'its snooze ends')
    else if (finding.snoozed_until !== null) promise('its snooze ends, with the next apply')
    next.push(...clocksAhead(standing, finding).filter(({ at }) => change === null || at < change))
  }
  if (change !== null) add(change, holds ? 'it no longer holds, by time alone' : 'it begins to hold, by time alone')
  if (change !== null && !holds && rule.lasting)
    add(calendar.after(change, rule.lasting), 'it opens, if it holds until then')
  return next.sort((a, b) => a.at - b.at)
}

/** What its clocks have brought already and nobody has done, the next reminder, and every escalation that is still to come. */
function clocksAhead(standing: Standing, finding: Finding): Coming[] {
  const { rule, edited, snapshot, at, late } = standing
  const { steps, finding: left } = clocksOf(edited, rule, finding, snapshot)
  const due = steps.filter(({ step }) => late === null || late.has(step))
  const found = due.map((step) => coming(standing, left, step, snapshot, ', with the next apply'))
  const walk = (only: Rule, times: number) => {
    let one = { finding: left, next: clocksOf(edited, only, left, snapshot).next }
    for (let n = 0; n < times && Number.isFinite(one.next); n += 1) {
      const then = at(one.next)
      const looked = clocksOf(edited, only, one.finding, then)
      found.push(...looked.steps.map((step) => coming(standing, looked.finding, step, then, '')))
      one = looked
    }
  }
  walk({ ...rule, escalate: [] }, 1)
  walk({ ...rule, remind: null }, rule.escalate.length)
  return found
}

function coming(
  { rule, edited, people }: Standing,
  finding: Finding,
  { step, then }: ClockStep,
  snapshot: Snapshot,
  when: string,
): Coming {
  const { program } = edited
  const values = textValues(program.facts[rule.for], snapshot, rule)
  const key = printKey(findingKey(finding, step))
  const subject = { kind: finding.kind, id: finding.id }
  const effects = then.flatMap((action) => {
    try {
      return action
        .plan({ subject, snapshot, rule, finding, key, values })
        .map((effect) => sayEffect(effect, { program, people }))
    } catch {
      return [`${action.name.replaceAll('_', ' ')}, whose text fails`]
    }
  })
  const does = effects.length === 0 ? '' : `: ${effects.join('; ')}`
  return { at: snapshot.now, what: `${sayClockStep(step)}${when}${does}`, step, effects }
}
