import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/store/store.js'
import { bump } from '../../src/store/versions.js'
import { databases, useStore } from '../support/databases.js'
import { account, inForce, intent, NOW, nothing, opportunity, put, run } from '../support/plans.js'

const FAMILY = { kind: 'account', id: 'a' } as const
const MANY = Array.from({ length: 24 }, (_, i) => i)

describe.each(databases)('many at once on $name', ({ place }) => {
  let store: Store
  useStore(place, async (opened) => {
    store = opened
    await put(store, [account('a'), account('b')], [opportunity('o', { account: 'a' })])
  })
  const version = async (id: string) => (await store.account(id))?.version

  it('who writes one family comes through, one after the other', async () => {
    await Promise.all(MANY.map(() => store.write((tx) => bump(tx, store, [FAMILY]))))
    expect(await version('a')).toBe(MANY.length)
  })

  it('who writes several, in whatever order they name them, does not wait for ever', async () => {
    const [a, b] = [FAMILY, { kind: 'account', id: 'b' } as const]
    await Promise.all(MANY.map((i) => store.write((tx) => bump(tx, store, i % 2 ? [a, b] : [b, a]))))
    expect([await version('a'), await version('b')]).toEqual([MANY.length, MANY.length])
  })

  it('a plan that was made once is carried out once', async () => {
    await inForce(store)
    const key = { rule: 'r', kind: 'opportunity', id: 'o', episode: 1 } as const
    const plan = { ...nothing(FAMILY), intents: [intent(key, 'open')] }
    const reports = await Promise.all(MANY.map(() => store.commit([plan], run())))
    expect(reports.map(({ committed }) => committed).sort()).toEqual([...MANY.slice(1).map(() => 0), 1])
    expect(await store.intents()).toHaveLength(1)
    expect(await version('a')).toBe(1)
  })

  it('a task is done by one person', async () => {
    const task = {
      id: 't',
      rule: 'r',
      kind: 'opportunity',
      subject: 'o',
      episode: 1,
      assignee: 'dana',
      title: 'Call',
    } as const
    const open = { due: null, created_at: NOW, state: 'open', ended_at: null, ended_by: null } as const
    await store.write((tx) =>
      tx
        .insertInto('tasks')
        .values({ ...task, ...open })
        .execute(),
    )
    const acts = await Promise.all(MANY.map((i) => store.completeTask('t', `person${i}`, NOW)))
    expect(acts.filter((act) => act === 'done')).toHaveLength(1)
    const [done] = await store.tasks()
    expect(done?.ended_by).toBe(`person${acts.indexOf('done')}`)
  })

  it('one of several programs comes into force, and the others are told which', async () => {
    const bring = (i: number) =>
      store.bringIntoForce({ digest: `digest${i}`, rules: {} }, { id: `p${i}`, command: 'serve', clock: NOW }, NOW)
    const brought = await Promise.allSettled(MANY.map(bring))
    expect(brought.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const one of brought) if (one.status === 'rejected') expect(one.reason.name).toBe('ProgramHeldError')
    expect((await store.inForce())?.number).toBe(1)
  })

  it('once it is stopped nothing more is written', async () => {
    await inForce(store)
    const touch = (i: number) => {
      const key = { rule: `r${i}`, kind: 'opportunity', id: 'o', episode: 1 } as const
      return store.commit([{ ...nothing({ kind: 'account', id: 'b' }, i), intents: [intent(key, 'open')] }], run())
    }
    let stoppedAt: number | undefined
    const stop = (async () => {
      await store.stop('dana', NOW)
      stoppedAt = (await store.intents()).length
    })()
    for (const i of MANY) {
      const failed = await touch(i).then(
        () => null,
        (error: Error) => error,
      )
      if (failed) {
        expect(failed.name).toBe('StoppedError')
        break
      }
    }
    await stop
    expect((await store.intents()).length).toBe(stoppedAt)
  })
})
