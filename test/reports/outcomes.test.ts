import { describe, expect, test } from 'vitest'
import { DEFAULT_CALENDAR, makeCalendar } from '../../src/lib/calendar.js'
import { DAY } from '../../src/lib/civil.js'
import { comparing, type Flag, type Lift } from '../../src/reports/outcomes/matching.js'
import type { Outcome } from '../../src/reports/outcomes/outcomes.js'
import { ratioOf } from '../../src/reports/outcomes/ratio.js'
import { type Chance, chance } from '../support/chance.js'

const calendar = makeCalendar(DEFAULT_CALENDAR)
const compareOutcomes = (outcomes: ReadonlyMap<string, Outcome>, flags: readonly Flag[], judgedSince = 0): Lift =>
  comparing(outcomes, calendar)({ flags, judgedSince })

/** One that spent so many days in each stage, then closed. */
function outcome(id: string, won: boolean, days: Readonly<Record<string, number>>): Outcome {
  let at = 0
  const stays = Object.entries(days).map(([stage, n]) => {
    const from = at
    at += n * DAY
    return { pipeline: 'main', stage, from, to: at, left: true }
  })
  return { id, won, created: 0, closed: at, stays }
}
const all = (...list: Outcome[]) => new Map(list.map((one) => [one.id, one]))

