import { type Condition, leavesOf } from '../conditions/tree.js'
import type { Vocabulary } from '../domain/vocabulary.js'
import { ANYTHING, OF_ITS_OPPORTUNITIES, type Wakes } from '../domain/wakes.js'
import { factsFor } from '../facts/table.js'

/** What subjects are judged by: the conditions of opportunities, and those that score accounts. */
interface Judged {
  /** Whether rules, moves or scores in force are about accounts. */
  accounts: boolean
  opportunities: readonly Condition[]
  scores: readonly Condition[]
}

/** What a change of one subject may mean to the others of its family, by all that they are judged by. */
export function wakesOf(vocabulary: Vocabulary, { accounts, opportunities, scores }: Judged): Wakes {
  const own = factsFor('account', vocabulary)
  const rests = new Set<string>()
  const read = (name: string): void => {
    for (const one of own.get(name)?.restsOn ?? [ANYTHING]) rests.add(one)
  }
  // What a stage requires may be a fact of the account: an opportunity is incomplete, or kept back, for want of it.
  const required = [...vocabulary.pipelines.values()].flatMap(({ stages }) =>
    stages.flatMap(({ requires }) => requires),
  )
  for (const name of [...opportunities.flatMap(factsIn), ...required])
    if (name.startsWith(OF_ACCOUNT)) read(name.slice(OF_ACCOUNT.length))
  if (rests.has('score')) for (const name of scores.flatMap(factsIn)) read(name)
  if (rests.has(ANYTHING)) rests.add(OF_ITS_OPPORTUNITIES + ANYTHING)
  const isSiblings = (name: string) => name.startsWith(OF_ITS_OPPORTUNITIES)
  return {
    accounts,
    account: new Set([...rests].filter((name) => !isSiblings(name))),
    siblings: new Set([...rests].filter(isSiblings).map((name) => name.slice(OF_ITS_OPPORTUNITIES.length))),
  }
}

const OF_ACCOUNT = 'account.'
const factsIn = (condition: Condition): string[] => leavesOf(condition).map(({ fact }) => fact.name)
