import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Condition, leavesOf } from '../../src/conditions/tree.js'
import { verdict } from '../../src/conditions/verdict.js'
import { inWords } from '../../src/conditions/words.js'
import type { Snapshot } from '../../src/facts/fact.js'
import { factsFor } from '../../src/facts/table.js'
import { DAY, HOUR } from '../../src/lib/civil.js'
import { type Instant, NEVER } from '../../src/lib/instant.js'
import { type Chance, chance } from '../support/chance.js'
import { randomCondition, randomLeaf, timedFacts } from '../support/conditions.js'
import { randomSnapshot } from '../support/subjects.js'
import { someVocabulary } from '../support/vocabularies.js'

const seeds = fc.noShrink(fc.integer({ min: 0, max: 0x7fffffff }))

const later = (snapshot: Snapshot, now: Instant): Snapshot => ({ ...snapshot, now })

/** A copy of the subject that can be asked at any instant. */
function inTime(condition: Condition, snapshot: Snapshot): (now: Instant) => boolean {
  const moving: { -readonly [K in keyof Snapshot]: Snapshot[K] } = { ...snapshot }
  return (now) => {
    moving.now = now
    return verdict(condition, moving).holds
  }
}
const holdsAt = (condition: Condition, snapshot: Snapshot, now: Instant) => inTime(condition, snapshot)(now)

/** Instants at which something could happen: full hours, begins of days, planned activities, each with the one before. */
function suspects({ now, vocabulary, account, opportunity }: Snapshot, until: Instant): Instant[] {
  const { calendar } = vocabulary
  const end = Math.min(until, now + 450 * DAY)
  const instants: Instant[] = []
  for (let at = now - (now % (HOUR / 2)); at < Math.min(end, now + 4 * DAY); at += HOUR / 2) instants.push(at)
  for (let date = calendar.dateOf(now); calendar.startOf(date) < end; date = calendar.addDays(date, 1))
    instants.push(calendar.startOf(date))
  for (const row of [account, opportunity]) for (const planned of row?.activity.planned ?? []) instants.push(planned.at)
  if (until !== NEVER) instants.push(until)
  return instants.flatMap((at) => [at - 1, at]).filter((at) => at > now && at < end)
}

function leafCase(at: Chance) {
  const snapshot = randomSnapshot(at, someVocabulary(at))
  const facts = factsFor(snapshot.kind, snapshot.vocabulary)
  const among = at.often(0.8) ? timedFacts(facts, snapshot, true) : [...facts.values()]
  return { snapshot, leaf: randomLeaf(at, at.pick(among), snapshot) }
}

const shown = (condition: Condition, { now, vocabulary }: Snapshot, at: Instant) =>
  `${inWords(condition)}, from ${now} (${new Date(now).toISOString()}) at ${at}, ${JSON.stringify(vocabulary.calendar.spec)}`

describe('the verdict on a leaf', () => {
  it('stands until exactly the instant at which it turns', () => {
    let turns = 0
    fc.assert(
      fc.property(seeds, (seed) => {
        const { leaf, snapshot } = leafCase(chance(seed))
        const { holds, until } = verdict(leaf, snapshot)
        if (!(until > snapshot.now)) expect.fail(shown(leaf, snapshot, until))
        const holdsThen = inTime(leaf, snapshot)
        for (const at of suspects(snapshot, until)) if (holdsThen(at) !== holds) expect.fail(shown(leaf, snapshot, at))
        if (until === NEVER) return
        turns += 1
        if (holdsAt(leaf, snapshot, until) === holds) expect.fail(`early: ${shown(leaf, snapshot, until)}`)
      }),
      { seed: 20260301, numRuns: 800 },
    )
    expect(turns).toBeGreaterThan(150)
  })
})

describe('the verdict on a tree', () => {
  it('is never late, is always the flip of a leaf, and wakes seldom for nothing', () => {
    let wakes = 0
    let turns = 0
    fc.assert(
      fc.property(seeds, (seed) => {
        const at = chance(seed)
        const start = randomSnapshot(at, someVocabulary(at))
        const facts = factsFor(start.kind, start.vocabulary)
        const lively = new Map(timedFacts(facts, start, true).map((fact) => [fact.name, fact]))
        const condition = randomCondition(at, at.often(0.7) ? lively : facts, start)
        const leaves = leavesOf(condition)
        let snapshot = start
        for (let step = 0; step < 30; step += 1) {
          const { holds, until } = verdict(condition, snapshot)
          if (!(until > snapshot.now)) expect.fail(shown(condition, snapshot, until))
          const looked = step === 0 ? suspects(snapshot, until) : [until - 1].filter((t) => t > snapshot.now)
          const holdsThen = inTime(condition, snapshot)
          for (const t of looked) if (t !== NEVER && holdsThen(t) !== holds) expect.fail(shown(condition, snapshot, t))
          if (until === NEVER) return
          const turned = leaves.some((leaf) => holdsAt(leaf, snapshot, until - 1) !== holdsAt(leaf, snapshot, until))
          if (!turned) expect.fail(`no leaf turns: ${shown(condition, snapshot, until)}`)
          wakes += 1
          snapshot = later(snapshot, until)
          if (verdict(condition, snapshot).holds !== holds) turns += 1
        }
      }),
      { seed: 20260302, numRuns: 700 },
    )
    expect(turns).toBeGreaterThan(200)
    expect(wakes / turns).toBeLessThan(1.3)
  })
})
