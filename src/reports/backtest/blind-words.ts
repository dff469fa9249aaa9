import { blindly } from '../outcomes/past-facts.js'
import { count } from '../words.js'
import type { BacktestReport, RuleBacktest } from './backtest.js'

/** Rules in the order in which tables have them: those first that find most. */
export const loudest = (rules: readonly RuleBacktest[]): RuleBacktest[] => rules.toSorted((a, b) => b.opened - a.opened)

/** What history cannot know of these rules. */
export function sayBlind(report: BacktestReport): string[] {
  const worth = report.rules.some(({ blind }) => blind.amounts > 0)
  return [
    ...sayUnreplayed(report),
    ...loudest(report.rules).flatMap((rule) => sayBlindRule(rule) ?? []),
    ...(worth
      ? ['value adds up amounts as they are now, not as they were when first found: history knows no change of amount.']
      : []),
  ]
}

/** What of the past could not be lived through. */
export const sayUnreplayed = ({ rejected, undated, uncreated }: BacktestReport): string[] => [
  ...(uncreated === 0
    ? []
    : [
        `Nothing tells when ${count(uncreated, 'opportunity', 'opportunities')} began: ${uncreated === 1 ? 'it counts from the first that is known of it' : 'they count from the first that is known of them'}, often the import, and ${uncreated === 1 ? 'is' : 'are'} compared with nobody.`,
      ]),
  ...(undated === 0
    ? []
    : [
        `Nobody knows when ${count(undated, 'opportunity', 'opportunities')} ${undated === 1 ? 'was' : 'were'} closed: ${undated === 1 ? 'it counts' : 'they count'} as closed from the beginning.`,
      ]),
  ...(rejected === 0
    ? []
    : [
        `${count(rejected, 'change')} could not be replayed: ${rejected === 1 ? 'it names' : 'they name'} what was not there by then.`,
      ]),
]

/** What history cannot know of one rule; null where it knows all that it reads. */
export function sayBlindRule({ rule, blind: { facts, findings } }: RuleBacktest): string | null {
  if (findings === 0) return null
  const blind = facts.map((as) => ({ as, ...blindly(as) }))
  const of = [...new Set(blind.map((one) => one.of))]
  const named = (taken: ReturnType<typeof blindly>['taken']) =>
    blind.filter((one) => one.taken === taken).map(({ as }) => as)
  const [now, created, none] = [named('as_now'), named('from_creation'), named('as_none')]
  const isAll = now.length === facts.length
  const them = isAll ? (now.length === 1 ? 'it' : 'them') : now.join(', ')
  const verb = (one: string, many: string) => (findings === 1 ? one : many)
  const done = [
    ...(now.length > 0 ? [`${verb('takes', 'take')} ${them} as ${now.length === 1 ? 'it is' : 'they are'} now`] : []),
    ...(created.length > 0 ? [`${verb('counts', 'count')} ${created.join(', ')} from creation`] : []),
    ...(none.length > 0 ? [`${verb('knows', 'know')} no ${none.join(', ')}`] : []),
  ]
  return `History knows no change of ${of.join(', ')}: ${count(findings, 'finding')} of ${rule} ${done.join(' and ')}.`
}