describe('flagged against others at equal stage and age', () => {
  test('the base rate is weighted as the flagged are spread', () => {
    const early = { discovery: 20 }
    const late = { discovery: 10, proposal: 60 }
    const others = [
      ...Array.from({ length: 10 }, (_, i) => outcome(`early${i}`, i < 2, early)),
      ...Array.from({ length: 10 }, (_, i) => outcome(`late${i}`, i < 8, late)),
    ]
    const flagged = [outcome('a', false, late), outcome('b', true, late), outcome('c', false, early)]
    const found = compareOutcomes(all(...others, ...flagged), [
      { id: 'a', at: 40 * DAY },
      { id: 'b', at: 40 * DAY },
      { id: 'c', at: 15 * DAY },
    ])
    // Proposal at 40 days: 8 of 10 were won. Discovery at 15 days: the 10 early ones alone, of whom 2 were won.
    expect(found).toMatchObject({ n: 3, won: 1, others: 20, unmatched: 0 })
    expect(found.rate).toBeCloseTo(1 / 3)
    expect(found.base).toBeCloseTo((2 * 0.8 + 0.2) / 3)
    expect(found.lift?.is).toBeCloseTo(1 / 3 / 0.6)
    // Ten late ones weigh 2/3 together, ten early ones 1/3: as good as 18 that weigh the same.
    expect(found.lift).toEqual(
      ratioOf({ is: found.rate as number, size: 3 }, { is: found.base as number, size: 18 }, 0),
    )
  })

  test('counts each once, by its first flag; what was flagged only after it closed, or is open, does not count', () => {
    const outcomes = all(outcome('a', true, { discovery: 20 }), outcome('x', true, { discovery: 20 }))
    const flags = [
      { id: 'a', at: 5 * DAY },
      { id: 'a', at: 9 * DAY },
      { id: 'unknown', at: 5 * DAY },
    ]
    expect(compareOutcomes(outcomes, flags)).toMatchObject({ n: 1, won: 1, others: 1 })
    expect(compareOutcomes(outcomes, [{ id: 'a', at: 30 * DAY }])).toMatchObject({ n: 0, rate: null, lift: null })
  })

  test('who has nobody to compare with is said, not guessed', () => {
    const outcomes = all(outcome('a', true, { proposal: 20 }), outcome('x', true, { discovery: 20 }))
    expect(compareOutcomes(outcomes, [{ id: 'a', at: 5 * DAY }])).toEqual({
      ...{
        n: 0,
        won: 0,
        others: 0,
        unmatched: 1,
        unmatchedWon: 1,
        byAgeAlone: 0,
        rate: null,
        base: null,
        lift: null,
        closedBefore: 0,
      },
    })
  })

  test.each([
    { size: 6, won: [0.02, 0.4, 0.97], flagged: 0.3 },
    { size: 12, won: [0.1, 0.8, 0.97], flagged: 0.1 },
    { size: 30, won: [0.02, 0.4, 0.8], flagged: 0.7 },
    { size: 200, won: [0.1, 0.4, 0.97], flagged: 0.3 },
  ])('a flag that says nothing has a lift of 1 within its interval, about 95 times of 100: of $size', (asked) => {
    const random = chance(5)
    for (const often of asked.won) {
      let [held, of] = [0, 0]
      while (of < 250) {
        const outcomes = random.times(asked.size, (i) =>
          outcome(`o${i}`, random.often(often), { discovery: random.int(5, 50), proposal: random.int(5, 90) }),
        )
        const flags = outcomes
          .filter(() => random.often(asked.flagged))
          .map(({ id }) => ({ id, at: random.int(1, 30) * DAY }))
        const { n, lift } = compareOutcomes(all(...outcomes), flags)
        if (n === 0) continue
        of += 1
        if (!lift || (lift.from <= 1 && 1 <= (lift.to ?? 1))) held += 1
      }
      expect(held / of).toBeGreaterThan(0.915)
      // Where there are few or nearly all have one outcome, hardly anything would not be chance.
      if (asked.size > 100 && often < 0.9) expect(held / of).toBeLessThan(0.985)
    }
  })

  test('where all or none were won the interval is as wide as there are few', () => {
    const lived = { discovery: 40 }
    const ones = (name: string, n: number, won: number) =>
      Array.from({ length: n }, (_, i) => outcome(`${name}${i}`, i < won, lived))
    const of = ([n, won]: [number, number], [m, wonOfOthers]: [number, number]) => {
      const found = ones('found', n, won)
      const flags = found.map(({ id }) => ({ id, at: 9 * DAY }))
      return compareOutcomes(all(...found, ...ones('other', m, wonOfOthers)), flags).lift
    }
    const [few, one] = [of([11, 11], [16, 13]), of([1, 1], [1, 1])]
    expect(few?.is).toBeCloseTo(16 / 13)
    expect(few?.from).toBeLessThan(1)
    expect(one?.is).toBe(1)
    expect(one?.from).toBeLessThan(0.3)
    expect(one?.to).toBeGreaterThan(4)
    expect(of([90, 90], [160, 80])?.from).toBeGreaterThan(1.5)
    expect(of([5, 2], [4, 0])).toEqual({ is: null, from: expect.closeTo(0.58, 2), to: null })
    expect(of([2, 0], [4, 1])).toEqual({ is: 0, from: 0, to: expect.closeTo(4.57, 2) })
    expect(of([2, 0], [4, 0])).toBeNull()
  })

  test('one that is flagged later counts among the others until then, and not from its day of age on', () => {
    const [a, b, x] = ['a', 'b', 'x'].map((id) => outcome(id, id !== 'x', { discovery: 50 })) as Outcome[]
    const outcomes = all(a as Outcome, b as Outcome, x as Outcome)
    const flag = (id: string, day: number): Flag => ({ id, at: day * DAY })
    expect(compareOutcomes(outcomes, [flag('a', 10), flag('b', 20)])).toMatchObject({ n: 2, others: 2, base: 0.25 })
    expect(compareOutcomes(outcomes, [flag('a', 20.2), flag('b', 20.9)])).toMatchObject({ n: 2, others: 1, base: 0 })
  })

  test('a rule on age that finds everybody who comes so far has nobody to compare with, whoever closed before', () => {
    const outcomes = all(
      ...Array.from({ length: 40 }, (_, i) => outcome(`early${i}`, i % 2 === 0, { discovery: 30 + (i % 15) })),
      ...Array.from({ length: 60 }, (_, i) => outcome(`late${i}`, i % 3 === 0, { discovery: 46 + i })),
    )
    const flags = [...outcomes.keys()].filter((id) => id.startsWith('late')).map((id) => ({ id, at: 45 * DAY }))
    expect(compareOutcomes(outcomes, flags)).toMatchObject({ n: 0, unmatched: 60, others: 0, rate: null, base: null })
  })

  test('a day across a clock change is a day of age', () => {
    const eastern = makeCalendar({ ...DEFAULT_CALENDAR, timezone: 'America/New_York' })
    const on = (date: string) => eastern.startOf(date)
    const lived = (id: string, created: string, closed: string): Outcome => {
      const stay = { pipeline: 'main', stage: 'discovery', from: on(created), to: on(closed), left: true }
      return { id, won: true, created: on(created), closed: on(closed), stays: [stay] }
    }
    // Winter ends on 8 March: found after 45 days that are an hour short, when the other was closed after 45 whole ones.
    const outcomes = all(lived('a', '2026-02-01', '2026-04-01'), lived('b', '2026-05-01', '2026-06-15'))
    const asked = { flags: [{ id: 'a', at: on('2026-03-18') }], judgedSince: 0 }
    expect(comparing(outcomes, eastern)(asked)).toMatchObject({ n: 0, unmatched: 1 })
  })

  test('nobody counts as not found before anybody was judged', () => {
    const old = { ...outcome('old', false, { discovery: 60 }) }
    const young = outcome('young', true, { discovery: 60 })
    const later: Outcome = {
      ...young,
      ...{ created: 50 * DAY, closed: 110 * DAY },
      stays: young.stays.map((stay) => ({ ...stay, from: 50 * DAY, to: 110 * DAY })),
    }
    const flags = [{ id: 'young', at: 70 * DAY }]
    // At an age of 20 days nobody looked at the old one.
    expect(compareOutcomes(all(old, later), flags, 40 * DAY)).toMatchObject({ n: 0, unmatched: 1 })
    expect(compareOutcomes(all(old, later), flags, 20 * DAY)).toMatchObject({ n: 1, others: 1, base: 0 })
  })

  test('is what a look at each with each gives, on random histories', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const random = chance(seed)
      const outcomes = all(...random.times(random.int(2, 25), (i) => randomOutcome(random, `o${i}`)))
      const flags = [...outcomes.keys(), 'open']
        .filter(() => random.often(0.5))
        .flatMap((id) =>
          random.times(random.int(1, 2), () => ({
            id,
            at: (random.int(0, 30) + random.int(0, 3) / 4) * DAY,
            isCounted: random.often(0.9),
          })),
        )
      const known = [...outcomes.keys()].filter(() => random.often(0.4))
      const seen = new Map(known.map((id) => [id, (random.int(0, 40) * DAY) / 2]))
      const asked = { flags, judgedSince: random.int(0, 12) * DAY }
      const found = comparing(outcomes, calendar, seen)(asked)
      const slow = eachWithEach(outcomes, asked, seen)
      expect(found).toMatchObject({ n: slow.n, won: slow.won, others: slow.others, unmatched: slow.unmatched })
      if (slow.base === null) expect(found.base).toBeNull()
      else expect(found.base).toBeCloseTo(slow.base, 10)
      expect(Boolean(found.lift)).toBe(Boolean(slow.lift))
      if (found.lift && slow.lift) {
        expect(found.lift.from).toBeCloseTo(slow.lift.from, 8)
        expect(found.lift.to ?? -1).toBeCloseTo(slow.lift.to ?? -1, 8)
      }
    }
  })
})

