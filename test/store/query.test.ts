import { describe, expect, it } from 'vitest'
import { operatorNamed } from '../../src/conditions/operators.js'
import type { Condition, Operand } from '../../src/conditions/tree.js'
import { factsFor } from '../../src/facts/table.js'
import type { Store } from '../../src/store/store.js'
import { chance } from '../support/chance.js'
import { databases, shareStore } from '../support/databases.js'
import { account, NOW, opportunity, put } from '../support/plans.js'
import { randomVocabulary } from '../support/vocabularies.js'

const plain = randomVocabulary(chance(5), 'UTC')
const NAMES = ['Émile', 'emile', 'EMILE', '100%', '100x', 'a_b', 'axb', "O'Neill", '"quoted"', 'back\\slash', '', null]

describe.each(databases)('asking by a condition on $name', ({ place }) => {
  let store: Store
  shareStore(place, async (opened) => {
    store = opened
    await put(
      store,
      [account('gone', { deleted_at: 1, segment: 'smb' }), account('here', { segment: 'smb' })],
      [
        ...NAMES.map((name, i) => opportunity(`o${String(i).padStart(2, '0')}`, { name })),
        opportunity('with', { account: 'here', name: 'x' }),
        opportunity('without', { account: 'gone', name: 'x' }),
        opportunity('deleted', { name: 'Émile', deleted_at: 1 }),
      ],
    )
  })
  const ask = (fact: string, operator: string, operand: Operand) => {
    const found = factsFor('opportunity', plain).get(fact)!
    const when: Condition = { is: 'leaf', fact: found, operator: operatorNamed(operator, found.kind), operand }
    return store.idsWhere({ subject: 'opportunity', when, now: NOW, vocabulary: plain, people: new Map() })
  }
  const named = async (operator: string, operand: Operand) =>
    (await ask('name', operator, operand)).filter((id) => id.startsWith('o')).map((id) => NAMES[Number(id.slice(1))])
  const text = (of: string): Operand => ({ is: 'text', text: of })
  const values = (...of: string[]): Operand => ({ is: 'values', values: of })

  it('compares texts as they are: no capitals, accents or wildcards are overlooked', async () => {
    expect(await named('is', values('emile'))).toEqual(['emile'])
    expect(await named('is', values('Émile'))).toEqual(['Émile'])
    expect(await named('contains', text('%'))).toEqual(['100%'])
    expect(await named('contains', text('_'))).toEqual(['a_b'])
    expect(await named('contains', text("'"))).toEqual(["O'Neill"])
    expect(await named('contains', text('\\'))).toEqual(['back\\slash'])
    expect(await named('starts_with', text('"'))).toEqual(['"quoted"'])
    expect(await named('starts_with', text('É'))).toEqual(['Émile'])
    expect(await named('is', values(''))).toEqual([''])
  })

  it('an opportunity of a deleted account has none', async () => {
    expect(await ask('account.segment', 'is', values('smb'))).toEqual(['with'])
  })
})
