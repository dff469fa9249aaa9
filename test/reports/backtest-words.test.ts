import { describe, expect, test } from 'vitest'
import { loadRules } from '../../src/config/load.js'
import { DAY } from '../../src/lib/civil.js'
import type { Backtested, Episode } from '../../src/replay/backtest.js'
import { reportBacktest } from '../../src/reports/backtest/backtest.js'
import { compareBacktests } from '../../src/reports/backtest/changes.js'
import { changesTable } from '../../src/reports/backtest/changes-words.js'
import { actsTable, backtestTable, sayBacktest, sayBlind } from '../../src/reports/backtest/words.js'
import { noPast, type PastFacts } from '../../src/reports/outcomes/past-facts.js'

const { program } = loadRules([
  {
    path: 'r.yaml',
    text: `
pipelines: { main: { stages: { open: {}, closed: { statuses: [won, lost] } } } }
rules:
  stuck: { for: opportunity, when: { status: open, stage: open, time_in_stage: { over: 60 days } } }
  slipping: { for: opportunity, when: { status: open, any: [{ setbacks: { at_least: 1 } }, { pushes: { at_least: 2 } }] } }
  small: { for: opportunity, when: { status: open, amount: { under: 10 } } }`,
  },
])
if (!program) throw new Error('These rules are right.')

const episode = (rule: string, n: number, day: number): Episode => ({
  ...{ rule, kind: 'opportunity', id: `o${n}`, episode: 1, opened: day * DAY, resolved: null, because: null },
  ...{ owner: 'dana', amount: 5_000, currency: 'USD' },
})
const found = (...episodes: Episode[]): Backtested => ({
  ...{ episodes, done: [], told: [], families: 1_510, changes: 0, rejected: 0, evaluations: 0 },
})
const past = (more: Partial<PastFacts> = {}): PastFacts => {
  const seen = new Map(Array.from({ length: 2_000 }, (_, n) => [`opportunity/o${n}`, 900 * DAY] as const))
  return { ...noPast(), seen, ...more }
}
const ALL = new Set(['stage', 'amount', 'close_date'].map((fact) => `opportunity/${fact}`))
const asked = { from: 0, to: 900 * DAY, complete: true, only: [] }

