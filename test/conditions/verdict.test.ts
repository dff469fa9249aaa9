import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Condition, leavesOf } from '../../src/conditions/tree.js'
import { verdict } from '../../src/conditions/verdict.js'
import { inWords } from '../../src/conditions/words.js'
import type { Snapshot } from '../../src/facts/fact.js'
import { factsFor } from '../../src/facts/table.js'
import { type Instant, NEVER } from '../../src/lib/instant.js'
import { type Chance, chance } from '../support/chance.js'
import { randomCondition, randomLeaf } from '../support/conditions.js'
import { randomSnapshot } from '../support/subjects.js'
import { randomVocabulary } from '../support/vocabularies.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const seeds = fc.noShrink(fc.integer({ min: 0, max: 0x7fffffff }))

const later = (snapshot: Snapshot, now: Instant): Snapshot => ({ ...snapshot, now })
const holdsAt = (condition: Condition, snapshot: Snapshot, now: Instant) =>
  verdict(condition, later(snapshot, now)).holds

/** Instants at which something could happen: full hours, begins of days, planned activities, each with its neighbours. */
function suspects({ now, vocabulary, account, opportunity }: Snapshot, until: Instant): Instant[] {
  const { calendar } = vocabulary
  const end = Math.min(until, now + 450 * DAY)
  const instants: Instant[] = []
  for (let at = now - (now % (HOUR / 2)); at < Math.min(end, now + 12 * DAY); at += HOUR / 2) instants.push(at)
  for (let date = calendar.dateOf(now); calendar.startOf(date) < end; date = calendar.addDays(date, 1))
    instants.push(calendar.startOf(date))
  for (const row of [account, opportunity]) for (const planned of row?.activity.planned ?? []) instants.push(planned.at)
  if (until !== NEVER) instants.push(until)
  return instants.flatMap((at) => [at - 1, at, at + 1]).filter((at) => at > now && at < end)
}

function leafCase(at: Chance) {
  const snapshot = randomSnapshot(at, randomVocabulary(at))
  const facts = [...factsFor(snapshot.kind, snapshot.vocabulary).values()]
  const timed = facts.filter((fact) => fact.changes || ['elapsed', 'date', 'instant'].includes(fact.kind))
  const known = timed.filter((fact) => fact.read(snapshot) !== null)
  return { snapshot, leaf: randomLeaf(at, at.pick(at.often(0.8) ? known : facts), snapshot) }
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
        for (const at of suspects(snapshot, until))
          if (holdsAt(leaf, snapshot, at) !== holds) expect.fail(shown(leaf, snapshot, at))
        if (until === NEVER) return
        turns += 1
        if (holdsAt(leaf, snapshot, until) === holds) expect.fail(`early: ${shown(leaf, snapshot, until)}`)
      }),
      { seed: 20260301, numRuns: 1500 },
    )
    expect(turns).toBeGreaterThan(300)
  })
})

describe('the verdict on a tree', () => {
  it('is never late, is always the flip of a leaf, and wakes seldom for nothing', () => {
    let wakes = 0
    let turns = 0
    fc.assert(
      fc.property(seeds, (seed) => {
        const at = chance(seed)
        const start = randomSnapshot(at, randomVocabulary(at))
        const condition = randomCondition(at, factsFor(start.kind, start.vocabulary), start)
        const leaves = leavesOf(condition)
        let snapshot = start
        for (let step = 0; step < 30; step += 1) {
          const { holds, until } = verdict(condition, snapshot)
          if (!(until > snapshot.now)) expect.fail(shown(condition, snapshot, until))
          const looked = step === 0 ? suspects(snapshot, until) : [until - 1].filter((t) => t > snapshot.now)
          for (const t of looked)
            if (t !== NEVER && holdsAt(condition, snapshot, t) !== holds) expect.fail(shown(condition, snapshot, t))
          if (until === NEVER) return
          const turned = leaves.some((leaf) => holdsAt(leaf, snapshot, until - 1) !== holdsAt(leaf, snapshot, until))
          if (!turned) expect.fail(`no leaf turns: ${shown(condition, snapshot, until)}`)
          wakes += 1
          snapshot = later(snapshot, until)
          if (verdict(condition, snapshot).holds !== holds) turns += 1
        }
      }),
      { seed: 20260302, numRuns: 1200 },
    )
    expect(turns).toBeGreaterThan(200)
    expect(wakes / turns).toBeLessThan(1.3)
  })
})
