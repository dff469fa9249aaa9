import { describe, expect, test } from 'vitest'
import { apply, record } from '../../src/app.js'
import { loadRules } from '../../src/config/load.js'
import type { Incoming } from '../../src/domain/incoming.js'
import { readSaid, type Said } from '../../src/intake/record.js'
import { DAY } from '../../src/lib/civil.js'
import type { Program } from '../../src/program/program.js'
import { replay } from '../../src/replay/run.js'
import { createWorld } from '../../src/replay/world.js'
import type { Store } from '../../src/store/store.js'
import { databases, useStore } from '../support/databases.js'

const T = Date.UTC(2026, 2, 2)
/** No condition reads anything of accounts, nothing is judged of them. */
const RULES = `
pipelines: { main: { stages: { first: {}, second: {}, third: {} } } }
fields: { account: { since: { type: text } } }
limits: { per_run: { share: 100% } }
people: { lee: { name: Lee } }
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, active: { group: nurture }, dead: { group: nurture } }
  moves: [{ from: cold, to: active }, { from: active, to: dead }]
rules:
  greeted: { for: opportunity, when: { stage: first }, then: [{ create_task: { title: "Client since {{ account.fields.since | date: '%Y-%m-%d' }}" } }] }
  signed: { for: opportunity, when: { stage: first, amount: 1 }, then: [{ create_task: { title: "Ask {{ account.owner.name | date: '%Y-%m-%d' }}" } }] }
  buried: { for: opportunity, when: { stage: second }, then: [{ move_bin: dead }] }
`

describe.each(databases)('what waits for its account, in a world and on $name', ({ place }) => {
  const program = loadRules([{ path: 'r.yaml', text: RULES }]).program as Program
  const process = { id: 'test', command: 'apply', clock: T }
  let store: Store
  let world: ReturnType<typeof createWorld>
  let own: Program
  useStore(place, async (opened) => {
    store = opened
    world = createWorld()
    await apply(store, program, T, process)
    own = world.bringIntoForce(program, T)
  })

  async function bring(now: number, ...said: Said[]) {
    await record(store, program, said, { by: 'dana', now })
    for (const one of said) {
      const incoming = readSaid(one, program.vocabulary, 1) as Incoming
      world.take({ do: 'record', record: incoming }, { at: now, by: 'dana' })
    }
  }
  async function go(now: number) {
    await apply(store, program, now, process)
    await replay(world, own, { from: now, to: now })
    const byText = (rows: unknown[]) => rows.map((row) => JSON.stringify(row, Object.keys(row as object).sort())).sort()
    expect(byText(world.holds())).toEqual(byText(await store.holds()))
    expect(byText(world.tasks())).toEqual(byText(await store.tasks()))
  }
  async function when(id: string) {
    const row = await store.opportunity(id)
    expect([world.opportunity(id)?.due, world.opportunity(id)?.last_change]).toEqual([row?.due, row?.last_change])
    return [row?.due, row?.last_change]
  }
  const reasons = async () => (await store.holds()).map(({ key, reason }) => [key[0], reason])
  const titles = async () => (await store.tasks()).map(({ title }) => title)
  const acme = (values: Said['values']): Said => ({ record: 'accounts', id: 'acme', values })
  const deal = (id: string, values: Said['values']): Said => ({
    record: 'opportunities',
    id,
    values: { account: 'acme', owner: 'lee', ...values },
  })

  test('a text that its account made fail is written when that is mended; who has nothing to wait for sleeps on', async () => {
    await bring(
      T,
      acme({ 'fields.since': 'soon' }),
      deal('held', { stage: 'first' }),
      deal('other', { stage: 'third' }),
    )
    await bring(T, deal('other', { name: 'Other' }))
    await go(T)
    expect(await reasons()).toEqual([['greeted', 'failing_text']])
    expect(await when('held')).toEqual([null, T])
    await bring(T + DAY, acme({ 'fields.since': '2024-01-01' }))
    expect([await when('held'), await when('other')]).toEqual([
      [0, T + DAY],
      [null, T],
    ])
    await go(T + DAY)
    expect([await titles(), await reasons()]).toEqual([['Client since 2024-01-01'], []])
    await bring(T + 2 * DAY, acme({ 'fields.since': '2024-01-02' }))
    expect(await when('held')).toEqual([null, T + DAY])
  })

  test('a text that the owner of its account made fail is written when that is mended', async () => {
    const sam = (name: string): Said => ({ record: 'people', id: 'sam', values: { name } })
    await bring(T, sam('Sam'), acme({ owner: 'sam', 'fields.since': '2024-01-01' }))
    await bring(T, deal('held', { stage: 'first', amount: '1' }), deal('other', { stage: 'first' }))
    await go(T)
    expect(await reasons()).toEqual([['signed', 'failing_text']])
    await bring(T + DAY, sam('2024-02-02'))
    expect([await when('held'), await when('other')]).toEqual([
      [0, T + DAY],
      [null, T],
    ])
    await go(T + DAY)
    expect([(await titles()).includes('Ask 2024-02-02'), await reasons()]).toEqual([true, []])
  })

  test('a move that was refused where its account stood is made from where it is allowed', async () => {
    await bring(T, acme({ name: 'Acme' }), deal('held', { stage: 'second' }))
    await go(T)
    expect(await reasons()).toEqual([['buried', 'refused']])
    await bring(T + DAY, acme({ bin: 'active' }))
    await go(T + DAY)
    expect([(await store.account('acme'))?.bin, await reasons()]).toEqual(['dead', []])
    expect(world.account('acme')?.bin).toBe('dead')
  })

  test('an activity of the account is a change of it', async () => {
    await bring(
      T,
      acme({ 'fields.since': 'soon' }),
      deal('held', { stage: 'first' }),
      deal('more', { stage: 'second' }),
    )
    await go(T)
    await bring(T + DAY, {
      record: 'activities',
      id: 'c',
      values: { kind: 'call', at: new Date(T).toISOString(), account: 'acme' },
    })
    expect(await when('held')).toEqual([0, T + DAY])
    await go(T + DAY)
    expect(await when('held')).toEqual([null, T + DAY])
  })
})
