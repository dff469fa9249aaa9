import { expect, test } from 'vitest'
import { factsFor } from '../../src/facts/table.js'
import { chance } from '../support/chance.js'
import { randomAccount, randomNow, randomOpportunity, snapshot } from '../support/subjects.js'
import { someVocabulary } from '../support/vocabularies.js'

test('a fact says itself whether it is never missing, and whether it counts', () => {
  const missed = new Set<string>()
  const known = new Map<string, string | undefined>()
  for (let seed = 1; seed <= 400; seed += 1) {
    const at = chance(seed)
    const vocabulary = someVocabulary(at)
    const now = randomNow(at, vocabulary)
    const account = at.often(0.8) ? randomAccount(at, now, vocabulary) : null
    const opportunity = randomOpportunity(at, now, vocabulary, { account: account?.id ?? null })
    const seen = {
      opportunity: snapshot(vocabulary, now, { opportunity, account, opportunities: [opportunity] }),
      account: account && snapshot(vocabulary, now, { account, opportunities: [opportunity] }),
    }
    for (const kind of ['opportunity', 'account'] as const) {
      const snapshot = seen[kind]
      if (!snapshot) continue
      for (const fact of factsFor(kind, vocabulary).values()) {
        if (fact.name.startsWith('account.') && !account) {
          expect(fact.read(snapshot), `${fact.name}, of no account, seed ${seed}`).toBeNull()
          continue
        }
        const name = `${kind} ${fact.name}`
        const value = fact.read(snapshot)
        known.set(name, fact.neverMissing)
        if (value === null) missed.add(name)
        if (fact.neverMissing) expect(value, `${name}, seed ${seed}`).not.toBeNull()
        if (fact.neverMissing === 'count') expect(Number.isInteger(value) && Number(value) >= 0, name).toBe(true)
      }
    }
  }
  const never = [...known].filter(([name]) => !missed.has(name))
  expect(never.filter(([, says]) => says === undefined).map(([name]) => name)).toEqual([])
})
