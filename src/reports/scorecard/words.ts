import { formatNumber } from '../../conditions/operands.js'
import { reachedThat } from '../outcomes/lift-words.js'
import { cell, type Table } from '../table.js'
import type { Scorecard } from './scorecard.js'

const percent = (share: number | null): string => (share === null ? '' : `${Math.round(share * 100)} %`)
const some = (n: number): string => (n === 0 ? '' : formatNumber(n))

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
          cell(formatNumber(card.opened), card.opened === 0 ? 'quiet' : undefined),
          ...[card.open, by.person, by.source, by.rule, by.time].map((n) => cell(some(n))),
          cell(card.medianDays === null ? '' : formatNumber(Math.round(card.medianDays * 10) / 10)),
          ...[card.acknowledged, card.snoozed, card.reopened].map((n) => cell(some(n))),
          cell(percent(outcomes?.rate ?? null)),
          cell(isAlone(card) ? 'none' : percent(outcomes?.base ?? null), 'quiet'),
          cell(outcomes?.n ? formatNumber(outcomes.n) : ''),
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
    const how = lift.is < 1 ? 'less often' : 'more often'
    const n = formatNumber(outcomes.n)
    return [
      `What ${rule} found was won ${how} than others that ${reachedThat(outcomes)} without being found: ${rate} against ${base} (n = ${n}, ratio ${say(lift.is)}, 95 %: ${say(lift.from)} to ${say(lift.to)}).`,
    ]
  })
  const alone = cards.some(isAlone)
    ? ['none: nobody reached that age in that stage without being found, so that there is nobody to compare with.']
    : []
  return [...noisy, ...telling, ...alone]
}

/** Some of what it found was closed later, and nobody is to be compared with. */
const isAlone = ({ outcomes }: Scorecard): boolean => outcomes !== null && outcomes.n === 0 && outcomes.unmatched > 0

const say = (ratio: number): string => ratio.toFixed(2)
