import { describe, expect, it } from 'vitest'
import { OPERATORS, operatorFor, operatorNamed, operatorsOf } from '../../src/conditions/operators.js'
import { FACT_KINDS } from '../../src/facts/fact.js'

describe('the table of operators', () => {
  it('has for every operator an opposite of the same kinds and operands, whose opposite it is', () => {
    for (const operator of OPERATORS)
      for (const kind of operator.kinds) {
        const opposite = operatorNamed(operator.opposite, kind)
        expect(operatorNamed(opposite.opposite, kind)).toBe(operator)
        expect(opposite.takes).toEqual(operator.takes)
      }
  })

  it('says of each in one sentence what it does', () => {
    for (const { summary } of OPERATORS) expect(summary).toMatch(/^[A-Z].*\.$/)
  })

  it('is what the language page lists, by kind of fact', () => {
    const lines = FACT_KINDS.map(
      (kind) =>
        `${kind}: ${operatorsOf(kind)
          .map((o) => o.name)
          .join(' ')}`,
    )
    expect(lines).toEqual([
      'text: is is_not contains starts_with missing',
      'choice: is is_not contains starts_with missing',
      'number: is is_not over at_least under at_most between missing',
      'money: is is_not over at_least under at_most between missing',
      'flag: is missing',
      'date: missing before on_or_after in within_next within_last',
      'instant: missing before on_or_after in within_next within_last',
      'elapsed: missing over under',
    ])
  })

  it('gives users only what is written', () => {
    expect(operatorFor('text', 'lacks')).toBeUndefined()
    expect(operatorFor('flag', 'is_not')).toBeUndefined()
    expect(operatorFor('elapsed', 'at_least')).toBeUndefined()
    expect(operatorFor('number', 'over')?.takes).toEqual(['number'])
    expect(operatorFor('elapsed', 'over')?.takes).toEqual(['span'])
    expect(() => operatorNamed('over', 'text')).toThrow('There is no operator over of text.')
  })
})
