import { beforeAll, expect, test } from 'vitest'
import type { Condition } from '../../src/conditions/tree.js'
import { verdict } from '../../src/conditions/verdict.js'
import type { Incoming } from '../../src/domain/incoming.js'
import type { Life } from '../../src/domain/life.js'
import type { Person, SubjectRef } from '../../src/domain/subjects.js'
import { assess } from '../../src/engine/assess.js'
import { peopleUnder, snapshotOf } from '../../src/engine/snapshots.js'
import type { Snapshot } from '../../src/facts/fact.js'
import { pastOf } from '../../src/replay/past.js'
import { createWorld, type World } from '../../src/replay/world.js'
import { recordsOf } from '../../src/reports/deeds/done.js'
import { smallestChange } from '../../src/reports/deeds/smallest-change.js'
import { ofRule } from '../../src/reports/explain/explain.js'
import { NOW, program, readLives } from '../replay/example-company.js'
import { databases } from '../support/databases.js'
import { parts } from './parts.js'

let lives: Life[]
let people: Map<string, Person>

beforeAll(async () => {
  const read = await readLives(databases[0]!.place())
  lives = read.lives
  people = new Map(read.people.map((one) => [one.id, one]))
})

/** A world in which one family has lived up to now. */
function worldOf(life: Life): World {
  const world = createWorld()
  world.bringIntoForce(program, 0)
  world.put({ people })
  for (const { change, at } of pastOf(life)) world.take(change, { at, by: 'crm', as: 'history', refuses: 'nothing' })
  return world
}

function see(world: World, subject: SubjectRef): Snapshot {
  const state = world.family(subject)!
  const under = peopleUnder(program, world.imported())
  return assess(program, snapshotOf(program, under, state.family, subject, NOW)).snapshot
}

/** What becomes of the rule's condition where somebody sends these records: null where one is refused. */
function after(life: Life, subject: SubjectRef, asked: Condition, records: readonly Incoming[]): boolean | null {
  const world = worldOf(life)
  for (const record of records)
    if (world.take({ do: 'record', record }, { at: NOW, by: 'dana' }).outcome === 'rejected') return null
  return verdict(asked, see(world, subject)).holds
}

test('what is told of the example company is taken and turns the verdict, and no part of it does', async () => {
  const wrong: unknown[] = []
  let [told, tried, silent] = [0, 0, 0]
  for (const life of lives.filter((_, n) => n % 9 === 0)) {
    const world = worldOf(life)
    const { account, opportunities } = life.family
    const subjects: SubjectRef[] = [
      ...(account ? [{ kind: 'account' as const, id: account.id }] : []),
      ...opportunities.slice(-1).map(({ id }) => ({ kind: 'opportunity' as const, id })),
    ]
    for (const subject of subjects) {
      const snapshot = see(world, subject)
      for (const rule of program.rules) {
        if (rule.is === 'event' || rule.for !== subject.kind) continue
        const { holds } = verdict(rule.when, snapshot)
        const asked = ofRule(rule, holds)
        const change = await smallestChange(program, asked, snapshot)
        if (!change) {
          silent += 1
          continue
        }
        told += 1 + change.others.length
        for (const { deeds, ways } of [change, ...change.others]) {
          const [first = [], ...others] = ways
          for (const way of [first, ...others.slice(-5)]) {
            const records = recordsOf(way, snapshot)
            const became = after(life, subject, asked, records)
            tried += 1
            if (became !== !holds) wrong.push({ rule: rule.id, subject, deeds, records, became })
          }
          for (const part of parts(first, snapshot)) {
            const became = after(life, subject, asked, part)
            if (became === !holds) wrong.push({ rule: rule.id, subject, deeds, part })
          }
        }
      }
    }
  }
  expect(wrong).toEqual([])
  expect([told > 400, tried > 900, silent > 300]).toEqual([true, true, true])
}, 120_000)
