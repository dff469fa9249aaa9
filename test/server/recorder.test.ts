import { describe, expect, test } from 'vitest'
import type { Circumstances } from '../../src/server/operation.js'
import { openRecorder } from '../../src/server/recording/recorder.js'
import { StoreError } from '../../src/store/errors.js'
import { databases } from '../support/databases.js'
import { type Bench, callerOf, openBench } from './support.js'

const DEAL = { name: 'Pumps', stage: 'discovery', owner: 'dana' }

/** A recorder over the store of a bench, of which each transaction is told beforehand and may be made to fail. */
function recorderOf({ store, program, now }: Bench, before: (transaction: number) => void = () => undefined) {
  let transactions = 0
  const watched = {
    ...store,
    write: ((closure) => {
      transactions += 1
      const number = transactions
      return store.write(async (tx) => {
        const made = await closure(tx)
        before(number)
        return made
      })
    }) as typeof store.write,
  }
  const ask = openRecorder(watched)
  const record = (id: string, values: Record<string, string> = DEAL, caller = callerOf()) =>
    ask({
      asked: { caller, program, now: now(), key: null } as unknown as Circumstances,
      wish: { said: { record: 'opportunities', id, values } },
      later: () => ({ status: 202 }),
    })
  return { record, transactions: () => transactions }
}

const outcomes = (settled: readonly PromiseSettledResult<unknown>[]) =>
  settled.map((one) => (one.status === 'fulfilled' ? 'granted' : (one.reason as Error).message))

describe.each(databases)('recording in company, on $name', (database) => {
  test('those that come at once share a transaction where one connection writes; what is refused is its own affair', async () => {
    const bench = await openBench(database)
    const { record, transactions } = recorderOf(bench)
    const all = await Promise.allSettled([
      record('OPP-1'),
      record('OPP-2', { ...DEAL, stage: 'nowhere' }),
      record('OPP-3', DEAL, callerOf({ id: 'token:other' })),
      record('OPP-4', { ...DEAL, owner: 'lee' }, callerOf({ id: 'dana', sees: { is: 'own', person: 'dana' } })),
    ])
    expect(outcomes(all)).toEqual([
      'granted',
      expect.stringContaining('nowhere'),
      'granted',
      'A new opportunity needs an owner whose records this caller sees.',
    ])
    expect(transactions()).toBe(bench.store.writesAlone ? 1 : 4)
    expect(await bench.store.opportunity('OPP-3')).toMatchObject({ name: 'Pumps' })
    expect(await bench.store.opportunity('OPP-4')).toBeNull()
  })

  test('of two that come for the same version of a record one is granted', async () => {
    const { json, store } = await openBench(database)
    const made = await json('PUT', '/opportunities/OPP-1', DEAL)
    const ifMatch = { 'if-match': made.headers.get('etag') ?? '' }
    const both = await Promise.all([
      json('PATCH', '/opportunities/OPP-1', { name: 'Pipes' }, ifMatch),
      json('PATCH', '/opportunities/OPP-1', { next_step: 'call' }, ifMatch),
    ])
    const statuses = both.map(({ status }) => status)
    // Where many write, either may come first; never both.
    const inOrder = store.writesAlone ? statuses : statuses.toSorted()
    expect(inOrder).toEqual([202, 412])
    const left = statuses[0] === 202 ? { name: 'Pipes', next_step: null } : { name: 'Pumps', next_step: 'call' }
    expect(await store.opportunity('OPP-1')).toMatchObject(left)
  })

  test('the version that is answered is the one that is read', async () => {
    const { json } = await openBench(database)
    const values = { ...DEAL, name: 'cut in the middle \ud83d', next_step: 'nul \u0000' }
    const put = await json('PUT', '/opportunities/OPP-1', values)
    const read = await json('GET', '/opportunities/OPP-1')
    expect(read.headers.get('etag')?.split('.')[0]).toBe(put.headers.get('etag')?.replace(/"$/, ''))
  })

  test('what one of them breaks by a mistake of ours the others do not pay for', async () => {
    const bench = await openBench(database)
    // All together, then each alone; or each alone from the first.
    const breaks = bench.store.writesAlone ? [1, 3] : [2]
    const { record, transactions } = recorderOf(bench, (transaction) => {
      if (breaks.includes(transaction)) throw new TypeError('a mistake of ours')
    })
    const all = await Promise.allSettled([record('OPP-1'), record('OPP-2'), record('OPP-3')])
    expect(outcomes(all)).toEqual(['granted', 'a mistake of ours', 'granted'])
    expect(transactions()).toBe(bench.store.writesAlone ? 4 : 3)
    expect(await bench.store.opportunity('OPP-2')).toBeNull()
  })

  test('where the database cannot write all are told so, once', async () => {
    const bench = await openBench(database)
    const { record, transactions } = recorderOf(bench, () => {
      throw new StoreError('full', 'There is no room.')
    })
    expect(outcomes(await Promise.allSettled([record('OPP-1'), record('OPP-2')]))).toEqual([
      'There is no room.',
      'There is no room.',
    ])
    expect(transactions()).toBe(bench.store.writesAlone ? 1 : 2)
    expect(await bench.store.opportunity('OPP-1')).toBeNull()
  })
})

describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))('where many write, on $name', (database) => {
  test('a family that somebody holds keeps nobody else waiting', async () => {
    const bench = await openBench(database)
    const { record } = recorderOf(bench)
    await record('OPP-1')
    let letGo: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const holder = bench.store.write(async (tx) => {
      await tx.updateTable('opportunities').set({ next_step: 'held' }).where('id', '=', 'OPP-1').execute()
      await held
    })
    const waits = record('OPP-1', { ...DEAL, name: 'Pipes' })
    await Promise.all(Array.from({ length: 4 }, (_, i) => record(`OPP-${i + 2}`)))
    letGo()
    await holder
    expect(await waits).toMatchObject({ granted: { outcome: 'changed' } })
    expect(await bench.store.opportunity('OPP-1')).toMatchObject({ name: 'Pipes', next_step: 'held' })
  })
})
