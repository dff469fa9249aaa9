import { expect, test } from 'vitest'
import type { Account, Fields, Opportunity } from '../../src/domain/subjects.js'
import type { Fact, Snapshot } from '../../src/facts/fact.js'
import { factsFor } from '../../src/facts/table.js'
import { type Chance, chance } from '../support/chance.js'
import { randomAccount, randomNow, randomOpportunity, snapshot } from '../support/subjects.js'
import { person, someVocabulary } from '../support/vocabularies.js'

/** The row with all of another one but what the fact rests on. */
function allBut<Row extends Account | Opportunity>(kept: (name: string) => boolean, row: Row, other: Row): Row {
  const fields: Fields = {}
  for (const name of new Set([...Object.keys(row.fields), ...Object.keys(other.fields)])) {
    const value = (kept(`fields.${name}`) ? row : other).fields[name]
    if (value !== undefined) fields[name] = value
  }
  const mixed = Object.entries(other).map(([name, value]) => [name, kept(name) ? row[name as keyof Row] : value])
  return { ...(Object.fromEntries(mixed) as Row), fields }
}

function changed(at: Chance, fact: Fact, seen: Snapshot): Snapshot {
  const { now, vocabulary, account, opportunities } = seen
  const rests = new Set(fact.restsOn)
  const a = account as Account
  const others = opportunities.map((o) => {
    const other = randomOpportunity(at, now, vocabulary, { id: o.id, account: a.id })
    return allBut((name) => rests.has(`opportunities.${name}`), o, other)
  })
  const other = allBut((name) => rests.has(name), a, randomAccount(at, now, vocabulary, { id: `${a.id}2` }))
  const people = new Map([...seen.people.keys()].map((id) => [id, person(id, { name: 'Other', team: 'other' })]))
  return {
    ...snapshot(vocabulary, now, { account: other, opportunities: others }),
    ...(rests.has('people') ? { people: seen.people } : { people }),
    ...(rests.has('score') ? { assessed: seen.assessed } : {}),
  }
}

const said = (fact: Fact, seen: Snapshot) => [fact.read(seen), fact.changes?.(seen), fact.stopped?.(seen)]

test('what is read of accounts changes with nothing but what it says to rest on', () => {
  let asked = 0
  let moved = 0
  for (let seed = 1; seed <= 300; seed += 1) {
    const at = chance(seed)
    const vocabulary = someVocabulary(at)
    const now = randomNow(at, vocabulary)
    const account = randomAccount(at, now, vocabulary)
    const opportunities = at.times(at.int(0, 3), (n) =>
      randomOpportunity(at, now, vocabulary, { id: `o${n}`, account: account.id }),
    )
    const seen = snapshot(vocabulary, now, { account, opportunities })
    for (const fact of factsFor('account', vocabulary).values()) {
      expect(fact.restsOn, fact.name).toBeDefined()
      expect(said(fact, changed(at, fact, seen)), `${fact.name}, seed ${seed}`).toEqual(said(fact, seen))
      asked += 1
      const all = changed(at, { ...fact, restsOn: [] }, seen)
      if (JSON.stringify(said(fact, all)) !== JSON.stringify(said(fact, seen))) moved += 1
    }
  }
  // The others are of facts that are rarely known.
  expect(moved / asked).toBeGreaterThan(0.3)
})
