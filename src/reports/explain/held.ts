import type { HoldReason } from '../../domain/findings.js'
import { grouped } from '../../lib/grouped.js'
import type { Instant } from '../../lib/instant.js'
import type { Program } from '../../program/program.js'
import { sayInstant } from '../words.js'
import type { Explanation } from './explain.js'
import { nameStep } from './steps.js'

/** What is held back beside what the state of the finding says, why, and who or what lets it go on. */
export function sayHeld({ rule, finding, held }: Explanation, { vocabulary }: Program): string[] {
  return heldTogether(held).flatMap(({ steps, reason, why, until }) => {
    if (reason === 'over_limit' && finding?.state === 'held') return []
    const again = until === null ? '' : ` It is tried again on ${sayInstant(until, vocabulary.calendar)}.`
    if (reason === 'broken') return [`${ended(why)}${again}`]
    const named = steps.map((step) => nameStep(step) ?? step)
    const words = named.length < 2 ? named.join() : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`
    const is = named.length < 2 ? 'is' : 'are'
    const approve = reason === 'over_limit' ? ` ${sayApprove(rule)}` : ''
    return [`${capital(words)} ${is} held back. ${ended(why)}${approve}`]
  })
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What a person may do about a limit that holds a rule. */
export const sayApprove = ({ id }: Explanation['rule']): string =>
  `"linewalker approve ${id}" lets it act; "linewalker baseline ${id}" takes what it finds as it is.`

/** A sentence with its end: what failed in another's words may have none. */
export const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/** What is held back for the same reason, told once. */
function heldTogether(
  held: Explanation['held'],
): { steps: string[]; reason: HoldReason; why: string; until: Instant | null }[] {
  const byReason = grouped(held, ({ reason, why, until }) => JSON.stringify([reason, why, until]))
  return [...byReason.values()].flatMap((ones) => {
    const [first] = ones
    return first ? [{ ...first, steps: ones.map(({ step }) => step) }] : []
  })
}
