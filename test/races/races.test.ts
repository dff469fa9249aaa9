import { afterAll, describe, expect, it } from 'vitest'
import { apply } from '../../src/app.js'
import type { Store } from '../../src/store/store.js'
import { chance } from '../support/chance.js'
import { databases, type Place, shareStore } from '../support/databases.js'
import { openPaced, openWatch, type PacedStore, type Watch } from '../support/paced.js'
import { interleave, type Pace } from '../support/turns.js'
import { ACTORS, bring, eitherOrder, isRefusal, type Steps } from './actors.js'
import {
  contradictions,
  type Everything,
  families,
  illegal,
  keepAll,
  lost,
  readAll,
  restoreAll,
  runToQuiet,
} from './oracle.js'
import { INTERLEAVINGS } from './size.js'
import { BEFORE, FILES, T0, T1 } from './world.js'

const names = Object.keys(ACTORS)
const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b] as const))

describe.each(databases)('two at once on $name', ({ place }) => {
  let at: Place
  let store: Store
  let watch: Watch
  let paced: [PacedStore, PacedStore]
  shareStore(place, async (opened, there) => {
    store = opened
    at = there
    for (const kind of ['people', 'accounts', 'opportunities'] as const) await bring(store, kind, FILES[kind], T0)
    await apply(store, BEFORE, T0, { id: 'first', command: 'apply', clock: T0 })
    await keepAll(store)
    watch = await openWatch(at)
    paced = [await openPaced(at, 'one'), await openPaced(at, 'other')]
  })
  afterAll(async () => {
    for (const one of paced) await one.close()
    await watch.close()
  })

  /** What comes of steps one after the other. */
  const serially = async (steps: Steps): Promise<Everything> => {
    await restoreAll(store)
    for (const step of steps) {
      await step(store).catch((error: unknown) => {
        if (!isRefusal(error)) throw error
      })
    }
    await runToQuiet(store)
    expect(await lost(store)).toEqual([])
    return readAll(store)
  }

  it.each(pairs)('%s and %s end as if one had come after the other', { timeout: 600_000 }, async (a, b) => {
    const [one, other] = [ACTORS[a]!, ACTORS[b]!]
    const moved = a === 'import' || b === 'import'
    const endOf = async (steps: Steps) => families(await serially(steps), { moved })
    const either: string[][] = []
    for (const order of eitherOrder(a, b)) either.push(await endOf(order))
    const early = { late: false, at: T1 }
    const alone = { one: await endOf(one(early)), other: await endOf(other(early)) }
    for (let seed = 1; seed <= INTERLEAVINGS; seed += 1) {
      await restoreAll(store)
      const act = (steps: Steps, on: PacedStore) => async (pace: Pace) => {
        on.pace = pace
        for (const step of steps) await step(on.store)
        on.pace = null
      }
      const coming = { late: seed % 2 === 0, at: T1 }
      const acts = { one: act(one(coming), paced[0]), other: act(other(coming), paced[1]) }
      const ended = await interleave(chance(seed), acts, watch.waiting)
      const refused = { one: false, other: false }
      for (const who of ['one', 'other'] as const) {
        const end = ended[who]!
        if (!('error' in end)) continue
        if (!isRefusal(end.error)) throw new Error(`seed ${seed}: ${end.error.stack}`)
        refused[who] = true
      }
      const meanwhile = await readAll(store)
      await runToQuiet(store)
      const after = await readAll(store)
      const wrong = [...illegal(meanwhile), ...illegal(after), ...contradictions(after)]
      expect(wrong, `seed ${seed}`).toEqual([])
      const allowed = [...either, ...(refused.one ? [alone.other] : []), ...(refused.other ? [alone.one] : [])]
      families(after, { moved }).forEach((family, i) => {
        const outcomes = allowed.map((families) => families[i])
        if (!outcomes.includes(family)) expect(family, `seed ${seed}`).toBe(outcomes[0])
      })
    }
  })
})
