import { formatNumber } from '../../conditions/operands.js'
import { rounded, some } from '../figures.js'
import { OUTCOME_HEADERS, outcomeCells, sayLift } from '../outcomes/lift-words.js'
import { cell, type Table } from '../table.js'
import type { Scorecard } from './scorecard.js'

/** Scorecards as people read them, the loudest rule first. */
export function scorecardsTable(cards: readonly Scorecard[]): Table {
  return {
    headers: [
      'rule',
      'opened',
      'open',
      'by person',
      'by source',
      'by rule',
      'by time',
      'days',
      'ack.',
      'snoozed',
      'again',
      ...OUTCOME_HEADERS,
    ],
    right: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
    whole: [0],
    spare: [10, 9, 8, 5],
    rows: [...cards]
      .sort((a, b) => b.opened - a.opened)
      .map((card) => {
        const { by } = card
        return [
          cell(card.rule, card.noisy === null ? undefined : 'at_risk'),
          cell(formatNumber(card.opened), card.opened === 0 ? 'quiet' : undefined),
          ...[card.open, by.person, by.source, by.rule, by.time].map((n) => cell(some(n))),
          cell(card.medianDays === null ? '' : rounded(card.medianDays)),
          ...[card.acknowledged, card.snoozed, card.reopened].map((n) => cell(some(n))),
          ...outcomeCells(card.outcomes),
        ]
      }),
  }
}

/** What there is to say beside the table: which rules are noise, and whether what they found was won less often than others. */
export const sayScorecards = (cards: readonly Scorecard[]): string[] => [
  ...cards.flatMap(({ rule, noisy }) => (noisy === null ? [] : [`${rule} is noisy: ${noisy}`])),
  ...cards.flatMap(({ rule, outcomes }) => sayLift(rule, outcomes) ?? []),
]
