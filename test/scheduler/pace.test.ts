import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startLoop } from '../../src/scheduler/loop.js'

test('however often it is woken, its rounds are so far apart as they are to be; the end does not wait for that', async () => {
  const at: number[] = []
  const loop = startLoop({
    clock: Date.now,
    stations: [],
    letters: { ring: async () => undefined, next: async () => null, stop: async () => undefined },
    adoptRules: async () => {
      at.push(performance.now())
      return null
    },
    changesElsewhere: async () => 1,
    stopped: async () => null,
    heartbeat: async () => true,
    tell: () => undefined,
    shortest: 60,
  })
  for (let i = 0; i < 300; i += 1) {
    loop.wake()
    await pause(1)
  }
  await loop.stop()
  const apart = at.slice(1).map((time, i) => time - (at[i] as number))
  expect(apart.length).toBeGreaterThan(1)
  // Timers may be a millisecond early.
  expect(Math.min(...apart)).toBeGreaterThan(58)
})
