import { describe, expect, test } from 'vitest'
import { programOf } from './company.js'
import { inWords } from './in-words.js'

const whenOf = (when: string, kind = 'opportunity', more = '') =>
  inWords(programOf(`${more}\nrules: { q: { for: ${kind}, when: ${when} } }`).rules[0]!.when)

describe('conditions', () => {
  test.each([
    ['{ status: open }', 'status is ["open"]'],
    ['{ stage: [proposal, due], name: 7 }', 'all(stage is ["proposal","due"], name is ["7"])'],
    ['{ amount: { at_least: 10000, under: 2.5 } }', 'all(amount at_least 10000000, amount under 2500)'],
    [
      '{ amount: { between: [1, 2] }, pushes: { is_not: [1, 2] } }',
      'all(amount between 1000..2000, pushes is_not [1,2])',
    ],
    ['{ amount_drop: { over: 20% } }', 'amount_drop over 20'],
    ['{ owner.active: false, fields.nda: "true" }', 'all(owner.active is [false], fields.nda is [true])'],
    ['{ next_step: { missing: true } }', 'next_step missing true'],
    ['{ name: { contains: 12, starts_with: A } }', 'all(name contains "12", name starts_with "A")'],
    [
      '{ close_date: { before: today, on_or_after: 2026-03-01 } }',
      'all(close_date before [{"unit":"day","offset":0}], close_date on_or_after "2026-03-01")',
    ],
    [
      '{ close_date: { in: [this quarter, month-1] } }',
      'close_date in [{"unit":"quarter","offset":0},{"unit":"month","offset":-1}]',
    ],
    [
      '{ close_date: { within_next: 2 weeks }, age: { under: 3 business days } }',
      'all(close_date within_next 2 week, age under 3 business_day)',
    ],
    [
      '{ any: [{ status: won }, { not: { stage: due, pushes: { over: 2 } } }] }',
      'any(status is ["won"], any(stage is_not ["due"], pushes at_most 2))',
    ],
    [
      '{ not: { any: [{ name: a }, { close_date: { missing: true } }] } }',
      'all(name is_not ["a"], close_date known true)',
    ],
    [
      '{ account.time_in_bin: { over: expected } }',
      'any(all(account.bin is ["working"], account.time_in_bin over 30 day), all(account.bin is ["check-back"], account.time_in_bin over 1 quarter))',
    ],
  ])('%s', (written, normal) => {
    expect(whenOf(written)).toBe(normal)
  })
})

describe('thresholds', () => {
  const declared = `thresholds:
  big: 100000
  late: { by: stage, proposal: 7 days, negotiation: { by: account.segment, enterprise: 10 days, else: 5 days }, else: 14 days }`
  test('have a name, and stand wherever a number or a span is compared', () => {
    expect(whenOf('{ amount: { over: big } }', 'opportunity', declared)).toBe('amount over 100000000')
    expect(whenOf('{ pushes: { is: big } }', 'opportunity', declared)).toBe('pushes is [100000]')
  })
  test('vary, and only then are compared: `not` comes before', () => {
    const table = (op: string) =>
      `any(all(stage is ["proposal"], age ${op} 7 day), ` +
      `all(stage is ["negotiation"], any(all(account.segment is ["enterprise"], age ${op} 10 day), ` +
      `all(any(account.segment is_not ["enterprise"], account.segment missing true), age ${op} 5 day))), ` +
      `all(any(stage is_not ["proposal","negotiation"], stage missing true), age ${op} 14 day))`
    expect(whenOf('{ age: { over: late } }', 'opportunity', declared)).toBe(table('over'))
    expect(whenOf('{ not: { age: { over: late } } }', 'opportunity', declared)).toBe(table('under'))
  })
  test('in place, by money and flags as they are held', () => {
    expect(whenOf('{ age: { over: { by: amount, 5: 3 days } } }')).toBe('any(all(amount is [5000], age over 3 day))')
    expect(whenOf('{ age: { over: { by: owner.active, false: 3 days } } }')).toBe(
      'any(all(owner.active is [false], age over 3 day))',
    )
  })
  test('`expected` is the span of the stage, by pipeline', () => {
    expect(whenOf('{ time_in_stage: { over: 2 x expected } }')).toBe(
      'any(all(pipeline is ["new-business"], any(all(stage is ["discovery"], time_in_stage over 2 x 14 day), ' +
        'all(stage is ["proposal"], time_in_stage over 2 x 21 day))), ' +
        'all(pipeline is ["renewal"], any(all(stage is ["due"], time_in_stage over 2 x 1 month))))',
    )
    expect(whenOf('{ time_in_bin: { over: expected } }', 'account')).toBe(
      'any(all(bin is ["working"], time_in_bin over 30 day), all(bin is ["check-back"], time_in_bin over 1 quarter))',
    )
  })
})
