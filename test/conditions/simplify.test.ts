import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { operatorNamed } from '../../src/conditions/operators.js'
import { simplify } from '../../src/conditions/simplify.js'
import { type Condition, fold, type Leaf, leavesOf, type Operand } from '../../src/conditions/tree.js'
import { compileVerdict, isSettled, settledAnswer } from '../../src/conditions/verdict.js'
import { inWords } from '../../src/conditions/words.js'
import { factsFor } from '../../src/facts/table.js'
import { parseSpan } from '../../src/lib/span.js'
import { type Chance, chance } from '../support/chance.js'
import { randomLeaf } from '../support/conditions.js'
import { randomSnapshot } from '../support/subjects.js'
import { randomVocabulary, someVocabulary } from '../support/vocabularies.js'

const seeds = fc.noShrink(fc.integer({ min: 0, max: 0x7fffffff }))
const all = (...parts: Condition[]): Condition => ({ is: 'all', parts })
const any = (...parts: Condition[]): Condition => ({ is: 'any', parts })

/** A tree over a few leaves, so that much of it says the same. */
const treeOf = (at: Chance, leaves: readonly Leaf[], depth = 3): Condition =>
  depth > 0 && at.often(0.8)
    ? { is: at.often(0.5) ? 'all' : 'any', parts: at.times(at.int(0, 4), () => treeOf(at, leaves, depth - 1)) }
    : at.pick(leaves)

const sizeOf = (condition: Condition): number => leavesOf(condition).length

describe('a simplified condition', () => {
  it('has the verdict of the whole one, until included, whatever of it is known', () => {
    let shorter = 0
    fc.assert(
      fc.property(seeds, (seed) => {
        const at = chance(seed)
        const vocabulary = someVocabulary(at)
        const snapshot = randomSnapshot(at, vocabulary)
        const facts = [...factsFor(snapshot.kind, vocabulary).values()]
        const elapsed = facts.filter(({ kind }) => kind === 'elapsed')
        // Several leaves about the same time, so that some of them imply others.
        const about = [at.pick(elapsed), at.pick(elapsed), at.pick(facts)]
        const leaves = at.times(5, () => randomLeaf(at, at.pick(about), snapshot))
        const whole = treeOf(at, leaves)
        const known = (leaf: Leaf) =>
          isSettled(leaf) && leaf !== leaves[0] ? settledAnswer(leaf, leaf.fact.read(snapshot)) : undefined
        for (const simple of [simplify(whole, () => undefined), simplify(whole, known)]) {
          const [answer, expected] = [compileVerdict(simple)(snapshot), compileVerdict(whole)(snapshot)]
          if (answer !== expected) expect.fail(`${inWords(whole)} is ${expected}; ${inWords(simple)} is ${answer}`)
          if (sizeOf(simple) < sizeOf(whole)) shorter += 1
        }
      }),
      { numRuns: 3_000, seed: 5 },
    )
    expect(shorter).toBeGreaterThan(2_000)
  })

  const facts = factsFor('opportunity', randomVocabulary(chance(1)))
  const leaf = (name: string, operator: string, operand: Operand): Leaf => {
    const fact = facts.get(name)
    if (!fact) throw new Error(name)
    return { is: 'leaf', fact, operator: operatorNamed(operator, fact.kind), operand }
  }
  const over = (text: string) => leaf('age', 'over', { is: 'span', span: parseSpan(text) as never })
  const pushed = leaf('pushes', 'over', { is: 'number', number: 3 })
  const owned = leaf('owner', 'missing', { is: 'flag', flag: false })
  const simple = (condition: Condition) => inWords(simplify(condition, () => undefined))

  it('keeps of any the weakest, of all the strictest', () => {
    expect(simple(any(over('6 weeks'), over('38 days'), over('40 days')))).toBe('age over 38 days')
    expect(simple(all(over('6 weeks'), over('38 days'), over('40 days')))).toBe('age over 6 weeks')
    expect(simple(any(over('1 year'), over('11 months')))).toBe('age over 11 months')
  })

  it('keeps both where the calendar says which comes first', () => {
    expect(sizeOf(simplify(any(over('30 days'), over('1 month'), over('21 business days')), () => undefined))).toBe(3)
  })

  it('leaves out what asks for more than another part, or grants less', () => {
    expect(simple(any(pushed, all(owned, pushed)))).toBe(inWords(pushed))
    expect(simple(all(any(pushed, owned), pushed))).toBe(inWords(pushed))
    expect(simple(any(all(owned, over('3 weeks')), over('2 weeks')))).toBe('age over 2 weeks')
    expect(simple(any(all(pushed, owned, over('3 weeks')), all(over('2 weeks'), owned)))).toBe(
      inWords(all(over('2 weeks'), owned)),
    )
    const apart = any(all(pushed, over('2 weeks')), all(owned, over('3 weeks')))
    expect(simple(apart)).toBe(inWords(apart))
  })

  it('is nothing but its answer where that is known', () => {
    const answered = (condition: Condition, answer: boolean) => simplify(condition, () => answer)
    expect(answered(any(pushed, owned), true)).toEqual(all())
    expect(answered(all(pushed, any(owned)), false)).toEqual(any())
    const shape = fold<string>(
      simplify(all(any(all(pushed))), () => undefined),
      {
        all: (parts) => `all ${parts.length}`,
        any: (parts) => `any ${parts.length}`,
        leaf: () => 'a leaf',
      },
    )
    expect(shape).toBe('a leaf')
  })
})
