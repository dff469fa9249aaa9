import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { record } from '../../src/app.js'
import { loadRules } from '../../src/config/load.js'
import type { Life } from '../../src/domain/life.js'
import { type Person, personKnownById } from '../../src/domain/subjects.js'
import { DAY } from '../../src/lib/civil.js'
import { type Backtested, backtest, mergeBacktested } from '../../src/replay/backtest.js'
import { type BacktestReport, reportBacktest } from '../../src/reports/backtest/backtest.js'
import { compareBacktests } from '../../src/reports/backtest/changes.js'
import { noPast } from '../../src/reports/outcomes/past-facts.js'
import { openStore } from '../../src/store/open.js'
import { chance } from '../support/chance.js'
import { databases } from '../support/databases.js'
import { NOW, program, readLives } from './example-company.js'

describe('a backtest of the example company', () => {
  let lives: Life[]
  const request = { people: new Map(), from: NOW - 200 * DAY, to: NOW }
  beforeAll(async () => {
    const [sqlite] = databases
    if (!sqlite) throw new Error('There is no database.')
    lives = (await readLives(sqlite.place())).lives.filter((_, i) => i % 12 === 0)
  }, 60_000)

  test('gives the same of any portions of the families, in any order', async () => {
    const whole = await backtest(program, lives, request)
    expect(Math.min(whole.episodes.length, whole.told.length, whole.done.length)).toBeGreaterThan(10)
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = chance(seed)
        const portions: Life[][] = Array.from({ length: random.int(1, 9) }, () => [])
        for (const life of lives) random.pick(portions).push(life)
        const parts = []
        for (const portion of portions) parts.push(await backtest(program, portion, request))
        expect(mergeBacktested(parts)).toEqual(whole)
      }),
      { numRuns: 4, seed: 20_261_120 },
    )
  }, 60_000)

  test('goes through the people once, however many families there are, and leaves them as they are', async () => {
    let through = 0
    class Counted extends Map<string, Person> {
      override [Symbol.iterator]() {
        through += 1
        return super[Symbol.iterator]()
      }
      override values() {
        through += 1
        return super.values()
      }
    }
    const zoe = { ...personKnownById('zoe'), name: 'Zoe' }
    const people = new Counted([['zoe', zoe]])
    through = 0
    const { families } = await backtest(program, lives, { ...request, people })
    expect(families).toBeGreaterThan(8)
    expect(through).toBe(1)
    expect(new Map(people)).toEqual(new Map([['zoe', zoe]]))
  })

  test('broken off, it has lived only as far as it came', async () => {
    const ending = new AbortController()
    ending.abort()
    const { episodes, evaluations } = await backtest(program, lives, { ...request, signal: ending.signal })
    expect({ episodes, evaluations }).toEqual({ episodes: [], evaluations: 0 })
  })
})

const rulesOf = (days: number, more = '') => {
  const text = `
people: { dana: { name: Dana }, lee: { name: Lee } }
pipelines: { main: { stages: { first: {}, closed: { statuses: [won, lost, abandoned] } } } }
activities: { touches: [call] }
rules:
  quiet: { for: opportunity, when: { status: open, time_since_activity: { over: ${days} days } }${more} }
`
  const { program, problems } = loadRules([{ path: 'rules.yaml', text }])
  if (!program) throw new Error(problems.map((one) => one.message).join('\n'))
  return program
}

describe('what a change of rules changes', () => {
  const START = Date.UTC(2026, 0, 5)
  let lives: Life[]
  beforeAll(async () => {
    const [sqlite] = databases
    const place = sqlite?.place()
    if (!place) throw new Error('There is no database.')
    const store = await openStore(place.url, { create: true, now: START })
    const bring = (record_: 'opportunities' | 'activities', id: string, values: Record<string, string>, now: number) =>
      record(store, rulesOf(14), [{ record: record_, id, values }], { by: 'dana', now })
    await bring('opportunities', 'O', { owner: 'dana', created: new Date(START).toISOString() }, START)
    // Touched on the first day, on day 10 and on day 27: quiet from day 7 and 17, from day 24 on, and for good.
    for (const days of [0, 10, 27]) {
      const at = day(days)
      const values = { kind: 'call', at: new Date(at).toISOString(), opportunity: 'O', by: 'dana' }
      await bring('activities', `call-${days}`, values, at)
    }
    lives = await store.lives(await store.everyFamily())
    await store.close()
    await place.remove()
  })
  const found = (days: number, more = '') =>
    backtest(rulesOf(days, more), lives, { people: new Map(), from: START, to: START + 60 * DAY })
  const compare = (before: Backtested, after: Backtested) => {
    const asked = { from: START, to: day(60), known: day(60), allFamilies: 1, only: [] }
    const [was, is] = [before, after].map((one) => reportBacktest(rulesOf(7), one, noPast(), asked)) as [
      BacktestReport,
      BacktestReport,
    ]
    return compareBacktests(before, after, { was, is })
  }
  const day = (days: number) => START + days * DAY

  test('findings are removed, moved in time, and end otherwise', async () => {
    const [before, now] = [await found(7), await found(14)]
    expect(before.episodes.map(({ opened, resolved }) => [opened, resolved])).toEqual([
      [day(7), day(10)],
      [day(17), day(27)],
      [day(34), null],
    ])
    expect(compare(before, now)).toMatchObject([
      {
        ...{ rule: 'quiet', before: 3, after: 2, added: [], moved: 2, movedDays: 7, ended: 0, owners: ['dana'] },
        removed: [{ id: 'O', opened: day(7) }],
      },
    ])
    expect(compare(now, before)).toMatchObject([{ added: [{ opened: day(7) }], removed: [], movedDays: -7 }])
  })

  test('a change of what it says alone is a change too; no change is none', async () => {
    const [before, now] = [await found(7), await found(7, ', then: [{ notify: { to: owner } }]')]
    expect(compare(before, now)).toMatchObject([
      { added: [], removed: [], moved: 0, ended: 0, messages: { before: 0, after: 3 }, owners: [] },
    ])
    expect(compare(now, now)).toEqual([])
  })

  test('an episode is of whoever had it when it opened, and of what it was worth then, whatever its rule does', async () => {
    const brought = await found(7, ', then: [{ assign: lee }, { set_field: { amount: 5 } }]')
    expect(brought.done.map(({ says }) => says).slice(0, 2)).toEqual(['assign lee', 'set_field amount 5000'])
    expect(brought.episodes[0]).toMatchObject({ opened: day(7), owner: 'dana', amount: null })
    expect(brought.episodes[1]).toMatchObject({ owner: 'lee', amount: 5000 })
  })

  test('before the first day things are lived through, and nobody is judged', async () => {
    const late = await backtest(rulesOf(7), lives, { people: new Map(), from: day(20), to: day(60) })
    expect(late.episodes.map(({ opened, resolved }) => [opened, resolved])).toEqual([
      [day(20), day(27)],
      [day(34), null],
    ])
  })
})
