import { expect, test } from 'vitest'
import { openBells } from '../../src/server/operations/bells.js'

/** Bells over changes that the test makes, with a moment that the test ends. */
function hung() {
  const listening = new Set<() => void>()
  const waiting = new Set<() => void>()
  const bells = openBells(
    (heard) => {
      listening.add(heard)
      return () => void listening.delete(heard)
    },
    (work) => {
      waiting.add(work)
      return () => void waiting.delete(work)
    },
  )
  return {
    bells,
    listening,
    waiting,
    change: () => {
      for (const heard of listening) heard()
    },
    endMoment: () => {
      for (const work of [...waiting]) {
        waiting.delete(work)
        work()
      }
    },
  }
}

/** Counts how often a bell was heard. */
function listenTo(bell: { rung(): Promise<void> }) {
  const heard = { times: 0 }
  const listen = async (): Promise<void> => {
    await bell.rung()
    heard.times += 1
    return listen()
  }
  void listen()
  return heard
}

const breathe = () => new Promise((resolve) => setImmediate(resolve))

test('of many changes in a moment each bell rings once, and after the next change again', async () => {
  const { bells, change, endMoment, waiting } = hung()
  const heard = [bells.hang(), bells.hang(), bells.hang()].map(listenTo)
  for (let i = 0; i < 100; i += 1) change()
  await breathe()
  expect(heard.map(({ times }) => times)).toEqual([0, 0, 0])
  expect(waiting.size).toBe(1)
  endMoment()
  await breathe()
  expect(heard.map(({ times }) => times)).toEqual([1, 1, 1])
  change()
  endMoment()
  await breathe()
  expect(heard.map(({ times }) => times)).toEqual([2, 2, 2])
})

test('one bell rings at once when it is rung by hand, and what is rung while nobody waits is heard later', async () => {
  const { bells, endMoment, change } = hung()
  const [one, other] = [bells.hang(), bells.hang()]
  one.ring()
  await one.rung()
  const heard = listenTo(other)
  await breathe()
  expect(heard.times).toBe(0)
  change()
  endMoment()
  await breathe()
  await one.rung()
  expect(heard.times).toBe(1)
})

test('changes are listened for only while a bell hangs, and nothing is left waiting', () => {
  const { bells, listening, waiting, change } = hung()
  expect(listening.size).toBe(0)
  const [one, other] = [bells.hang(), bells.hang()]
  expect(listening.size).toBe(1)
  change()
  one.takeDown()
  expect([listening.size, waiting.size]).toEqual([1, 1])
  other.takeDown()
  other.takeDown()
  expect([listening.size, waiting.size]).toEqual([0, 0])
  bells.hang()
  expect(listening.size).toBe(1)
})
