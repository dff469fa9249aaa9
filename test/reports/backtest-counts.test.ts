import { describe, expect, test } from 'vitest'
import { loadRules } from '../../src/config/load.js'
import { DAY } from '../../src/lib/civil.js'
import type { Episode } from '../../src/replay/backtest.js'
import { reportBacktest } from '../../src/reports/backtest/backtest.js'
import { noPast } from '../../src/reports/outcomes/past-facts.js'

const { program } = loadRules([
  {
    path: 'r.yaml',
    text: `
pipelines: { main: { stages: { open: {}, closed: { statuses: [won, lost, abandoned] } } } }
rules:
  small: { for: opportunity, when: { status: open, amount: { under: 10 } } }`,
  },
])
if (!program) throw new Error('These rules are right.')

const episode = (n: number, opened: number, resolved: number | null): Episode => ({
  ...{ rule: 'small', kind: 'opportunity', id: `o${n}`, episode: 1, opened: opened * DAY, because: null },
  ...{ resolved: resolved === null ? null : resolved * DAY, owner: 'dana', amount: 5_000, currency: 'USD' },
})

describe('what a backtest counts', () => {
  test('opened, open, how long they lived and what ended by itself are of the same: without what stood on the first day', () => {
    const episodes = [
      ...[episode(1, 0, 40), episode(2, 0, 80), episode(3, 0, null)],
      ...[episode(4, 10, 12), episode(5, 20, 24), episode(6, 30, null)],
    ]
    const found = {
      ...{ episodes, done: [], told: [], families: 6, changes: 0, earlier: 0, begins: 0, rejected: 0, evaluations: 0 },
    }
    const asked = { from: 0, to: 90 * DAY, known: 90 * DAY, complete: true, allFamilies: 6, only: [] }
    const [small] = reportBacktest(program, found, noPast(), asked).rules
    expect(small).toMatchObject({ standing: 3, opened: 3, open: 1, byThemselves: 2, subjects: 6 })
    expect(small).toMatchObject({ medianDays: 3, longestDays: 4, lived: [0, 1, 1, 0, 0, 0, 0] })
  })
})
