import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Incoming } from '../../src/domain/incoming.js'
import { DAY } from '../../src/lib/civil.js'
import { replay, type Timed } from '../../src/replay/run.js'
import { createWorld } from '../../src/replay/world.js'
import { day, programOf, START } from '../support/engine.js'

const program = programOf(
  [
    '  quiet: { for: opportunity, when: { account.segment: big, time_since_activity: { over: 5 days } }, lasting: 1 day }',
    '  old: { for: opportunity, when: { age: { over: 12 days }, account.open_opportunities: { at_most: 2 } } }',
  ].join('\n'),
)

const tell = (at: number, record: Omit<Incoming, 'line'>): Timed => ({
  change: { do: 'record', record: { ...record, line: 0 } },
  at,
  by: 'dana',
})

test('what nobody reads of an account does not hide what came about before it, however late somebody looks', async () => {
  const hours = fc.integer({ min: 1, max: 30 * 24 })
  await fc.assert(
    fc.asyncProperty(fc.array(hours, { minLength: 1, maxLength: 6 }), async (changes) => {
      const first = [
        tell(START, { record: 'accounts', id: 'A', values: { segment: 'big' } }),
        tell(START, { record: 'opportunities', id: 'O', values: { account: 'A', created: START } }),
      ]
      const later = changes
        .sort((a, b) => a - b)
        .map((hour, n) =>
          tell(START + (hour * DAY) / 24, { record: 'accounts', id: 'A', values: { industry: `the ${n}th` } }),
        )
      const live = async (ends: number[]) => {
        const world = createWorld()
        const own = world.bringIntoForce(program, START)
        const left = [...first, ...later]
        for (const to of ends) {
          const some = left.splice(0, left.filter(({ at }) => at <= to).length)
          // Judged at the end of the stretch only: all that comes before is taken, and nobody looks.
          await replay(world, own, { changes: some, from: to, to })
        }
        return world
          .findings()
          .map(({ rule, opened_at, pending_since, state }) => [rule, state, pending_since, opened_at])
      }
      const inTime = [...Array(31 * 24 + 1).keys()].map((hour) => START + (hour * DAY) / 24)
      const late = await live([START, day(31)])
      expect(late).toEqual(await live(inTime))
      expect(late).toHaveLength(2)
    }),
    { numRuns: 20, seed: 20_260_101 },
  )
})
