import { CHANGED_WITH } from '../domain/change.js'
import { ANYTHING, OF_ITS_OPPORTUNITIES } from '../domain/wakes.js'
import type { Fact } from './fact.js'
import { own } from './side.js'

/**
 * May a fact be another when the one named `changed` is, itself or what follows from it? `changed` is named as beside the fact: plain
 * of the same subject, `account.…` of an opportunity's account, `opportunities.…` of any opportunity of the account.
 */
export function follows({ restsOn }: Fact, changed: string): boolean {
  if (!restsOn || restsOn.includes(ANYTHING)) return true
  const [, side = '', name = ''] = /^(account\.|opportunities\.)?(.*)$/s.exec(changed) ?? []
  // An opportunity is one of those of its account.
  const sides = side === '' ? ['', OF_ITS_OPPORTUNITIES] : [side]
  const columns = [name, ...(own(CHANGED_WITH, name) ?? [])]
  return columns.some((column) => sides.some((one) => restsOn.includes(one + column)))
}
