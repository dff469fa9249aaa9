import { describe, expect, it } from 'vitest'
import { backtestHtml } from '../../src/letters/backtest-page.js'
import type { BacktestReport, RuleBacktest } from '../../src/reports/backtest/backtest.js'
import { backtested } from './backtest-rule.js'
import { at, wording } from './world.js'

const { program } = wording()

const rule = (name: string) =>
  backtested(name, { byMonth: { '2026-01': 4, '2026-02': 2 }, medianDays: 4, longestDays: 9, lived: [1, 2, 3] })

const reportOf = (...rules: RuleBacktest[]): BacktestReport => ({
  ...{ from: at('2026-01-01T00:00'), to: at('2026-03-01T00:00'), families: 9, changes: 30, rejected: 0 },
  ...{ known: at('2026-03-01T00:00'), begins: null, allFamilies: 9, uncreated: 0 },
  ...{ evaluations: 99, complete: true, undated: 0, everyone: { won: 1, closed: 2 }, rules },
})
const pageOf = (...rules: RuleBacktest[]) => backtestHtml(reportOf(...rules), null, program)
const widthsOf = (page: string) => [...page.matchAll(/<svg width="(\d+)"/g)].map(([, width]) => width)

describe('the page of a backtest', () => {
  it('has each chart for a desk and for a phone, and colours for the dark', () => {
    const page = pageOf(rule('quiet'), rule('no-next-step'))
    expect(widthsOf(page)).toEqual(['960', '358', '960', '358'])
    expect(page).toContain('<meta name="color-scheme" content="light dark">')
    expect(page).toMatch(/prefers-color-scheme: dark[\s\S]*figure svg text \{ fill/)
    expect(page).toContain('figure svg text[stroke] { stroke: var(--page); }')
    expect(page).not.toMatch(/style="[^">]*, "/)
    expect(page).toContain('The table goes on to the right.')
  })

  it('gives a rule one colour in all charts, by how much it finds', () => {
    const rules = [rule('quiet'), { ...rule('stuck'), opened: 9, lived: [1] }, ...'abcdefg'.split('').map(rule)]
    const charts = pageOf(...rules)
      .split('<div class="wide">')
      .slice(1)
    expect(charts).toHaveLength(2)
    for (const chart of charts) {
      const svg = chart.slice(0, chart.indexOf('</svg>'))
      const colours = new Set([...svg.matchAll(/fill="(#[0-9a-f]{6})"/g)].map(([, colour]) => colour))
      const names = [...svg.matchAll(/>([a-z]+|\d others)<\/text>/g)].map(([, name]) => name)
      expect(names).toEqual(['stuck', 'quiet', 'a', 'b', 'c', 'd', 'e', '2 others'])
      expect(colours).toContain('#0072b2')
      expect(svg.indexOf('#0072b2')).toBeLessThan(svg.indexOf('#e69f00'))
    }
  })

  it('of a comparison is headed by what it is compared with, and tells of what history lacks only for what changed', () => {
    const blind = { ...rule('stuck'), blind: { facts: ['stage'], findings: 3, amounts: 0 } }
    const report = reportOf(rule('quiet'), blind)
    expect(backtestHtml(report, null, program)).toContain('History knows no change of stage')
    const page = backtestHtml(report, { base: 'rules <of> main', changes: [] }, program)
    expect(page).toContain('<title>What changes against rules &lt;of&gt; main</title>')
    expect(page).toContain('<h1>What changes against rules &lt;of&gt; main</h1>')
    expect(page).toContain('Nothing differs')
    expect(page).not.toContain('History knows no change of stage')
  })

  it('names rules that found nothing in a sentence, and has no month for an end at midnight', () => {
    const silent = { ...rule('silent'), opened: 0, subjects: 0, byMonth: {}, lived: [] }
    const page = pageOf(rule('quiet'), silent, { ...silent, rule: 'mute' })
    expect(page).toContain('<p>Found nothing: silent, mute.</p>')
    expect(page).not.toContain('<td>silent</td>')
    expect(page).toContain('<td>quiet</td>')
    expect(page).toContain('>2026-02</text>')
    expect(page).not.toContain('>2026-03</text>')
    expect(pageOf({ ...rule('quiet'), byMonth: { '2026-03': 6 } })).toContain('>2026-03</text>')
  })

  it('of a comparison has also what is said of every rule', () => {
    const standing = { ...rule('quiet'), standing: 2 }
    const page = backtestHtml(reportOf(standing), { base: 'main', changes: [] }, program)
    expect(page).toContain('2 findings stood on the first day already')
  })

  it('leaves no room for a legend where there is one rule only', () => {
    const heights = (page: string) => [...page.matchAll(/<svg width="\d+" height="(\d+)"/g)].map(([, h]) => Number(h))
    const [one, two] = [heights(pageOf(rule('quiet'))), heights(pageOf(rule('quiet'), rule('no-next-step')))]
    expect(one).toHaveLength(two.length)
    for (const [i, height] of one.entries()) expect(height).toBeLessThan(two[i] as number)
    const charts = pageOf(rule('quiet')).split('<figure')[1]
    expect(charts).not.toContain('>quiet</text>')
  })
})
