import { describe, expect, test } from 'vitest'
import type { Fact } from '../../src/facts/fact.js'
import { conditionData } from '../../src/program/meaning.js'
import { writeCursor } from '../../src/server/cursor.js'
import { conditionOf } from '../../src/server/filters.js'
import { databases } from '../support/databases.js'
import { openBench } from './support.js'

const STATES = ['pending', 'open', 'held']
const FINDINGS = ['findings', STATES, null, null, null, null, null]
const LISTS: readonly [path: string, list: unknown, kept: unknown[]][] = [
  ['/people', ['people', null, null], ['dana']],
  ['/contacts', ['contacts', null, null], ['c-1']],
  ['/tasks', ['tasks', 'open', null, null, null, null], [1, 'x']],
  ['/letters', ['letters', null, null], [1, 'x']],
  ['/findings', FINDINGS, ['no-amount', 'opportunity', 'OPP-1', 1]],
]
const MADE_UP = [
  null,
  5,
  {},
  'dana',
  [],
  [{}],
  [[1]],
  [true, 'x'],
  ['x', 'x'],
  [1e300, 'x'],
  [1.5, 'x'],
  ['no-amount', 'opportunity', 'OPP-1', 1.5],
  ['a\0'],
  [1, 2, 3, 4, 5],
]

describe.each(databases)('a cursor that somebody made, on $name', (database) => {
  test.each(LISTS)('is refused in the list %s, and one as the list makes it is not', async (path, list, kept) => {
    const { ask, errors } = await openBench(database)
    const answerTo = async (keys: unknown) =>
      (await ask('GET', `${path}?cursor=${writeCursor(list, keys as string[])}`)).status
    expect(await answerTo(kept)).toBe(200)
    for (const keys of MADE_UP) expect(await answerTo(keys), JSON.stringify(keys)).toBe(422)
    expect(errors).toEqual([])
  })

  test('is refused where it has no keys as the list is sorted by', async () => {
    const { json, errors } = await openBench(database)
    for (const [n, id] of ['OPP-1', 'OPP-2'].entries())
      await json('PUT', `/opportunities/${id}`, { stage: 'discovery', amount: n, name: id, owner: 'dana' })
    for (const sort of ['amount', 'stage', 'created', 'name', 'owner.active', '-health', 'age', 'close_date']) {
      const path = `/opportunities?limit=1&sort=${sort}`
      const { next, opportunities } = (await json('GET', path)).body
      const rest = await json('GET', `${path}&cursor=${next}`)
      expect(rest.body.opportunities, sort).toHaveLength(1)
      expect(rest.body.opportunities[0].id).not.toBe(opportunities[0].id)
    }
    expect(errors).toEqual([])
  })

  test('is refused, or leads somewhere, whatever number stands where a list is sorted by numbers', async () => {
    const { ask, errors, program } = await openBench(database)
    const isNumber = ({ kind, choices }: Fact) => !choices && !['text', 'choice', 'flag', 'date'].includes(kind)
    for (const kind of ['opportunity', 'account'] as const) {
      const when = conditionData(conditionOf(kind, program, { when: undefined, filters: [] }))
      for (const { name, kind: fact } of [...program.facts[kind].values()].filter(isNumber)) {
        const path = `/${kind === 'account' ? 'accounts' : 'opportunities'}?sort=${name}`
        const list = [kind, when, [[name, false]], null]
        const answerTo = async (number: number) =>
          (await ask('GET', `${path}&cursor=${writeCursor(list, [number, 'x'])}`)).status
        const asked = await Promise.all([0, 2 ** 40, -(2 ** 40), 1.5, 1e-7].map(answerTo))
        const fraction = fact === 'number' ? 200 : 422
        expect(asked, name).toEqual([200, 200, 200, fraction, fraction])
      }
    }
    expect(errors).toEqual([])
  })
})
