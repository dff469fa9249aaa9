import type { Scorecard } from './scorecard.js'
import { cell, type Table } from './table.js'

const percent = (share: number | null): string => (share === null ? '' : `${Math.round(share * 100)} %`)
const some = (n: number): string => (n === 0 ? '' : String(n))

/** Scorecards as people read them, the loudest rule first. */
export function scorecardsTable(cards: readonly Scorecard[]): Table {
  return {
    headers: [
      'rule',
      'opened',
      'open',
      'by a person',
      'a source',
      'a rule',
      'time',
      'days',
      'ack.',
      'snoozed',
      'again',
      'won',
      'others',
      'n',
    ],
    right: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
    whole: [0],
    spare: [10, 9, 8, 5],
    rows: [...cards]
      .sort((a, b) => b.opened - a.opened)
      .map((card) => {
        const { by, outcomes } = card
        return [
          cell(card.rule, card.noisy === null ? undefined : 'at_risk'),
          cell(String(card.opened), card.opened === 0 ? 'quiet' : undefined),
          ...[card.open, by.person, by.source, by.rule, by.time].map((n) => cell(some(n))),
          cell(card.medianDays === null ? '' : (Math.round(card.medianDays * 10) / 10).toString()),
          ...[card.acknowledged, card.snoozed, card.reopened].map((n) => cell(some(n))),
          cell(percent(outcomes?.rate ?? null)),
          cell(percent(outcomes?.base ?? null), 'quiet'),
          cell(outcomes?.n ? String(outcomes.n) : ''),
        ]
      }),
  }
}

/** What there is to say beside the table: which rules are noise, and which tell won from lost. */
export function sayScorecards(cards: readonly Scorecard[]): string[] {
  const noisy = cards.flatMap(({ rule, noisy }) => (noisy === null ? [] : [`${rule} is noisy: ${noisy}`]))
  const telling = cards.flatMap(({ rule, outcomes }) => {
    const lift = outcomes?.lift
    if (!outcomes || !lift || (lift.from <= 1 && lift.to >= 1)) return []
    const [rate, base] = [percent(outcomes.rate), percent(outcomes.base)]
    const where = outcomes.byAgeAlone === outcomes.n ? 'at the same age' : 'in the same stage at the same age'
    const how = lift.is < 1 ? 'less often' : 'more often'
    return [
      `What ${rule} found was won ${how} than others ${where}: ${rate} against ${base} (n = ${outcomes.n}, ratio ${say(lift.is)}, 95 %: ${say(lift.from)} to ${say(lift.to)}).`,
    ]
  })
  return [...noisy, ...telling]
}

const say = (ratio: number): string => ratio.toFixed(2)
