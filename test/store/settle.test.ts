import { afterEach, describe, expect, it } from 'vitest'
import { loadFolder } from '../../src/app.js'
import { commit, plan, settle } from '../../src/engine/run.js'
import type { EngineStore } from '../../src/engine/store.js'
import { DAY, HOUR } from '../../src/lib/civil.js'
import type { Instant } from '../../src/lib/instant.js'
import type { Program } from '../../src/program/program.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import { chance } from '../support/chance.js'
import { databases, type Place } from '../support/databases.js'
import { put } from '../support/plans.js'
import { randomAccount, randomOpportunity } from '../support/subjects.js'

const NOW: Instant = Date.UTC(2026, 2, 15, 12)

/** All that runs leave on subjects and findings. */
async function left(store: Store) {
  return store.read(async (tx) => ({
    accounts: await tx
      .selectFrom('accounts')
      .select(['id', 'bin', 'due', 'due_program', 'score', 'version'])
      .orderBy('id')
      .execute(),
    opportunities: await tx
      .selectFrom('opportunities')
      .select(['id', 'stage', 'status', 'owner', 'due', 'due_program', 'score', 'health', 'levels', 'qualification'])
      .orderBy('id')
      .execute(),
    findings: await tx.selectFrom('findings').selectAll().orderBy('rule').orderBy('kind').orderBy('id').execute(),
    intents: await tx
      .selectFrom('intents')
      .select(['rule', 'kind', 'id', 'episode', 'step', 'effects'])
      .orderBy('rule')
      .orderBy('kind')
      .orderBy('id')
      .orderBy('step')
      .execute(),
  }))
}

/** Plans every family that is due in full, as if nobody could tell in passing that there is nothing to do. */
const inFull = (store: Store): EngineStore => ({
  ...store,
  due: (now, program, which) => store.due(now, program, which),
})

describe.each(databases)('settling what is quiet on $name', ({ place }) => {
  const places: { at: Place; store: Store }[] = []
  afterEach(async () => {
    for (const { at, store } of places.splice(0)) {
      await store.close()
      await at.remove()
    }
  })

  /** The rules that ship over random accounts with their opportunities, some without account, some deleted. */
  async function world(program: Program, seed: number): Promise<Store> {
    const at = place()
    const store = await openStore(at.url, { create: true })
    places.push({ at, store })
    const random = chance(seed)
    const { vocabulary } = program
    const bins = [...(vocabulary.assemblyLine?.bins.keys() ?? [])]
    const fresh = {
      due: 0,
      due_program: 0,
      version: 0,
      last_change: NOW - DAY,
      health: null,
      levels: {},
      qualification: null,
    }
    const accounts = random.times(40, (n) =>
      randomAccount(random, NOW, vocabulary, {
        id: `account-${n}`,
        bin: random.pick(bins),
        deleted_at: random.often(0.05) ? NOW - DAY : null,
        due: 0,
        due_program: 0,
        version: 0,
        score: null,
        last_change: NOW - DAY,
      }),
    )
    const opportunities = random.times(150, (n) =>
      randomOpportunity(random, NOW, vocabulary, {
        ...fresh,
        id: `opportunity-${n}`,
        account: random.maybe(0.15, () => random.pick(accounts).id),
        deleted_at: random.often(0.05) ? NOW - DAY : null,
        score: null,
      }),
    )
    await put(store, accounts, opportunities)
    await store.bringIntoForce({ digest: program.digest, rules: {} }, { id: 'a', command: 'test', clock: NOW }, NOW)
    return store
  }

  it('leaves all as planning everybody in full would, at once and late', async () => {
    const { program } = await loadFolder('rules')
    if (!program) throw new Error('The rules that ship have a problem.')
    const under = { ...program, number: 1, limits: { effects: 1e9, share: 100, amount: null } }
    let settled = 0
    for (const seed of [1, 2]) {
      const [passing, full] = [await world(program, seed), await world(program, seed)]
      for (const now of [NOW, NOW + 6 * HOUR, NOW + 9 * DAY]) {
        const dry = await plan(passing, under, now)
        const whole = await plan(inFull(full), under, now)
        expect(dry.totals).toEqual(whole.totals)
        settled += await settle(passing, under, now)
        const rest = await plan(passing, under, now)
        expect(rest.families.flatMap((f) => f.intents)).toEqual(whole.families.flatMap((f) => f.intents))
        await commit(passing, rest)
        await commit(full, whole)
        expect(await left(passing)).toEqual(await left(full))
      }
    }
    expect(settled).toBeGreaterThan(30)
  })

  it('stops where the kill switch is on, and leaves alone what a later run has looked at', async () => {
    const { program } = await loadFolder('rules')
    if (!program) throw new Error('The rules that ship have a problem.')
    const under = { ...program, number: 1 }
    const store = await world(program, 3)
    await store.stop('lee', NOW)
    await expect(settle(store, under, NOW)).rejects.toThrow('lee')
    await store.resume()
    expect(await settle(store, under, NOW)).toBeGreaterThan(0)
    const after = await left(store)
    expect(await settle(store, { ...under }, NOW - DAY)).toBe(0)
    expect(await left(store)).toEqual(after)
  })
})
