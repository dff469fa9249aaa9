import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../src/app.js'
import { isStateEffect } from '../../src/domain/effects.js'
import type { Finding } from '../../src/domain/findings.js'
import type { Incoming } from '../../src/domain/incoming.js'
import type { Life } from '../../src/domain/life.js'
import type { Person } from '../../src/domain/subjects.js'
import { peopleUnder } from '../../src/engine/snapshots.js'
import { gatherNotices } from '../../src/letters/gather.js'
import { type Instant, NEVER } from '../../src/lib/instant.js'
import { prepare } from '../../src/replay/backtest.js'
import { pastOf } from '../../src/replay/past.js'
import type { Letter } from '../../src/replay/telling.js'
import { openStore } from '../../src/store/open.js'
import * as rows from '../../src/store/rows.js'
import type { Store } from '../../src/store/store.js'
import { take } from '../../src/store/take.js'
import { databases } from '../support/databases.js'
import { isAllowed, NOW, program, readLives } from './example-company.js'

const process = { id: 'test', command: 'test', clock: NOW }
/** Enough families to see many kinds of life, few enough for some seconds: a database in a process of its own takes longer. */
const SOME: Readonly<Record<string, number>> = { SQLite: 35, PostgreSQL: 70 }

/** Feeds what happened to a store one by one, and lets the engine go round at every instant at which something is due. */
async function liveThrough(store: Store, lives: readonly Life[], people: readonly Person[], from: Instant) {
  const changes = lives.flatMap(pastOf).sort((a, b) => a.at - b.at)
  const bring = (records: readonly Incoming[], now: Instant) =>
    store.write(async (tx) => {
      const { vocabulary, wakes, digest } = program
      const under = { vocabulary, wakes, digest, people: peopleUnder(program, new Map()) }
      return take(tx, store, records, { source: 'history', as: 'event', by: 'history', now }, under)
    })
  await bring(
    people.map(({ id, ...values }) => ({ record: 'people', id, line: 0, values }) as Incoming),
    from,
  )
  let rejected = 0
  let rounds = 0
  for (let at = from, i = 0; at <= NOW; ) {
    for (; changes[i] && (changes[i] as (typeof changes)[number]).at <= at; i += 1) {
      const { change } = changes[i] as (typeof changes)[number]
      if (change.do !== 'record') throw new Error('A past is told by records.')
      const [taken] = await bring([change.record], at)
      if (taken?.outcome === 'rejected') rejected += 1
    }
    await apply(store, program, at, process)
    await gatherNotices(store, program, at)
    await deliver(store)
    rounds += 1
    const number = (await store.inForce())?.number ?? 0
    const [due, telling] = [await store.nextDue(number), await store.nextGathering()]
    const next = Math.min(due ?? NEVER, telling ?? NEVER, changes[i]?.at ?? NEVER)
    if (next <= at) throw new Error(`At ${new Date(at).toISOString()} something stays due.`)
    at = next
  }
  return { changes: changes.length, rejected, rounds }
}

/** A letter is out as soon as it is written. */
const deliver = (store: Store) =>
  store.write(async (tx) => {
    await tx.updateTable('letters').set({ state: 'delivered', next_at: null }).where('state', '=', 'waiting').execute()
  })

const sorted = (texts: Iterable<string>): string[] => [...texts].sort()
const TOLD: (keyof Finding)[] = [
  ...(['rule', 'kind', 'id', 'episode', 'state', 'pending_since'] as const),
  ...(['opened_at', 'resolved_at', 'resolved_because', 'reminded', 'escalated'] as const),
]
const sayFinding = (finding: Finding) => JSON.stringify(finding, TOLD)

/** What a store has of findings, of what rules moved, and of letters. */
async function toldBy(store: Store) {
  const read = await store.read(async (tx) => ({
    history: (await tx.selectFrom('history').selectAll().where('by', 'like', 'rule:%').execute()).map(
      rows.history.decode,
    ),
    exact: await tx.selectFrom('letters').select('id').where('state', '<>', 'withdrawn').execute(),
    notices: await tx.selectFrom('notices').select(['id', 'letter']).where('letter', 'is not', null).execute(),
  }))
  return {
    findings: sorted((await store.findings()).map(sayFinding)),
    moves: sorted(
      read.history.map(({ kind, id, fact, to, at, by }) => `${kind}/${id} ${fact} ${to} at ${at} by ${by}`),
    ),
    letters: sorted(read.exact.map(({ id }) => id)),
    notices: sorted(read.notices.map(({ id, letter }) => `${id} in ${letter}`)),
  }
}

/** The same of a replay of lives. */
async function toldByReplay(lives: readonly Life[], people: readonly Person[], from: Instant) {
  const { world, live } = prepare(program, { people: new Map(people.map((one) => [one.id, one])), from, to: NOW })
  const letters: Letter[] = []
  const moves: string[] = []
  await live(lives, {
    letters: true,
    on: (one) => {
      if (one.is === 'letter') letters.push(one.letter)
      if (one.is !== 'intent') return
      for (const effect of one.intent.effects.filter(isStateEffect)) {
        const fact = { set_status: 'status', move_stage: 'stage', move_bin: 'bin', assign: 'owner', set_field: '' }[
          effect.kind
        ]
        const { kind, id } = effect.subject
        moves.push(`${kind}/${id} ${fact} ${effect.to} at ${one.at} by rule:${one.intent.rule}`)
      }
    },
  })
  return {
    findings: sorted(world.findings().map(sayFinding)),
    moves: sorted(moves),
    letters: sorted(letters.map(({ id }) => id)),
    notices: sorted(letters.flatMap(({ notices }) => notices.map(({ id, letter }) => `${id} in ${letter}`))),
  }
}

describe.each(databases)('history replayed is history lived, on $name', ({ name, place }) => {
  const at = place()
  let store: Store
  let lives: Life[]
  let people: readonly Person[]
  let from: Instant
  let lived: Awaited<ReturnType<typeof liveThrough>>
  beforeAll(async () => {
    const read = await readLives(place())
    lives = read.lives.filter(isAllowed).filter((_, i) => i % (SOME[name] ?? 1) === 0)
    people = read.people
    from = Math.min(...lives.flatMap(pastOf).map((one) => one.at))
    store = await openStore(at.url, { create: true, now: from })
    lived = await liveThrough(store, lives, people, from)
  }, 240_000)
  afterAll(async () => {
    await store.close()
    await at.remove()
  })

  test('the same findings, moves and letters as of a store that was told everything as it happened', async () => {
    const [live, replayed] = [await toldBy(store), await toldByReplay(lives, people, from)]
    expect(lived.rejected).toBe(0)
    expect(Math.min(live.findings.length / 10, live.moves.length / 3, live.letters.length / 10)).toBeGreaterThanOrEqual(
      1,
    )
    expect(replayed).toEqual(live)
  })

  test('and as of the history that this store then has, with what rules did in it', async () => {
    const refs = await store.everyFamily()
    const again = await toldByReplay(await store.lives(refs), people, from)
    expect(again).toEqual(await toldBy(store))
  })
})
