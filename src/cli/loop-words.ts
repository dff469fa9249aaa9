import type { LoopEvent } from '../index.js'
import { harmless } from './output.js'

/** What the loop did, counted. */
export interface LoopTotals {
  intents: number
  gathered: number
  letters: { delivered: number; waiting: number; dead: number; uncertain: number }
}

export const noTotals = (): LoopTotals => ({
  intents: 0,
  gathered: 0,
  letters: { delivered: 0, waiting: 0, dead: 0, uncertain: 0 },
})

/** Counts an event in. */
export function countIn(totals: LoopTotals, event: LoopEvent): void {
  if (event.is === 'walked') totals.intents += event.intents.length
  if (event.is === 'gathered') totals.gathered += event.letters
  if (event.is === 'letter') totals.letters[event.result.state] += 1
}

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`

const LETTER = {
  delivered: 'Delivered',
  waiting: 'Not yet delivered, to be tried again',
  dead: 'Given up',
  uncertain: 'Uncertain whether it arrived, not sent again unless you ask',
} as const

/** An event as a line; null where nothing happened that anybody wants to read. */
export function sayEvent(event: LoopEvent, say: (at: number) => string): string | null {
  switch (event.is) {
    case 'walked': {
      const held = event.held.length === 0 ? '' : ` Held: ${event.held.join(', ')}; "linewalker plan" says why.`
      const done = event.intents.length
      return done === 0 && held === '' ? null : `${count(done, 'intent')} carried out.${held}`
    }
    case 'gathered':
      return event.of === 'notices'
        ? `${count(event.letters, 'letter')} written of notices.`
        : `${count(event.letters, 'digest')} written.`
    case 'letter': {
      const { letter, result } = event
      const reason = result.reason === null ? '' : `: ${result.reason}`
      return harmless(`${LETTER[result.state]}: ${letter.type} ${letter.id}${reason}`)
    }
    case 'rules_changed':
      return `The changed rules are in force (program ${event.number}).`
    case 'rules_kept':
      return (
        event.why ??
        `The changed rules have ${count(event.problems.length, 'problem')}; the last good ones stay in force.`
      )
    case 'rules_fine':
      return 'The rules are in order again, and say what is in force.'
    case 'stopped':
      return `Stopped by ${harmless(event.by)} at ${say(event.at)}: nothing is done until "linewalker resume".`
    case 'resumed':
      return 'It goes on.'
    case 'clock_back':
      return `The clock lies before the last run (${say(event.last)}): waiting until it has caught up.`
    case 'failed': {
      const message = event.error instanceof Error ? event.error.message : String(event.error)
      return harmless(`Something failed in ${event.what}, and is tried again: ${message}`)
    }
  }
}
