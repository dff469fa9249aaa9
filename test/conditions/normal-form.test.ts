import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalForm, type Table, type Written } from '../../src/conditions/normal-form.js'
import { operatorNamed } from '../../src/conditions/operators.js'
import { type Condition, leavesOf } from '../../src/conditions/tree.js'
import { verdict } from '../../src/conditions/verdict.js'
import { inWords } from '../../src/conditions/words.js'
import type { Snapshot } from '../../src/facts/fact.js'
import { factsFor } from '../../src/facts/table.js'
import { chance } from '../support/chance.js'
import { randomWritten } from '../support/conditions.js'
import { opportunity, randomSnapshot, snapshot } from '../support/subjects.js'
import { randomVocabulary, someVocabulary } from '../support/vocabularies.js'

const seeds = fc.noShrink(fc.integer({ min: 0, max: 0x7fffffff }))
const words = randomVocabulary(chance(3))
const facts = factsFor('opportunity', words)

/** true, false or unknown, reckoned from the written condition itself, the way the language page tells it. */
function known(written: Written, subject: Snapshot): boolean | null {
  switch (written.is) {
    case 'not': {
      const answer = known(written.part, subject)
      return answer === null ? null : !answer
    }
    case 'all':
    case 'any': {
      const answers = written.parts.map((part) => known(part, subject))
      const decisive = written.is === 'any'
      if (answers.includes(decisive)) return decisive
      return answers.includes(null) ? null : !decisive
    }
    case 'leaf': {
      const { fact, operator } = written
      let operand = written.operand
      while (operand.is === 'table') {
        const table: Table = operand
        const key = table.by.read(subject)
        const row = table.rows.find(({ value }) => value === key)
        const next = row?.then ?? table.else
        if (next === undefined) return null
        operand = next
      }
      const value = fact.read(subject)
      if (value === null) return operator.ofMissing ? operator.ofMissing(operand) : null
      const clock = { now: subject.now, calendar: subject.vocabulary.calendar }
      return operator.holds(value, operand, clock, fact.kind, fact.stopped?.(subject) ?? null)
    }
  }
}

const under = (n: number) => ({ is: 'number', number: n }) as const
const byStage: Table = {
  is: 'table',
  by: facts.get('stage')!,
  rows: [
    { value: 'discovery', then: under(5) },
    { value: 'proposal', then: under(2) },
  ],
}
const overByStage = {
  is: 'leaf',
  fact: facts.get('fields.a_number')!,
  operator: operatorNamed('over', 'number'),
  operand: byStage,
} as const satisfies Written

/** The order that the normal form must not take: tables first, then `not` pushed through what they became. */
function otherOrder(condition: Condition): Condition {
  if (condition.is === 'leaf')
    return { ...condition, operator: operatorNamed(condition.operator.opposite, condition.fact.kind) }
  return { is: condition.is === 'all' ? 'any' : 'all', parts: condition.parts.map(otherOrder) }
}

describe('the normal form', () => {
  it('holds exactly where the written condition is known to be true', () => {
    let held = 0
    let unknown = 0
    fc.assert(
      fc.property(seeds, (seed) => {
        const at = chance(seed)
        const subject = randomSnapshot(at, someVocabulary(at))
        const written = randomWritten(at, factsFor(subject.kind, subject.vocabulary), subject)
        const answer = known(written, subject)
        for (const [negated, expected] of [
          [false, answer === true],
          [true, answer === false],
        ] as const) {
          const condition = normalForm(written, negated)
          if (verdict(condition, subject).holds !== expected) expect.fail(inWords(condition))
        }
        if (answer === true) held += 1
        if (answer === null) unknown += 1
      }),
      { seed: 20260306, numRuns: 3000 },
    )
    expect(held).toBeGreaterThan(500)
    expect(unknown).toBeGreaterThan(500)
  })

  it('never fires on a missing fact; tables written out first would', () => {
    for (const stage of ['discovery', 'proposal', 'closed']) {
      const missing = snapshot(words, 1000, { opportunity: opportunity({ stage }) })
      expect(verdict(normalForm(overByStage), missing).holds).toBe(false)
      expect(verdict(normalForm({ is: 'not', part: overByStage }), missing).holds).toBe(false)
      expect(verdict(otherOrder(normalForm(overByStage)), missing).holds).toBe(stage === 'closed')
    }

    const elsewhere = snapshot(words, 1000, {
      opportunity: opportunity({ stage: 'closed', fields: { a_number: 9 } }),
    })
    expect(verdict(normalForm({ is: 'not', part: overByStage }), elsewhere).holds).toBe(false)
    expect(verdict(otherOrder(normalForm(overByStage)), elsewhere).holds).toBe(true)

    const withElse: Written = { ...overByStage, operand: { ...byStage, else: under(1) } }
    const nowhere = snapshot(words, 1000, { opportunity: opportunity({ stage: 'closed' }) })
    expect(verdict(normalForm({ is: 'not', part: withElse }), nowhere).holds).toBe(false)
  })

  it('takes `else` for every other value and for a missing one', () => {
    const table: Table = {
      is: 'table',
      by: facts.get('origin')!,
      rows: [{ value: 'sales', then: under(5) }],
      else: under(1),
    }
    const written: Written = { ...overByStage, operand: table }
    const seen = (origin: string | null, n: number) =>
      verdict(
        normalForm(written),
        snapshot(words, 1000, { opportunity: opportunity({ origin, fields: { a_number: n } }) }),
      ).holds
    expect([seen('sales', 3), seen('sales', 6), seen('marketing', 3), seen(null, 3), seen(null, 1)]).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
  })

  it('has neither `not` nor tables', () => {
    const written: Written = { is: 'not', part: { is: 'all', parts: [overByStage, { is: 'not', part: overByStage }] } }
    expect(inWords(normalForm(written))).toBe(
      '((stage is discovery, and fields.a number at most 5), or (stage is proposal, and fields.a number at most 2)), or ' +
        '((stage is discovery, and fields.a number over 5), or (stage is proposal, and fields.a number over 2))',
    )
    expect(leavesOf(normalForm(written))).toHaveLength(8)
  })
})
