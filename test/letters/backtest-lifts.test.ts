import { describe, expect, test } from 'vitest'
import { liftsChart } from '../../src/letters/backtest-charts.js'
import type { RuleBacktest } from '../../src/reports/backtest/backtest.js'
import type { Lift } from '../../src/reports/outcomes/matching.js'
import { backtested } from './backtest-rule.js'

const rule = (name: string, lift: Lift['lift']): RuleBacktest => {
  const counted = { n: 5, won: 2, others: 4, unmatched: 0, unmatchedWon: 0, closedBefore: 0, byAgeAlone: 0 }
  return backtested(name, { outcomes: { ...counted, rate: 0.4, base: 0.5, lift } })
}

const RULES = [
  rule('may-be-chance', { is: 0.9, from: 0.81, to: 0.996 }),
  rule('less', { is: 0.39, from: 0.22, to: 0.66 }),
  rule('none-won', { is: 0, from: 0, to: 4.57 }),
  rule('no-other-won', { is: null, from: 0.58, to: null }),
  rule('neither', null),
]

describe('the chart of lifts', () => {
  const drawn = (rules: readonly RuleBacktest[]) =>
    [...String(liftsChart(rules)?.text).matchAll(/<svg width="(\d+)"[\s\S]*?<\/svg>/g)].map(([svg, width]) => ({
      svg,
      width: Number(width),
    }))

  test('shows all of which an interval is known, by its own colour; where nothing is there is none', () => {
    expect(liftsChart([rule('neither', null)])).toBeNull()
    const [wide] = drawn(RULES)
    const texts = [...(wide?.svg ?? '').matchAll(/>([^<>]+)<\/text>/g)].map(([, text]) => text)
    expect(texts.filter((text) => /[a-z]-|less|neither/.test(text ?? ''))).toEqual([
      'may-be-chance',
      'less',
      'none-won',
      'no-other-won',
    ])
    expect(texts.filter((text) => /\d\.\d/.test(text ?? ''))).toEqual(['× 0.90', '× 0.39', '× 0.00', '× over 0.58'])
    // None for 0 on a scale of powers, and none where nobody knows it.
    const dots = [...(wide?.svg ?? '').matchAll(/<circle[^>]* fill="([^"]+)"/g)].map(([, colour]) => colour)
    expect(dots).toEqual(['#5a6272', '#b3261e'])
    expect(wide?.svg).not.toMatch(/NaN|Infinity/)
  })

  test('has its numbers where no line runs, on a desk and on a phone', () => {
    const charts = drawn(RULES)
    expect(charts.map(({ width }) => width)).toEqual([960, 358])
    for (const { svg, width } of charts) {
      const places = [...svg.matchAll(/<text[^>]* x="([\d.]+)"[^>]*>× (?:over )?\d\.\d\d</g)]
      expect(places).toHaveLength(4)
      const lines = [...svg.matchAll(/<path d="M([\d.]+) [\d.]+L([\d.]+) [^>]*stroke-width="[23]"/g)].flatMap(
        ([, a, b]) => [Number(a), Number(b)],
      )
      const most = lines.reduce((a, b) => Math.max(a, b))
      for (const [, x] of places) {
        expect(Number(x)).toBeGreaterThan(most)
        expect(Number(x)).toBeLessThan(width - 70)
      }
    }
  })
})
