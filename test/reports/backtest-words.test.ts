import { describe, expect, test } from 'vitest'
import { loadRules } from '../../src/config/load.js'
import { DAY } from '../../src/lib/civil.js'
import type { Backtested, Episode } from '../../src/replay/backtest.js'
import { type BacktestReport, reportBacktest } from '../../src/reports/backtest/backtest.js'
import { sayBlind } from '../../src/reports/backtest/blind-words.js'
import { compareBacktests } from '../../src/reports/backtest/changes.js'
import { changesTable, verdictsTable } from '../../src/reports/backtest/changes-words.js'
import { actsTable, backtestTable, headBacktest, sayBacktest, sayChanges } from '../../src/reports/backtest/words.js'
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

const { calendar } = program.vocabulary

const episode = (rule: string, n: number, day: number): Episode => ({
  ...{ rule, kind: 'opportunity', id: `o${n}`, episode: 1, opened: day * DAY, resolved: null, because: null },
  ...{ owner: 'dana', amount: 5_000, currency: 'USD' },
})
const found = (...episodes: Episode[]): Backtested => ({
  ...{
    episodes,
    done: [],
    told: [],
    families: 1_510,
    changes: 0,
    earlier: 0,
    begins: null,
    rejected: 0,
    evaluations: 0,
  },
})
const past = (more: Partial<PastFacts> = {}): PastFacts => {
  const seen = new Map(Array.from({ length: 2_000 }, (_, n) => [`opportunity/o${n}`, 900 * DAY] as const))
  return { ...noPast(), seen, ...more }
}
const ALL = new Set(['stage', 'amount', 'close_date'].map((fact) => `opportunity/${fact}`))
const asked = { from: 0, to: 900 * DAY, known: 900 * DAY, allFamilies: 1_510, only: [] }
const compare = (before: Backtested, after: Backtested) => {
  const [was, is] = [before, after].map((one) => reportBacktest(program, one, past(), asked)) as [
    BacktestReport,
    BacktestReport,
  ]
  return compareBacktests(before, after, { was, is })
}

