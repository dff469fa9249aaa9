import type { RuleBacktest } from '../../src/reports/backtest/backtest.js'

/** What a backtest says of a rule for opportunities: six findings, and whatever else a test is about. */
export const backtested = (rule: string, more: Partial<RuleBacktest> = {}): RuleBacktest => ({
  rule,
  title: rule,
  is: 'state',
  for: 'opportunity',
  standing: 0,
  opened: 6,
  open: 0,
  subjects: 6,
  value: [],
  byMonth: {},
  medianDays: null,
  longestDays: null,
  lived: [],
  byThemselves: 0,
  messages: { n: 0, people: 0, perPersonAndWeek: 0, busiest: null, byWeek: {} },
  does: [],
  firstDay: { acts: 0, messages: 0 },
  later: null,
  outcomes: null,
  warningDays: null,
  blind: { facts: [], findings: 0, amounts: 0 },
  ...more,
})
