import { describe, expect, test } from 'vitest'
import { CHANGED_WITH, changeAccount, changeOpportunity } from '../../src/domain/change.js'
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

/** The same subject with all else changed: its row, its account, the opportunities of that, the people, what is reckoned. */
function changed(at: Chance, fact: Fact, seen: Snapshot): Snapshot {
  const { now, vocabulary, account: a, opportunity: o, opportunities } = seen
  const rests = new Set(fact.restsOn)
  const isOf = (side: string) => (name: string) => rests.has(side + name)
  const ofAccount = seen.kind === 'account' ? '' : 'account.'
  const otherOf = (row: Opportunity) =>
    randomOpportunity(at, now, vocabulary, { id: row === o ? `${row.id}2` : row.id, account: row.account })
  const mixed = (row: Opportunity, kept: (name: string) => boolean) => allBut(kept, row, otherOf(row))
  const opportunity = o && mixed(o, isOf(''))
  const account = a && allBut(isOf(ofAccount), a, randomAccount(at, now, vocabulary, { id: `${a.id}2` }))
  const people = new Map([...seen.people.keys()].map((id) => [id, person(id, { name: 'Other', team: 'other' })]))
  const family = { account, opportunities: opportunities.map((row) => mixed(row, isOf('opportunities.'))) }
  const next = snapshot(vocabulary, now, opportunity ? { ...family, opportunity } : family)
  const isReckoned = ['score', 'health', 'qualification'].some((one) => rests.has(one))
  return {
    ...next,
    people: rests.has('people') || rests.has('account.people') ? seen.people : people,
    ...(isReckoned ? { assessed: seen.assessed } : {}),
    ...(rests.has('account.score') ? { accountAssessed: seen.accountAssessed } : {}),
  }
}

const said = (fact: Fact, seen: Snapshot) => [fact.read(seen), fact.changes?.(seen), fact.stopped?.(seen)]

describe.each(['account', 'opportunity'] as const)('what is read of an %s', (kind) => {
  test('changes with nothing but what it says to rest on', () => {
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
      const [first] = opportunities
      if (kind === 'opportunity' && !first) continue
      const family = { account, opportunities }
      const seen = snapshot(
        vocabulary,
        now,
        kind === 'opportunity' && first ? { ...family, opportunity: first } : family,
      )
      for (const fact of factsFor(kind, vocabulary).values()) {
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
})

test('what changes with a fact is all that is said to', () => {
  const changes = new Map<string, Set<string>>()
  for (let seed = 1; seed <= 300; seed += 1) {
    const at = chance(seed)
    const vocabulary = someVocabulary(at)
    const now = randomNow(at, vocabulary)
    const [o, other] = [randomOpportunity(at, now, vocabulary), randomOpportunity(at, now, vocabulary)]
    const [a, another] = [randomAccount(at, now, vocabulary), randomAccount(at, now, vocabulary)]
    const note = (fact: string, before: object, after: object | undefined) => {
      const known = changes.get(fact) ?? new Set()
      changes.set(fact, known)
      const [was, is] = [Object.entries(before), new Map(Object.entries(after ?? before))]
      for (const [name, value] of was) if (JSON.stringify(is.get(name)) !== JSON.stringify(value)) known.add(name)
    }
    for (const fact of ['stage', 'status', 'owner', 'amount', 'close_date', 'created', 'next_step'] as const)
      note(fact, o, changeOpportunity(o, fact, other[fact], now, vocabulary)?.row)
    for (const fact of ['bin', 'owner', 'created', 'segment'] as const)
      note(fact, a, changeAccount(a, fact, another[fact], now)?.row)
  }
  // Whether a clock is known is no fact; that the touches in the bin are counted anew is in `bin_since`.
  const besides = ['stage_since_known', 'status_since_known', 'bin_since_known', 'bin_episode', 'activity']
  for (const [fact, names] of changes) {
    const said = [fact, ...(CHANGED_WITH[fact] ?? [])].filter((name) => fact !== 'created' || name !== 'bin_since')
    expect([...names].filter((name) => !besides.includes(name)).sort(), fact).toEqual(said.sort())
  }
})
