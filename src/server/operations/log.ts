import { type DestinationStream, pino } from 'pino'
import type { Instant } from '../../lib/instant.js'
import type { LoopEvent } from '../../scheduler/events.js'
import { StoreError } from '../../store/errors.js'
import type { Log } from '../ports.js'

/** A log of JSON lines, one an event, with the time of the clock that is given. */
export function openLog(destination: DestinationStream, clock: () => Instant): Log {
  const log = pino(
    {
      base: null,
      timestamp: () => `,"time":"${new Date(clock()).toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    destination,
  )
  return {
    info: (of, says) => log.info(of, says),
    warn: (of, says) => log.warn(of, says),
    error: (of, says) => log.error(of, says),
  }
}

/** For somebody who looks on: only what went wrong, as a sentence. */
export function openComplaints(complain: (text: string) => void): Log {
  const say = (of: Readonly<Record<string, unknown>>, says: string) =>
    complain(
      `${says}: ${Object.entries(of)
        .map(([name, value]) => `${name} ${String(value)}`)
        .join(', ')}`,
    )
  return { info: () => undefined, warn: say, error: say }
}

/** What the loop tells, as a line of the log. */
export function logEvent(log: Log, event: LoopEvent): void {
  const [level, says, of] = lineOf(event)
  log[level](of, says)
}

function lineOf(event: LoopEvent): [level: keyof Log, says: string, of: Record<string, unknown>] {
  switch (event.is) {
    case 'walked':
      return ['info', 'walked', { intents: event.intents.length, held: event.held }]
    case 'gathered':
      return ['info', 'gathered', { letters: event.letters, of: event.of }]
    case 'letter': {
      const { letter, result } = event
      const of = { letter: letter.id, type: letter.type, channel: letter.channel, outcome: result.state }
      return [result.state === 'delivered' ? 'info' : 'warn', 'letter', { ...of, why: result.reason }]
    }
    case 'rules_changed':
      return ['info', 'rules in force', { program: event.number }]
    case 'rules_kept':
      return ['warn', 'rules kept', { problems: event.problems.length, why: event.why }]
    case 'rules_fine':
      return ['info', 'rules in order', {}]
    case 'stopped':
      return ['warn', 'stopped', { by: event.by }]
    case 'resumed':
      return ['info', 'resumed', {}]
    case 'clock_back':
      return ['warn', 'the clock lies before the last run', { last: new Date(event.last).toISOString() }]
    case 'failed': {
      const { error, what } = event
      // That a database does not answer is foreseen: its sentence says all.
      if (error instanceof StoreError) return ['error', 'failed', { what, reason: error.problem, error: error.message }]
      return ['error', 'failed', { what, error: error instanceof Error ? error.stack : String(error) }]
    }
  }
}
