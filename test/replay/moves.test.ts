import { expect, test } from 'vitest'
import { replay, type Timed } from '../../src/replay/run.js'
import { createWorld } from '../../src/replay/world.js'
import { day, programOf } from '../support/engine.js'

const OTHERS = ['{ from: active, to: cold }', '{ from: cold, to: active }']

test('a move that only observes is told once in an episode of bins, however many there are, and again in the next one', async () => {
  const observing = (id: string, from: string) =>
    `{ id: ${id}, from: ${from}, to: dead, mode: observe, when: { touches: { at_least: 0 } } }`
  const moves = Array.from({ length: 30 }, (_, i) => observing(`cold-${i}`, 'cold'))
  const program = programOf('', { moves: [...moves, observing('idle', 'active'), ...OTHERS] })
  const world = createWorld()
  const own = world.bringIntoForce(program, day(0))
  const tell = (at: number, values: Record<string, string>): Timed => {
    return { change: { do: 'record', record: { record: 'accounts', id: 'A', values, line: 0 } }, at, by: 'dana' }
  }
  const told: [day: number, moves: number][] = []
  for (const [n, values] of [{ bin: 'cold' }, { name: 'Acme' }, { bin: 'active' }, { bin: 'cold' }, {}].entries()) {
    const keys = new Set<string>()
    await replay(world, own, {
      changes: [tell(day(n), values as Record<string, string>)],
      from: day(n),
      to: day(n),
      on: (one) => void (one.is === 'intent' && keys.add(one.intent.key.join('/'))),
    })
    told.push([n, keys.size])
  }
  expect(told).toEqual([
    [0, 30],
    [1, 0],
    [2, 1],
    [3, 30],
    [4, 0],
  ])
})
