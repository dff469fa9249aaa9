import { readStep } from '../../domain/steps.js'
import type { Calendar } from '../../lib/calendar.js'
import type { Instant } from '../../lib/instant.js'
import { formatSpan } from '../../lib/span.js'

/** `reminder 2`, `the escalation after 5 business days`; undefined of any other step. */
export function sayClockStep(step: string): string | undefined {
  const read = readStep(step)
  if (read.is === 'remind') return `reminder ${read.number}`
  if (read.is !== 'escalate') return undefined
  return read.after ? `the escalation after ${formatSpan(read.after)}` : 'an escalation'
}

const NAMES: Record<string, string> = {
  open: 'its opening',
  resolve: 'its end',
  event: 'the event',
  move: 'the move',
  announced: 'an announcement',
}

/** The same of every step: `its opening`, `effect 2 of its end`; undefined of one without a name. */
export function nameStep(step: string): string | undefined {
  const { name, effect } = readStep(step)
  const said = sayClockStep(name) ?? NAMES[name]
  return said === undefined || effect === null ? said : `effect ${effect} of ${said}`
}

const TURNS: readonly string[] = ['pending', 'open', 'event', 'move', 'remind', 'escalate', 'hand', 'resolve']

/** Orders what happened at one instant as a finding lives: it opens, reminds, escalates sooner and later, is taken in hand, resolves. */
export function byTurn(calendar: Calendar) {
  const turn = (step: string, at: Instant): [rank: number, later: number] => {
    const read = readStep(step)
    const rank = TURNS.indexOf(read.is === 'other' ? read.name : read.is)
    if (read.is === 'escalate' && read.after) return [rank, calendar.after(at, read.after)]
    return [rank, read.is === 'remind' ? read.number : 0]
  }
  return (a: { at: Instant; step: string }, b: { at: Instant; step: string }): number => {
    if (a.at !== b.at) return a.at - b.at
    const [[rank, later], [otherRank, otherLater]] = [turn(a.step, a.at), turn(b.step, b.at)]
    return rank - otherRank || later - otherLater
  }
}
