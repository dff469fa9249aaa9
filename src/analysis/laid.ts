import { changeAccount, changeOpportunity } from '../domain/change.js'
import type { Settable, StateEffect } from '../domain/effects.js'
import type { Family } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'

/** The family after an effect, with all that follows from it: clocks, counters. */
export function laid({ vocabulary }: Program, family: Family, effect: StateEffect, at: Instant): Family {
  const { kind, id } = effect.subject
  const facts = factsOf(effect)
  if (kind === 'account') {
    const account = facts.reduce(
      (row, [fact, to]) => (row && changeAccount(row, fact, to, at)?.row) ?? row,
      family.account,
    )
    return { ...family, account }
  }
  const opportunities = family.opportunities.map((opportunity) =>
    opportunity.id === id
      ? facts.reduce((row, [fact, to]) => changeOpportunity(row, fact, to, at, vocabulary)?.row ?? row, opportunity)
      : opportunity,
  )
  return { ...family, opportunities }
}

const NAMES = { set_status: 'status', move_stage: 'stage', move_bin: 'bin', assign: 'owner' } as const

function factsOf(effect: StateEffect): [fact: string, to: Settable][] {
  if (effect.kind === 'set_field') return [[effect.field, effect.to]]
  const own: [string, Settable] = [NAMES[effect.kind], effect.to]
  return effect.kind === 'set_status' ? [own, ['reason', effect.reason]] : [own]
}
