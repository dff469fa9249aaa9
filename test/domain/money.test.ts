import { expect, test } from 'vitest'
import { rateOf } from '../../src/domain/money.js'
import { gravestFirst } from '../../src/notices/message.js'
import { addUp } from '../../src/reports/money.js'

const money = { currency: 'USD', rates: { EUR: 1.1 } }

test('a rate is 1 of the own currency, what the rules say of others, and unknown of any other text', () => {
  expect([null, 'USD', 'EUR', 'CHF'].map((one) => rateOf(money, one))).toEqual([1, 1, 1.1, null])
  expect(['constructor', 'toString', '__proto__', ''].map((one) => rateOf(money, one))).toEqual([
    null,
    null,
    null,
    null,
  ])
})

test('odd currencies are worth their number in the order of a message, and stay apart in sums', () => {
  const line = (subject: string, amount: number, currency: string | null) => ({
    ...{ rule: 'quiet', kind: 'opportunity' as const, subject, episode: '1', name: null, account: null, owner: null },
    ...{ amount, currency, severity: 'watch' as const },
  })
  const lines = [line('A', 1000, null), line('B', 3000, 'constructor'), line('C', 2000, 'USD'), line('D', 1900, 'EUR')]
  expect(gravestFirst(lines, money).map(({ subject }) => subject)).toEqual(['B', 'D', 'C', 'A'])
  expect(addUp(lines, money)).toEqual([
    { currency: 'USD', amount: 5090n },
    { currency: 'constructor', amount: 3000n },
  ])
})
