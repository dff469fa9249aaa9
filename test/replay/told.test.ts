import { describe, expect, test } from 'vitest'
import { apply, record } from '../../src/app.js'
import { loadRules } from '../../src/config/load.js'
import type { Incoming } from '../../src/domain/incoming.js'
import { readSaid, type Said } from '../../src/intake/record.js'
import { gatherNotices } from '../../src/letters/gather.js'
import { HOUR } from '../../src/lib/civil.js'
import type { Program } from '../../src/program/program.js'
import { replay } from '../../src/replay/run.js'
import { createWorld } from '../../src/replay/world.js'
import { openStore } from '../../src/store/open.js'
import { databases } from '../support/databases.js'

/** Monday, nine in the morning in London: the window of half past eight is over. */
const T = Date.UTC(2026, 2, 2, 9)

const rulesAt = (time: string) => `
calendar: { timezone: Europe/London }
notifications: { gather: { at: "${time}" } }
limits: { per_run: { share: 100% } }
pipelines: { main: { stages: { first: {} } } }
rules: { new: { for: opportunity, when: { stage: first }, then: [{ notify: owner }] } }
`
const programAt = (time: string) => loadRules([{ path: 'r.yaml', text: rulesAt(time) }]).program as Program

describe.each(databases)('what waits to be told, in a world and on $name', ({ place }) => {
  async function lived(happens: (now: number) => { said?: Said[]; program?: Program }) {
    const at = place()
    const store = await openStore(at.url, { create: true, now: T })
    const world = createWorld()
    const clock = { id: 'test', command: 'apply', clock: T }
    let program = programAt('08:30')
    await apply(store, program, T, clock)
    let own = world.bringIntoForce(program, T)
    const [told, toldInWorld]: [number[], number[]] = [[], []]
    for (let now = T; now <= T + 48 * HOUR; now += HOUR / 2) {
      const { said = [], program: next } = happens(now)
      if (next) {
        program = next
        own = world.bringIntoForce(program, now)
      }
      await record(store, program, said, { by: 'crm', now })
      for (const one of said) {
        const incoming = readSaid(one, program.vocabulary, 1) as Incoming
        world.take({ do: 'record', record: incoming }, { at: now, by: 'crm' })
      }
      await apply(store, program, now, { ...clock, clock: now })
      // As the loop does: when the time has come, and after new rules.
      const waits = await store.nextGathering()
      if (next || (waits !== null && waits <= now)) {
        const { letters } = await gatherNotices(store, program, now)
        if (letters.length > 0) told.push((now - T) / HOUR)
      }
      const on = (one: { is: string }) => void (one.is === 'letter' && toldInWorld.push((now - T) / HOUR))
      await replay(world, own, { from: now, to: now, on })
    }
    await store.close()
    await at.remove()
    expect(toldInWorld).toEqual(told)
    return told
  }
  const dana = (timezone: string): Said => ({ record: 'people', id: 'dana', values: { name: 'Dana', timezone } })
  const deal: Said = { record: 'opportunities', id: 'o1', values: { stage: 'first', owner: 'dana' } }
  const begin = (now: number) => (now === T ? [dana('Europe/London'), deal] : [])

  test('waits for the next window of the person', async () => {
    expect(await lived((now) => ({ said: begin(now) }))).toEqual([23.5])
  })

  test('is looked at again where the person moves to another zone', async () => {
    const moved = (now: number) => (now === T + HOUR ? [dana('America/New_York')] : begin(now))
    expect(await lived((now) => ({ said: moved(now) }))).toEqual([4.5])
  })

  test('is looked at again under rules that gather at another time', async () => {
    const changed = (now: number) => (now === T + HOUR ? { program: programAt('11:30') } : {})
    expect(await lived((now) => ({ said: begin(now), ...changed(now) }))).toEqual([2.5])
  })
})