describe('what a backtest says', () => {
  const all = found(
    ...Array.from({ length: 1_532 }, (_, n) => episode('stuck', n, 100)),
    ...[episode('slipping', 1, 50), episode('small', 1, 50), episode('small', 2, 50)],
  )

  test('of facts without history: what is taken as it is now, what is counted from creation, what is not seen', () => {
    expect(sayBlind(reportBacktest(program, all, past(), asked))).toEqual([
      'History knows no change of stage: 1,532 findings of stuck take stage as it is now and count time_in_stage from creation.',
      'History knows no change of amount: 2 findings of small take it as it is now.',
      'History knows no change of close_date, stage: 1 finding of slipping takes pushes as it is now and knows no setbacks.',
      'value adds up amounts as they are now, not as they were when first found: history knows no change of amount.',
    ])
    const known = past({ changing: ALL })
    expect(sayBlind(reportBacktest(program, all, known, asked))).toEqual([])
  })

  test('of a comparison: only what the rules that differ hang on, and which way findings moved', () => {
    const earlier = all.episodes.map((one) =>
      one.rule === 'small' ? { ...one, opened: one.opened - 29.3 * DAY } : one,
    )
    const changes = compare(all, found(...earlier))
    expect(sayChanges(reportBacktest(program, found(...earlier), past(), asked), changes, calendar)).toEqual([
      'History knows no change of amount: 2 findings of small take it as it is now.',
    ])
    const cells = (table: ReturnType<typeof changesTable>) =>
      table.rows.map((row) => row.map(({ text }) => text).slice(0, 7))
    expect(cells(changesTable(changes))).toEqual([['small', '2', '2', '', '', '2', '29.3 days earlier']])
    const back = compare(found(...earlier), all)
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
    const changes = compare(before, after)
    expect(changes).toMatchObject([{ messages: { before: 2, after: 2 }, acts: { before: 1, after: 2 } }])
    expect(changesTable(changes).rows[0]?.map(({ text }) => text)).toEqual([
      'stuck',
      '1',
      '1',
      '',
      '',
      '',
      '',
      '',
      '',
      '1 → 2',
      '',
    ])
    expect(sayChanges(report, changes, calendar)).toEqual([
      'Of what stood on the first day, stuck would have brought at once 0 acts in place of 2 and 0 messages in place of 2: they do not count.',
    ])
    // A move that came or went is a change though all it would have moved stood ready on the first day.
    expect(compare(found(), { ...found(), done: acts('cold-to-working', 0) })).toMatchObject([
      { rule: 'cold-to-working', acts: { before: 0, after: 0 }, firstDay: { acts: { before: 0, after: 1 } } },
    ])
  })

  test('of a comparison: the first day is no part of it, and the right of each change is told with examples', () => {
    const old = found(episode('stuck', 0, 0), episode('stuck', 1, 5))
    const now = found(...[0, 1, 2].map((n) => episode('stuck', n, 0)), ...[3, 4, 5].map((n) => episode('stuck', n, n)))
    const changes = compare(old, now)
    expect(changes).toMatchObject([
      { before: 1, after: 3, standing: { before: 1, after: 3 }, added: [{ id: 'o3' }, { id: 'o4' }, { id: 'o5' }] },
    ])
    expect(changes[0]?.after).toBe(reportBacktest(program, now, past(), { ...asked, only: ['stuck'] }).rules[0]?.opened)
    expect(verdictsTable(changes).rows.map((row) => row.map(({ text }) => text).slice(0, 3))).toEqual([
      ['stuck', 'before', '2'],
      ['stuck', 'after', '6'],
    ])
    const said = sayChanges(reportBacktest(program, now, past({ changing: ALL }), asked), changes, calendar)
    expect(said.slice(0, 3)).toEqual([
      'Added to stuck, for example: opportunity/o5 (1970-01-06), opportunity/o4 (1970-01-05).',
      'Removed from stuck: opportunity/o1 (1970-01-06).',
      'Of stuck 3 findings in place of 1 stood on the first day already: they count as subjects alone, so that what began before it under one of the two is added or removed.',
    ])
  })

  test('of a time before the history, of an end before now, of beginnings that nobody knows, and of a part', () => {
    const report = (more: Partial<Backtested>, since: Partial<PastFacts> = {}, asks: Partial<typeof asked> = {}) =>
      reportBacktest(program, { ...all, ...more }, past({ changing: ALL, ...since }), { ...asked, ...asks })
    expect(headBacktest(report({ changes: 30, earlier: 10 }), calendar)).toBe(
      '1970-01-01 to 1972-06-19, 1,510 families (an account with its opportunities) with 20 changes',
    )
    expect(headBacktest(report({ begins: 901 * DAY }), calendar)).toMatch(
      /; the history begins after that, on 1972-06-20: there is nothing to find$/,
    )
    expect(headBacktest(report({ begins: 886 * DAY }, {}, { known: 950 * DAY }), calendar)).toMatch(
      /; the history begins on 1972-06-05 only; how it ended is known up to 1972-08-08$/,
    )
    const told = Array.from({ length: 4 }, (_, n) => ({ rule: 'stuck', person: 'dana', at: (890 + n) * DAY }))
    expect(report({ told, begins: 886 * DAY }).rules[0]?.messages.perPersonAndWeek).toBe(2)
    expect(sayBacktest(report({}, { uncreated: 500 }))).toContain(
      'Nothing tells when 500 opportunities began: they count from the first that is known of them, often the import, and are compared with nobody.',
    )
    expect(sayBacktest(report({}, {}, { allFamilies: 6_000 }))[0]).toBe(
      'Broken off: this is of 1,510 of 6,000 families only, spread evenly over their ids.',
    )
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
