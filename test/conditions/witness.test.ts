import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALWAYS, leavesOf } from '../../src/conditions/tree.js'
import { verdict } from '../../src/conditions/verdict.js'
import { witness } from '../../src/conditions/witness.js'
import { factsFor } from '../../src/facts/table.js'
import { chance } from '../support/chance.js'
import { randomCondition } from '../support/conditions.js'
import { opportunity, randomSnapshot, snapshot } from '../support/subjects.js'
import { randomVocabulary, someVocabulary } from '../support/vocabularies.js'

const seeds = fc.noShrink(fc.integer({ min: 0, max: 0x7fffffff }))

describe('the witness', () => {
  it('agrees with the verdict, and saw the values of the leaves in their order', async () => {
    let held = 0
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const at = chance(seed)
        const subject = randomSnapshot(at, someVocabulary(at))
        const condition = randomCondition(at, factsFor(subject.kind, subject.vocabulary), subject)
        const { holds, values } = await witness(condition, subject)
        expect(holds).toBe(verdict(condition, subject).holds)
        expect(values).toEqual(leavesOf(condition).map((leaf) => leaf.fact.read(subject)))
        if (holds) held += 1
      }),
      { seed: 20260305, numRuns: 2500 },
    )
    expect(held).toBeGreaterThan(250)
  })

  it('takes nothing for an answer: all of nothing holds, any of nothing does not', async () => {
    const subject = snapshot(randomVocabulary(chance(1)), 1000, { opportunity: opportunity() })
    const none = { is: 'any', parts: [] } as const
    expect(await witness(ALWAYS, subject)).toEqual({ holds: true, values: [] })
    expect(await witness(none, subject)).toEqual({ holds: false, values: [] })
    expect(await witness({ is: 'all', parts: [ALWAYS, none] }, subject)).toEqual({ holds: false, values: [] })
    expect(await witness({ is: 'any', parts: [none, ALWAYS] }, subject)).toEqual({ holds: true, values: [] })
  })

  it('answers each of many questions that run at once', async () => {
    const at = chance(7)
    const subject = randomSnapshot(at, someVocabulary(at))
    const facts = factsFor(subject.kind, subject.vocabulary)
    const conditions = at.times(200, () => randomCondition(at, facts, subject))
    const answers = await Promise.all(conditions.map((condition) => witness(condition, subject)))
    expect(answers.map((answer) => answer.holds)).toEqual(conditions.map((c) => verdict(c, subject).holds))
  })
})
