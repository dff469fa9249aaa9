import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { failing, missingIs } from '../../src/analysis/satisfy/failing.js'
import { satisfy, seenBy } from '../../src/analysis/satisfy/satisfy.js'
import type { Condition } from '../../src/conditions/tree.js'
import { verdict } from '../../src/conditions/verdict.js'
import { isRulesFile, loadRules } from '../../src/config/load.js'
import type { Family, SubjectKind } from '../../src/domain/subjects.js'
import { conditionData } from '../../src/program/meaning.js'
import { type Chance, chance } from '../support/chance.js'
import { randomCondition, randomLeaf } from '../support/conditions.js'
import { randomAccount, randomOpportunity } from '../support/subjects.js'

const NOW = Date.UTC(2026, 2, 18, 15)
const dir = new URL('../../rules/', import.meta.url)
const files = readdirSync(dir)
  .filter(isRulesFile)
  .map((path) => ({ path, text: readFileSync(new URL(path, dir), 'utf8') }))
const { program } = loadRules(files)
if (!program) throw new Error('The packs load.')

/** A subject as an import may leave it, with its account or without. */
function someSubject(at: Chance, kind: SubjectKind) {
  const { vocabulary } = program as NonNullable<typeof program>
  const account =
    kind === 'account' || at.often(0.7)
      ? randomAccount(at, NOW, vocabulary, {
          id: 'acme',
          bin: at.pick([...(vocabulary.assemblyLine?.bins.keys() ?? [])]),
        })
      : null
  const opportunities = at.times(kind === 'opportunity' ? at.int(1, 3) : at.int(0, 3), (i) =>
    randomOpportunity(at, NOW, vocabulary, { id: `deal-${i + 1}`, account: account?.id ?? null }),
  )
  const family: Family = { account, opportunities: account ? opportunities : opportunities.slice(0, 1) }
  const row = kind === 'account' ? account : family.opportunities[0]
  return { ref: { kind, id: row?.id ?? '' }, family, people: new Map() }
}

describe('a subject that a condition holds of', () => {
  test('is never said to be impossible while there is one', () => {
    for (let seed = 1; seed <= 600; seed += 1) {
      const at = chance(seed)
      const kind = at.pick(['account', 'opportunity'] as const)
      const subject = someSubject(at, kind)
      const seen = seenBy(program, subject, NOW)
      const facts = [...program.facts[kind].values()]
      const parts: Condition[] = at.times(at.int(2, 8), () => {
        const leaf: Condition = at.often(0.8)
          ? randomLeaf(at, at.pick(facts), seen)
          : randomCondition(at, program.facts[kind], seen, 2)
        return verdict(leaf, seen).holds ? leaf : failing(leaf)
      })
      const condition: Condition = { is: 'all', parts }
      expect(verdict(condition, seen).holds, `seed ${seed}`).toBe(true)
      const answer = satisfy(program, kind, condition, NOW)
      expect(answer.is, `seed ${seed}: ${JSON.stringify(conditionData(condition))}`).not.toBe('impossible')
    }
  })
  test('has no account where something is missing that every account has', () => {
    const ofAccounts = [...program.facts.opportunity.values()].filter(
      ({ name, neverMissing }) => name.startsWith('account.') && neverMissing,
    )
    expect(ofAccounts.map(({ name }) => name)).toContain('account.incomplete')
    for (const fact of ofAccounts) {
      const answer = satisfy(program, 'opportunity', missingIs(fact, true), NOW)
      expect(answer, fact.name).toMatchObject({ is: 'possible', subject: { family: { account: null } } })
    }
  })

  test('may have no group: its bin may be none of the line any more', () => {
    const group = program.facts.account.get('group')
    if (!group) throw new Error('The packs have a line.')
    expect(satisfy(program, 'account', missingIs(group, true), NOW).is).not.toBe('impossible')
  })
})
