import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/domain/findings.js'
import { DAY } from '../../src/lib/civil.js'
import { NEVER } from '../../src/lib/instant.js'
import type { Program } from '../../src/program/program.js'
import type { World } from '../../src/replay/world.js'
import { day, intentsOf, opportunity, programOf, runAt, START, storeOf } from '../support/engine.js'

const conditions = [
  '{ time_since_activity: { over: 5 days } }',
  '{ time_since_activity: { over: 2 days }, next_activity: { missing: true } }',
  '{ any: [{ time_since_activity: { under: 3 days } }, { age: { over: 40 days } }] }',
  '{ activities.call: { at_least: 2 }, time_since_activity: { over: 1 day } }',
]
const clocks = ['', 'lasting: 1 day', 'cooldown: 6 days', 'lasting: 36 hours\n    cooldown: 3 days']

/** Programs by what they say, so that a failure can be read. */
const programs = new Map(
  conditions.flatMap((when) =>
    clocks.map((clock): [string, Program] => {
      const more = clock ? `    ${clock}\n` : ''
      const then = '    then: [{ create_task: { title: Look } }]\n'
      return [`${when} ${clock}`, programOf(`  rule:\n    for: opportunity\n    when: ${when}\n${more}${then}`)]
    }),
  ),
)
const anyProgram = fc.constantFrom(...programs.keys())

const storeWith = (calls: readonly number[]) => {
  const planned = [...calls].sort((a, b) => a - b).map((at) => ({ at, kind: 'call', owner: true, contact: null }))
  return storeOf({ account: null, opportunities: [opportunity('O', { activity: { kinds: {}, planned } })] })
}
const dueOf = (store: World) => store.opportunity('O')?.due ?? NEVER
const instants = (store: World) =>
  store.findings().map(({ episode, state, pending_since, opened_at, resolved_at }: Finding) => ({
    episode,
    state,
    pending_since,
    opened_at,
    resolved_at,
  }))

describe('a subject that is assessed late', () => {
  test('has the very episodes that it would have had in time', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyProgram,
        fc.array(fc.integer({ min: 1, max: 60 * 24 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 80 * 24 }),
        async (says, hours, end) => {
          const program = programs.get(says) as Program
          const calls = hours.map((h) => START + h * (DAY / 24))
          const now = START + end * (DAY / 24)
          const [inTime, late] = [storeWith(calls), storeWith(calls)]
          await runAt(inTime, program, START)
          await runAt(late, program, START)
          for (let due = dueOf(inTime); due < now; due = dueOf(inTime)) await runAt(inTime, program, due)
          await runAt(inTime, program, now)
          await runAt(late, program, now)
          expect(instants(late)).toEqual(instants(inTime))
        },
      ),
      { seed: 20260101, numRuns: 500 },
    )
  })

  test('does only what stands now, whatever came and went', async () => {
    await fc.assert(
      fc.asyncProperty(anyProgram, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }), async (says, days) => {
        const program = programs.get(says) as Program
        const store = storeWith(days.map(day))
        const planned = [await runAt(store, program, START), await runAt(store, program, day(90))]
        const opened = planned.flatMap(intentsOf).filter((intent) => intent.step === 'open')
        const standing = store.findings().filter((finding) => finding.state === 'open')
        expect(opened.map((intent) => intent.key[3]).slice(-1)).toEqual(standing.map((finding) => finding.episode))
      }),
      { seed: 7, numRuns: 150 },
    )
  })
})

test('nothing is evaluated that is not due', async () => {
  const program = programOf(
    '  quiet: { for: opportunity, when: { status: open, time_since_activity: { over: 5 days } } }',
  )
  const store = storeOf(
    ...Array.from({ length: 50 }, (_, i) => ({
      account: null,
      opportunities: [opportunity(`O${i}`, { created: day(i) })],
    })),
  )
  expect((await runAt(store, program, START)).assessed).toBe(50)
  let assessed = 0
  for (let hour = 0; hour < 24 * 60; hour += 6)
    assessed += (await runAt(store, program, START + hour * (DAY / 24))).assessed
  expect(assessed).toBe(50)
})