function randomOutcome(random: Chance, id: string): Outcome {
  const created = (random.int(0, 10) + random.int(0, 1) / 2) * DAY
  let at = created
  const stays = random.some(['discovery', 'proposal', 'negotiation'], 1).map((stage) => {
    const from = at
    at += random.int(1, 24) * (DAY / 2)
    return { pipeline: 'main', stage, from, to: at, left: true }
  })
  const known = random.often(0.8) ? stays : [{ pipeline: 'main', stage: '', from: created, to: at, left: true }]
  return { id, won: random.often(0.5), created, closed: at, stays: known.slice(random.often(0.1) ? 1 : 0) }
}

/** As the definition says it, each flagged one with each other, no matter how long that takes. */
function eachWithEach(
  outcomes: ReadonlyMap<string, Outcome>,
  { flags, judgedSince }: { flags: readonly Flag[]; judgedSince: number },
  seen: ReadonlyMap<string, number>,
) {
  const flagOf = (id: string) => Math.min(...flags.filter((one) => one.id === id).map(({ at }) => at))
  const stageAt = ({ stays }: Outcome, at: number) => stays.find(({ from, to }) => from <= at && at < to)?.stage
  const counted = [...outcomes.values()].filter(
    ({ id, closed }) =>
      flagOf(id) < closed && flags.find((one) => one.id === id && one.at === flagOf(id))?.isCounted !== false,
  )
  const sets = counted.map((one) => {
    const [age, stage] = [flagOf(one.id) - one.created, stageAt(one, flagOf(one.id))]
    const set = [...outcomes.values()].filter((other) => {
      const at = other.created + age
      const isFlagged = flagOf(other.id) !== Number.POSITIVE_INFINITY
      const dayOfFlag = Math.floor((flagOf(other.id) - other.created) / DAY)
      return (
        stage !== undefined &&
        at >= judgedSince &&
        at >= (seen.get(other.id) ?? 0) &&
        stageAt(other, at) === stage &&
        !(isFlagged && age / DAY >= dayOfFlag)
      )
    })
    return { one, set }
  })
  const matched = sets.filter(({ set }) => set.length > 0)
  const n = matched.length
  const won = matched.filter(({ one }) => one.won).length
  const shares = matched.map(({ set }) => set.filter((other) => other.won).length / set.length)
  const base = n === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / n
  const others = new Set(matched.flatMap(({ set }) => set.map(({ id }) => id))).size
  // How much each weighs in the one share, and in the other.
  const weights = [...outcomes.values()].map(({ id }) => ({
    own: matched.some(({ one }) => one.id === id) ? 1 / n : 0,
    asOther: matched.reduce((sum, { set }) => sum + (set.some((other) => other.id === id) ? 1 / set.length / n : 0), 0),
  }))
  const sum = (of: (one: (typeof weights)[number]) => number) => weights.reduce((all, one) => all + of(one), 0)
  const squares = sum(({ asOther }) => asOther ** 2)
  const together = sum(({ own, asOther }) => own * asOther) / Math.sqrt(squares * sum(({ own }) => own ** 2))
  return {
    ...{ n, won, others, base, unmatched: counted.length - n },
    lift: base === null ? null : ratioOf({ is: won / n, size: n }, { is: base, size: 1 / squares }, together),
  }
}
