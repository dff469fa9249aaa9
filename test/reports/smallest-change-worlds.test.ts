import { expect, test } from 'vitest'
import type { Condition } from '../../src/conditions/tree.js'
import { verdict } from '../../src/conditions/verdict.js'
import { inWords } from '../../src/conditions/words.js'
import type { Incoming } from '../../src/domain/incoming.js'
import type { Snapshot } from '../../src/facts/fact.js'
import { factsFor } from '../../src/facts/table.js'
import type { Program } from '../../src/program/program.js'
import { deedsAbout } from '../../src/reports/deeds/about.js'
import { askedBy } from '../../src/reports/deeds/asked.js'
import type { Deed } from '../../src/reports/deeds/deeds.js'
import { doneTo, recordsOf } from '../../src/reports/deeds/done.js'
import { smallestChange } from '../../src/reports/deeds/smallest-change.js'
import { randomCondition } from '../support/conditions.js'
import { parts } from './parts.js'
import { NOW, randomCase, worldOf } from './random-worlds.js'

test('in random worlds what is told is taken and turns the verdict, and no part of it does', async () => {
  const wrong: unknown[] = []
  let [told, tried, silent] = [0, 0, 0]
  for (let seed = 1; seed <= 400; seed += 1) {
    const { at, program, past, subject, see, snapshot } = randomCase(seed)
    const after = (asked: Condition, records: readonly Incoming[]): boolean | null => {
      const world = worldOf(program, past)
      for (const record of records)
        if (world.take({ do: 'record', record }, { at: NOW, by: 'dana' }).outcome === 'rejected') return null
      return verdict(asked, see(world)).holds
    }
    for (let n = 0; n < 4; n += 1) {
      const asked = randomCondition(at, factsFor(subject.kind, program.vocabulary), snapshot, at.int(0, 2))
      const { holds } = verdict(asked, snapshot)
      const change = await smallestChange(program, asked, snapshot)
      expect((await smallestChange(program, asked, snapshot))?.deeds).toEqual(change?.deeds)
      if (!change) {
        silent += 1
        continue
      }
      told += 1
      const [first = [], ...others] = change.ways
      for (const way of [first, ...at.some(others).slice(0, 4)]) {
        tried += 1
        const became = after(asked, recordsOf(way, snapshot))
        if (became !== !holds)
          wrong.push({ seed, n, subject, deeds: change.deeds, records: recordsOf(way, snapshot), became })
      }
      for (const part of parts(first, snapshot))
        if (after(asked, part) === !holds) wrong.push({ seed, n, subject, deeds: change.deeds, part })
    }
  }
  expect(wrong).toEqual([])
  expect([told > 700, tried > 900, silent > 700]).toEqual([true, true, true])
}, 120_000)

test('in random worlds no one deed and no two deeds do it where more changes are told, or none', async () => {
  const missed: unknown[] = []
  let looked = 0
  for (let seed = 1001; seed <= 1250; seed += 1) {
    const { at, program, snapshot } = randomCase(seed)
    const asked = randomCondition(at, factsFor(snapshot.kind, program.vocabulary), snapshot, at.int(0, 2))
    const { holds } = verdict(asked, snapshot)
    // A way through several places counts as each of them.
    const told = (await smallestChange(program, asked, snapshot))?.ways[0]
    const size = told ? sizeOf(told) : Number.POSITIVE_INFINITY
    if (size === 1) continue
    const all = everyDeed(asked, program, snapshot)
    const does = (deeds: readonly Deed[]) => {
      const done = doneTo(program, snapshot, recordsOf(deeds, snapshot))
      return done !== null && !done.isRefused && verdict(asked, done.snapshot).holds !== holds
    }
    looked += 1
    for (const [index, deed] of all.entries()) {
      if (deed.size < size && does([deed])) missed.push({ seed, asked: inWords(asked), size, deed: deed.key })
      if (size === 2) continue
      for (const other of all.slice(index + 1)) {
        const isFree = other.slot !== deed.slot && !other.writes.some((field) => deed.writes.includes(field))
        if (isFree && sizeOf([deed, other]) < size && does([deed, other]))
          missed.push({ seed, asked: inWords(asked), size, deeds: [deed.key, other.key] })
      }
    }
  }
  expect(missed).toEqual([])
  expect(looked).toBeGreaterThan(100)
}, 120_000)