describe('what a backtest says', () => {
  const all = found(
    ...Array.from({ length: 1_532 }, (_, n) => episode('stuck', n, 100)),
    ...[episode('slipping', 1, 50), episode('small', 1, 50), episode('small', 2, 50)],
  )

  test('of facts without history: what is taken as it is now, what is counted from creation, what is not seen', () => {
    expect(sayBlind(reportBacktest(program, all, past(), asked))).toEqual([
      'History knows no change of stage: 1,532 findings of stuck take stage as it is now and count time_in_stage from creation.',
      'History knows no change of close_date, stage: 1 finding of slipping takes pushes as it is now and knows no setbacks.',
      'History knows no change of amount: 2 findings of small take it as it is now.',
      'value adds up amounts as they are now, not as they were when first found: history knows no change of amount.',
    ])
    const known = past({ changing: ALL })
    expect(sayBlind(reportBacktest(program, all, known, asked))).toEqual([])
  })

  test('of a comparison: only what the rules that differ hang on, and which way findings moved', () => {
    const earlier = all.episodes.map((one) =>
      one.rule === 'small' ? { ...one, opened: one.opened - 29.3 * DAY } : one,
    )
    const changes = compareBacktests(all, found(...earlier), 0)
    expect(sayBacktest(reportBacktest(program, found(...earlier), past(), asked), changes)).toEqual([
      'History knows no change of amount: 2 findings of small take it as it is now.',
    ])
    const cells = (table: ReturnType<typeof changesTable>) =>
      table.rows.map((row) => row.map(({ text }) => text).slice(0, 7))
    expect(cells(changesTable(changes))).toEqual([['small', '2', '2', '', '', '2', '29.3 days earlier']])
    const back = compareBacktests(found(...earlier), all, 0)
    expect(cells(changesTable(back))).toEqual([['small', '2', '2', '', '', '2', '29.3 days later']])
  })

  test('of the first day: what stood already brings nothing into the tables, but a sentence; moves alike', () => {
    const acts = (rule: string, ...days: number[]) =>
      days.map((day, n) => ({
        ...{ rule, kind: 'opportunity' as const, id: `o${n}`, at: day * DAY },
        says: 'create_task',
      }))
    const told = (rule: string, ...days: number[]) => days.map((day) => ({ rule, person: 'dana', at: day * DAY }))
    const episodes = [episode('stuck', 0, 0), episode('stuck', 1, 0), episode('stuck', 2, 5)]
    const before = { ...found(...episodes), done: acts('stuck', 0, 0, 5), told: told('stuck', 0, 0, 5, 6) }
    const report = reportBacktest(program, before, past({ changing: ALL }), { ...asked, only: ['stuck'] })
    expect(actsTable(report).rows.map((row) => row.map(({ text }) => text))).toEqual([
      ['stuck', 'made a task', '1', '1'],
      ['stuck', 'told 1 person', '2', ''],
    ])
    expect(sayBacktest(report)).toEqual([
      '2 findings stood on the first day already: they count as subjects, not as opened.',
      '2 acts and 2 messages would have followed at once on the first day: they do not count.',
      'Messages are counted one by one, before they are gathered into letters.',
    ])
    const one = reportBacktest(
      program,
      { ...found(episode('stuck', 0, 0)), done: acts('stuck', 0) },
      past({ changing: ALL }),
      asked,
    )
    expect(sayBacktest(one)).toEqual([
      '1 finding stood on the first day already: it counts as a subject, not as opened.',
      '1 act would have followed at once on the first day: it does not count.',
    ])
    // Without the act, and with one more of those that came later: the two are not mixed.
    const after = { ...before, done: acts('stuck', 5, 6), told: told('stuck', 5, 6) }
    const changes = compareBacktests(before, after, 0)
    expect(changes).toMatchObject([{ messages: { before: 2, after: 2 }, acts: { before: 1, after: 2 } }])
    expect(changesTable(changes).rows[0]?.map(({ text }) => text)).toEqual([
      'stuck',
      '3',
      '3',
      '',
      '',
      '',
      '',
      '',
      '',
      '1 → 2',
      '',
    ])
    expect(sayBacktest(report, changes)).toEqual([
      'Of what stood on the first day, stuck would have brought at once 0 acts in place of 2 and 0 messages in place of 2: they do not count.',
    ])
    // A move that came or went is a change though all it would have moved stood ready on the first day.
    expect(compareBacktests(found(), { ...found(), done: acts('cold-to-working', 0) }, 0)).toMatchObject([
      { rule: 'cold-to-working', acts: { before: 0, after: 0 }, firstDay: { acts: { before: 0, after: 1 } } },
    ])
  })

  test('of won and lost: both shares are of the same, and who has nobody to compare with is said', () => {
    const one = (n: number, won: boolean, days: number, stage: string) => {
      const stay = { pipeline: 'main', stage, from: 0, to: days * DAY, left: true }
      return [`o${n}`, { id: `o${n}`, won, created: 0, closed: days * DAY, stays: [stay] }] as const
    }
    // Of those stuck in open at 100 days two were closed later; others are there for them, not for the one in closed.
    const outcomes = new Map([
      ...[one(0, true, 200, 'open'), one(1, false, 200, 'open'), one(2, true, 200, 'closed')],
      ...[one(1_600, true, 150, 'open'), one(1_601, true, 150, 'open'), one(1_602, false, 90, 'open')],
    ])
    const report = reportBacktest(program, all, past({ outcomes }), { ...asked, only: ['stuck'] })
    const [stuck] = report.rules
    expect(stuck?.later).toEqual({ won: 2, lost: 1, unknown: 1_529 })
    expect(
      backtestTable(report)
        .rows[0]?.map(({ text }) => text)
        .slice(7, 10),
    ).toEqual(['67 %', '3', '0.50 ?'])
    expect(sayBacktest(report)[1]).toMatch(
      /^What stuck found was won in 50 % against 100 % of others that reached that age in that stage without being found \(n = 2, 2 others; .*\)\. 1 more has nobody to compare with, and does not count here\.$/,
    )
  })
})
