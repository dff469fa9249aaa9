import type { Effect } from '../domain/effects.js'
import { parseSpan } from '../lib/span.js'
import type { Expected, ExpectedEffect } from './rule-test.js'
import { STEPS, type StepName } from './rule-test.js'
import type { Told } from './told.js'

/** A line of a comparison: what was expected and did happen (` `), did not (`-`), or happened unexpectedly (`+`). */
export interface Compared {
  sign: ' ' | '-' | '+'
  /** `opens`, `pending`, `moves`, …; an effect stands below its step. */
  step: StepName | 'pending' | 'moves' | 'trouble' | 'nothing' | 'again'
  /** The effect, or the bin, or the trouble; null of the step itself. */
  what: ExpectedEffect | Effect | string | null
}

/** Compares what was expected of a rule with what it did. Null where they agree. */
export function compareRule(expected: Expected | null, told: Told | null, stillPending: boolean): Compared[] | null {
  const lines: Compared[] = []
  const wants = expected ?? { pending: false, moves: null, steps: {} }
  const did = told ?? { pending: false, moves: null, steps: {}, opened: 0, trouble: [], notes: [] }
  const isPending = did.pending && stillPending
  if (wants.pending) lines.push({ sign: stillPending ? ' ' : '-', step: 'pending', what: null })
  else if (isPending) lines.push({ sign: '+', step: 'pending', what: null })
  if (wants.moves !== null || did.moves !== null) {
    if (wants.moves === did.moves) lines.push({ sign: ' ', step: 'moves', what: did.moves })
    else {
      if (wants.moves !== null) lines.push({ sign: '-', step: 'moves', what: wants.moves })
      if (did.moves !== null) lines.push({ sign: '+', step: 'moves', what: did.moves })
    }
  }
  for (const step of STEPS) lines.push(...compareStep(step, wants, did))
  if (did.opened > 1) lines.push({ sign: '+', step: 'again', what: `opened ${did.opened} times since the line before` })
  for (const trouble of did.trouble) lines.push({ sign: '+', step: 'trouble', what: trouble })
  if (lines.every(({ sign }) => sign === ' ')) return null
  const isNothing = lines.every(({ sign }) => sign === '+')
  return isNothing && expected === null ? [{ sign: '-', step: 'nothing', what: null }, ...lines] : lines
}

/** What a rule may do is refused: then its finding opens all the same, and says so only if it wants to. */
function compareStep(step: StepName, { steps: wanted }: Expected, { steps: done }: Told): Compared[] {
  const [wants, did] = [wanted[step], done[step]]
  if (wants === undefined && did === undefined) return []
  if (step === 'opens' && wants === undefined && did?.length === 0 && wanted.refused) return []
  const lines: Compared[] = [{ sign: wants === undefined ? '+' : did === undefined ? '-' : ' ', step, what: null }]
  const left = [...(did ?? [])]
  for (const want of wants ?? []) {
    const at = left.findIndex((effect) => isMet(want, effect))
    if (at < 0) lines.push({ sign: '-', step, what: want })
    else {
      left.splice(at, 1)
      lines.push({ sign: ' ', step, what: want })
    }
  }
  for (const effect of left) {
    const alike = lines.findIndex(
      ({ sign, what }) => sign === '-' && typeof what === 'object' && what?.kind === effect.kind,
    )
    const line: Compared = { sign: '+', step, what: effect }
    if (alike < 0) lines.push(line)
    else lines.splice(alike + 1, 0, line)
  }
  return lines
}

/** Is the effect the one that is meant? Details that are not named may be anything. */
export function isMet({ kind, details }: ExpectedEffect, effect: Effect): boolean {
  if (effect.kind !== kind) return false
  const has: Readonly<Record<string, unknown>> = { ...effect }
  return Object.entries(details).every(([name, wanted]) => {
    if (name === 'due') return sameSpan(wanted, has.due_in)
    const value = has[name]
    if (!Array.isArray(value)) return value === wanted
    const [all, names] = [new Set(value), [wanted].flat()]
    return all.size === new Set(names).size && names.every((one) => all.has(one))
  })
}

const sameSpan = (a: unknown, b: unknown): boolean => {
  const [one, other] = [parseSpan(String(a)), parseSpan(String(b))]
  return one !== undefined && other !== undefined && one.count === other.count && one.unit === other.unit
}