const PLACES =
  /^(account\.)?(bin|group|time_in_bin|touches_in_bin|stage|time_in_stage|status|time_in_status|age|time_since_last_opportunity_closed|won_opportunities)$/

test('in random worlds no one record and no two of a bin, a stage or a status do it where more changes are told, or none', async () => {
  const missed: unknown[] = []
  let [looked, twice] = [0, 0]
  for (let seed = 2001; seed <= 2200; seed += 1) {
    const { at, program, past, subject, see, snapshot } = randomCase(seed)
    const facts = new Map([...factsFor(subject.kind, program.vocabulary)].filter(([name]) => PLACES.test(name)))
    const asked = randomCondition(at, facts, snapshot, at.int(0, 1))
    const { holds } = verdict(asked, snapshot)
    const told = (await smallestChange(program, asked, snapshot))?.ways[0]
    const size = told ? sizeOf(told) : Number.POSITIVE_INFINITY
    const after = (...records: Incoming[]): boolean | null => {
      const world = worldOf(program, past)
      for (const record of records)
        if (world.take({ do: 'record', record }, { at: NOW, by: 'dana' }).outcome === 'rejected') return null
      return verdict(asked, see(world)).holds
    }
    if (size === 1) continue
    looked += 1
    if (size === 2) twice += 1
    const some = placesOf(snapshot, program)
    for (const one of some) {
      const became = after(one)
      if (became === !holds) missed.push({ seed, asked: inWords(asked), size, one })
      if (became === null || size === 2) continue
      for (const other of some)
        if (after(one, other) === !holds) missed.push({ seed, asked: inWords(asked), size, one, other })
    }
  }
  expect(missed).toEqual([])
  expect([looked > 100, twice > 5]).toEqual([true, true])
}, 120_000)

/** Each other bin, stage or status that a person may send, by itself. */
function placesOf({ account, opportunity }: Snapshot, { vocabulary }: Program): Incoming[] {
  const of = (record: Incoming['record'], id: string) => (values: Incoming['values']) => ({
    ...{ record, id, values, line: 0 },
  })
  const bins = account ? [...(vocabulary.assemblyLine?.bins.keys() ?? [])].map((bin) => ({ bin })) : []
  const stages =
    vocabulary.pipelines.get(opportunity?.pipeline ?? '')?.stages.map(({ name }) => ({ stage: name })) ?? []
  const statuses: Incoming['values'][] = [
    ...[{ status: 'open' }, { status: 'open', reason: null }, { status: 'won' }, { status: 'won', reason: null }],
    ...[
      { status: 'lost', reason: 'price' },
      { status: 'abandoned', reason: 'gone' },
    ],
  ]
  return [
    ...bins.map(of('accounts', account?.id ?? '')),
    ...(opportunity ? [...stages, ...statuses].map(of('opportunities', opportunity.id)) : []),
  ]
}

const sizeOf = (deeds: readonly Deed[]): number => deeds.reduce((sum, { size }) => sum + size, 0)

/** All that people do about any fact at all of the subject, its account and its siblings. */
function everyDeed(condition: Condition, program: Program, snapshot: Snapshot): Deed[] {
  const asked = askedBy(condition, program, snapshot)
  const deeds = (['opportunity', 'account'] as const).flatMap((side) =>
    side === 'opportunity' && snapshot.kind === 'account'
      ? []
      : [...factsFor(side, program.vocabulary).keys()]
          .filter((name) => !name.startsWith('account.'))
          .flatMap((name) => deedsAbout(asked, side, name)),
  )
  return [...new Map(deeds.filter(({ isTried }) => isTried).map((deed) => [deed.key, deed])).values()]
}
