import { expect, test } from 'vitest'
import { shortQueue } from '../../src/server/short-queue.js'
import { callerOf, openBench, RULES } from './support.js'

test('only whoever may approve plans under other rules', async () => {
  const { json, as } = await openBench()
  as(callerOf({ may: ['read', 'write', 'hooks'] }))
  for (const body of [{ rules: RULES }, { rules: [{ path: 'a.yaml', text: RULES }] }, undefined]) {
    const { status, body: problem } = await json('POST', '/plans', body)
    expect([status, problem.scope]).toEqual([403, 'approve'])
  }
  expect((await json('GET', '/plans')).status).toBe(200)
  as(callerOf({ may: ['approve'] }))
  expect((await json('POST', '/plans', { rules: RULES })).status).toBe(200)
})

test('rules of more than 128 KiB are refused before they are read, in one text and in several', async () => {
  const { json, ask } = await openBench()
  const comment = (size: number) => '#'.repeat(size)
  const small = `${RULES}${comment(120 * 1024 - RULES.length)}`
  expect((await json('POST', '/plans', { rules: small })).status).toBe(200)
  const large = { path: 'b.yaml', text: comment(70 * 1024) }
  for (const rules of [comment(128 * 1024), [{ path: 'a.yaml', text: comment(70 * 1024) }, large]]) {
    const { status, body } = await json('POST', '/plans', { rules })
    expect([status, body.type, body.detail]).toEqual([
      413,
      'urn:linewalker:problem:too-large',
      'A body here may have 128 KiB at most.',
    ])
  }
  const unsaid = await ask('POST', '/plans', JSON.stringify({ rules: comment(200_000) }), {
    'transfer-encoding': 'chunked',
  })
  expect(unsaid.status).toBe(413)
})

test('of many calls at once two are answered, the others told to come back', async () => {
  const { ask } = await openBench()
  const answers = await Promise.all(Array.from({ length: 6 }, () => ask('POST', '/plans', { rules: RULES })))
  const statuses = answers.map(({ status }) => status)
  expect([...new Set(statuses)].sort()).toEqual([200, 429])
  expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('5')
  expect((await ask('POST', '/plans', { rules: RULES })).status).toBe(200)
})

test('a call that brings no rules does not queue with those that do, and plans under those in force', async () => {
  const { ask } = await openBench()
  const brought = Array.from({ length: 3 }, () => ask('POST', '/plans', { rules: RULES }))
  const [there, ...without] = await Promise.all([
    ask('GET', '/plans'),
    ...[{}, {}, undefined, undefined].map((body) => ask('POST', '/plans', body)),
  ])
  expect(without.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  const plan = await there?.json()
  for (const answer of without) expect(await answer.json()).toEqual(plan)
  expect((await Promise.all(brought)).map(({ status }) => status)).toContain(429)
})

test('a short queue works one at a time, lets one wait, and is free again after a failure', async () => {
  const turn = shortQueue()
  const seen: string[] = []
  let end: () => void = () => undefined
  const first = turn(async () => {
    seen.push('first')
    await new Promise<void>((resolve) => {
      end = resolve
    })
    throw new Error('it failed')
  })
  const second = turn(async () => void seen.push('second'))
  await expect(turn(async () => void seen.push('third'))).rejects.toMatchObject({ type: 'too-many-requests' })
  expect(seen).toEqual(['first'])
  end()
  await expect(first).rejects.toThrow('it failed')
  await second
  await turn(async () => void seen.push('fourth'))
  expect(seen).toEqual(['first', 'second', 'fourth'])
})
