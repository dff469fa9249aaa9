import { changeAccount, changeOpportunity } from '../domain/change.js'
import type { StateEffect } from '../domain/effects.js'
import type { Family } from '../domain/subjects.js'
import { factsSetBy } from '../engine/lay.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'

/** The family after an effect, with all that follows from it: clocks, counters. */
export function laid({ vocabulary }: Program, family: Family, effect: StateEffect, at: Instant): Family {
  const { kind, id } = effect.subject
  const facts = factsSetBy(effect)
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
