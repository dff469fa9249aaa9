import type { Effect } from '../domain/effects.js'
import type { Calendar } from '../lib/calendar.js'
import { formatInstant } from '../lib/calendar.js'
import type { Compared } from './compare.js'
import type { ExpectedEffect } from './rule-test.js'
import type { Difference, FailedLine } from './run-test.js'

/** A line of a difference as people read it, with its sign: what was expected (`-`) and what happened (`+`). */
export interface SaidLine {
  sign: ' ' | '-' | '+'
  text: string
}

/** The differences of a line of a test, written as the test is: subject, rule, what it did, its effects. */
export function sayFailedLine({ differences, rejected }: FailedLine, calendar: Calendar): SaidLine[] {
  const lines: SaidLine[] = rejected.map(({ why }) => ({ sign: '+', text: `could not be done: ${why}` }))
  let subject: string | null = null
  for (const difference of differences) {
    if (difference.subject !== subject) lines.push({ sign: ' ', text: `${difference.subject}:` })
    subject = difference.subject
    lines.push(...sayDifference(difference, calendar))
  }
  return lines
}

function sayDifference({ rule, lines, notes }: Difference, calendar: Calendar): SaidLine[] {
  return [
    { sign: ' ', text: `  ${rule}:` },
    ...lines.map((line, i) => ({ sign: line.sign, text: sayCompared(line, isBare(line, lines[i + 1]), calendar) })),
    ...notes.map((note): SaidLine => ({ sign: ' ', text: `    # ${note}` })),
  ]
}

/** A step of which no effect was expected, and none came. */
const isBare = ({ step, what }: Compared, next: Compared | undefined): boolean =>
  what === null && (next?.step !== step || next.what === null)

function sayCompared({ step, what }: Compared, bare: boolean, calendar: Calendar): string {
  if (step === 'trouble' || step === 'again') return `    ${what}`
  if (step === 'moves') return `    moves: ${what}`
  if (what === null)
    return step === 'pending' || step === 'nothing' ? `    ${step}` : `    ${step}:${bare ? ' []' : ''}`
  return typeof what === 'string' ? `    ${what}` : `      - ${sayEffectAsWritten(what, calendar)}`
}

const HIDDEN = ['kind', 'subject', 'from', 'finding', 'facts', 'due_in', 'action', 'why']

/** An effect as a test would write it: `create_task: { assign: dana, title: "Call", due: 2 business days }`. */
function sayEffectAsWritten(effect: Effect | ExpectedEffect, calendar: Calendar): string {
  const details = 'details' in effect ? effect.details : detailsOf(effect, calendar)
  const parts = Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${sayValue(value)}`)
  return `${effect.kind}: {${parts.length > 0 ? ` ${parts.join(', ')} ` : ''}}`
}

function detailsOf(effect: Effect, calendar: Calendar): Record<string, unknown> {
  const { kind, ...all }: Record<string, unknown> = { ...effect }
  if (kind === 'set_field') return { [String(all.field)]: all.to }
  const shown = Object.entries(all).filter(([name, value]) => {
    const isDefault = value === null || value === false
    const isSubject = name === 'subject' && typeof value === 'object'
    return !isDefault && !isSubject && (name === 'subject' || !HIDDEN.includes(name))
  })
  const details = Object.fromEntries(shown)
  if ('due' in all && all.due !== null) details.due = all.due_in ?? formatInstant(Number(all.due), calendar)
  return details
}

/** Of a longer text the beginning is enough to know it by. */
const LONGEST = 60
const PLAIN = /^[\p{L}\p{N}][\p{L}\p{N} _./@-]*$/u

function sayValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sayValue).join(', ')}]`
  if (typeof value !== 'string') return JSON.stringify(value) ?? ''
  const [line = ''] = value.split('\n')
  const short = line.length > LONGEST || line !== value ? `${line.slice(0, LONGEST)}…` : value
  return PLAIN.test(short) ? short : JSON.stringify(short)
}
