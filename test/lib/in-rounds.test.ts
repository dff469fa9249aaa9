import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { askedTogether } from '../../src/lib/asked-together.js'
import { inRounds, oneAtATime } from '../../src/lib/in-rounds.js'

test('those who call while others are worked at are worked at together, and each gets its own answer', async () => {
  const rounds: number[][] = []
  const { ask, idle } = inRounds<number, number>(async (round) => {
    rounds.push([...round])
    await pause(5)
    return round.map((n) => n * n)
  })
  const first = ask(1)
  const second = ask(2)
  while (rounds.length === 0) await pause(0)
  const later = [ask(3), ask(4)]
  expect(await Promise.all([first, second, ...later])).toEqual([1, 4, 9, 16])
  expect(rounds).toEqual([
    [1, 2],
    [3, 4],
  ])
  await idle()
})

test('an error among the answers is its caller’s alone; one that is thrown is that of the round, and the next goes on', async () => {
  const { ask } = inRounds<string, string>(async (round) => {
    if (round.includes('breaks')) throw new Error('all')
    return round.map((word) => (word === 'bad' ? new Error('one') : word))
  })
  expect(await Promise.allSettled([ask('good'), ask('bad')])).toEqual([
    { status: 'fulfilled', value: 'good' },
    { status: 'rejected', reason: new Error('one') },
  ])
  expect((await Promise.allSettled([ask('good'), ask('breaks')])).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
  ])
  expect(await ask('good')).toBe('good')
})

test('a question is put once for all who ask it in the same words, and never before the last of them asked', async () => {
  const put: string[] = []
  let truth = 'before'
  const ask = askedTogether(async (word: string) => {
    put.push(word)
    await pause(5)
    if (word === 'what breaks') throw new Error(truth)
    return `${word}: ${truth}`
  })
  const asked = [ask('a'), ask('b'), ask('a')]
  while (put.length === 0) await pause(0)
  truth = 'after'
  expect(await Promise.all([...asked, ask('a')])).toEqual(['a: after', 'b: after', 'a: after', 'a: after'])
  expect(put).toEqual(['a', 'b', 'a'])
  await expect(ask('what breaks')).rejects.toThrow('after')
})

test('rounds that share turns never run at once, and take all who came while they waited', async () => {
  const turn = oneAtATime()
  const seen: string[] = []
  let running = 0
  const roundsOf = (name: string) =>
    inRounds<number, number>(async (round) => {
      expect(running).toBe(0)
      running += 1
      await pause(5)
      running -= 1
      seen.push(`${name}: ${round.join()}`)
      if (round.includes(0)) throw new Error('none')
      return round
    }, turn)
  const [a, b] = [roundsOf('a'), roundsOf('b')]
  const first = a.ask(1)
  while (running === 0) await pause(0)
  const later = [b.ask(2), a.ask(0), b.ask(3)]
  expect((await Promise.allSettled([first, ...later])).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ])
  expect(seen).toEqual(['a: 1', 'b: 2,3', 'a: 0'])
})
