import { describe, expect, test } from 'vitest'
import { apply, record } from '../../src/app.js'
import { loadRules } from '../../src/config/load.js'
import type { Incoming } from '../../src/domain/incoming.js'
import type { SubjectKind } from '../../src/domain/subjects.js'
import { readSaid, type Said } from '../../src/intake/record.js'
import { HOUR } from '../../src/lib/civil.js'
import type { Program } from '../../src/program/program.js'
import { replay } from '../../src/replay/run.js'
import { createWorld } from '../../src/replay/world.js'
import type { Store } from '../../src/store/store.js'
import { databases, useStore } from '../support/databases.js'

const T = Date.UTC(2026, 2, 2)
const RULES = 'pipelines: { main: { stages: { first: {} } } }'

describe.each(databases)('whom a deletion makes due, in a world and on $name', ({ place }) => {
  const program = loadRules([{ path: 'r.yaml', text: RULES }]).program as Program
  let store: Store
  let world: ReturnType<typeof createWorld>
  useStore(place, async (opened) => {
    store = opened
    world = createWorld()
    const process = { id: 'test', command: 'apply', clock: T }
    await apply(store, program, T, process)
    const own = world.bringIntoForce(program, T)
    const deal = (id: string): Said => ({ record: 'opportunities', id, values: { account: 'acme' } })
    const said: Said[] = [{ record: 'accounts', id: 'acme', values: { name: 'Acme' } }, deal('a'), deal('b'), deal('c')]
    await record(store, program, said, { by: 'dana', now: T })
    for (const one of said) {
      const incoming = readSaid(one, program.vocabulary, 1) as Incoming
      world.take({ do: 'record', record: incoming }, { at: T, by: 'dana' })
    }
    await apply(store, program, T, process)
    await replay(world, own, { from: T, to: T })
  })

  async function remove(kind: SubjectKind, id: string, now: number) {
    expect(await store.deleteSubject(kind, id, 'dana', now)).toBe(true)
    expect(world.take({ do: 'delete', subject: { kind, id } }, { at: now, by: 'dana' }).outcome).toBe('done')
  }
  /** Of each subject when it is due, and its last change, in hours after the beginning. */
  async function left() {
    const of = (row?: { due: number | null; last_change: number } | null) => [
      row?.due ?? null,
      ((row?.last_change ?? 0) - T) / HOUR,
    ]
    const stored = { acme: of(await store.account('acme')), a: of(), b: of(), c: of() }
    const lived = { acme: of(world.account('acme')), a: of(), b: of(), c: of() }
    for (const id of ['a', 'b', 'c'] as const) {
      stored[id] = of(await store.opportunity(id))
      lived[id] = of(world.opportunity(id))
    }
    expect(lived).toEqual(stored)
    return stored
  }

  test('of an opportunity: its account and the others', async () => {
    await remove('opportunity', 'a', T + HOUR)
    expect(await left()).toEqual({ acme: [0, 1], a: [null, 1], b: [0, 1], c: [0, 1] })
  })

  test('of an account: its opportunities that live; never itself, also not when one of these goes', async () => {
    await remove('account', 'acme', T + HOUR)
    expect(await left()).toEqual({ acme: [null, 1], a: [0, 1], b: [0, 1], c: [0, 1] })
    await remove('opportunity', 'b', T + 2 * HOUR)
    expect(await left()).toEqual({ acme: [null, 1], a: [0, 1], b: [0, 2], c: [0, 1] })
  })

  test('of an account: none that was deleted before', async () => {
    await remove('opportunity', 'a', T + HOUR)
    await remove('account', 'acme', T + 2 * HOUR)
    expect(await left()).toMatchObject({ a: [null, 1], b: [0, 2], c: [0, 2] })
  })

  test.each([
    ['opportunity', 'a'],
    ['account', 'acme'],
  ] as const)(
    'of an %s under a clock that was set back: at once, and no change is earlier than it was',
    async (kind, id) => {
      await remove(kind, id, T - 5 * HOUR)
      const due = { acme: [0, 0], a: [0, 0], b: [0, 0], c: [0, 0] }
      expect(await left()).toEqual({ ...due, [id]: [null, 0] })
    },
  )
})
