import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileDecisionTree } from '../../src/conditions/decision-tree.js'
import { HOLDS } from '../../src/conditions/failing.js'
import type { Condition } from '../../src/conditions/tree.js'
import { compileVerdict, startSharing } from '../../src/conditions/verdict.js'
import { inWords } from '../../src/conditions/words.js'
import { factsFor } from '../../src/facts/table.js'
import { chance } from '../support/chance.js'
import { randomCondition } from '../support/conditions.js'
import { randomSnapshot } from '../support/subjects.js'
import { someVocabulary } from '../support/vocabularies.js'

const seeds = fc.noShrink(fc.integer({ min: 0, max: 0x7fffffff }))

describe('the verdict as a decision tree', () => {
  it('is the verdict, however many snapshots were asked before', () => {
    let held = 0
    let asked = 0
    fc.assert(
      fc.property(seeds, (seed) => {
        const at = chance(seed)
        const vocabulary = someVocabulary(at)
        const snapshots = Array.from({ length: 12 }, () => randomSnapshot(at, vocabulary))
        const [first] = snapshots
        if (!first) return
        const facts = factsFor(first.kind, vocabulary)
        const parts = Array.from({ length: 5 }, () => randomCondition(at, facts, first))
        const condition: Condition = { is: 'any', parts }
        const tree = compileDecisionTree(condition)
        const shared = startSharing()
        const together = parts.map((part) => [compileVerdict(part), compileVerdict(part, shared)] as const)
        for (const snapshot of snapshots.filter(({ kind }) => kind === first.kind)) {
          const answer: number = compileVerdict(condition)(snapshot)
          const until = answer > 0 ? HOLDS : -answer
          if (tree(snapshot) !== until) expect.fail(`${inWords(condition)}: ${tree(snapshot)}, not ${until}`)
          for (const [alone, shares] of together) expect(shares(snapshot)).toBe(alone(snapshot))
          if (answer > 0) held += 1
          asked += 1
        }
      }),
      { numRuns: 400, seed: 11 },
    )
    expect(asked).toBeGreaterThan(2_000)
    expect(held).toBeGreaterThan(asked / 10)
    expect(held).toBeLessThan(asked * 0.95)
  })
})
