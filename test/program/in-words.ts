import { type Condition, fold, type Operand } from '../../src/conditions/tree.js'

/** A condition in one line: `all(status is open, amount over 10,000)`. */
export const inWords = (condition: Condition): string =>
  fold<string>(condition, {
    all: (parts) => `all(${parts.join(', ')})`,
    any: (parts) => `any(${parts.join(', ')})`,
    leaf: ({ fact, operator, operand }) => `${fact.name} ${operator.name} ${operandOf(operand)}`,
  })

export const operandOf = (operand: Operand): string => {
  const { is, ...rest } = operand
  if (operand.is === 'span')
    return `${operand.times ? `${operand.times} x ` : ''}${operand.span.count} ${operand.span.unit}`
  return Object.values(rest)
    .map((value) => JSON.stringify(value))
    .join('..')
}
