import { describe, expect, test } from 'vitest'
import { databases } from '../support/databases.js'
import { callerOf, openBench, RULES } from './support.js'

const DANA = callerOf({ id: 'dana', sees: { is: 'own', person: 'dana' } })

describe.each(databases)('who sees only the own, on $name', (database) => {
  test('is told what the rules did with these, not with others of the account', async () => {
    const { json, as, walk } = await openBench(database)
    await json('PUT', '/opportunities/OPP-1', { stage: 'discovery', owner: 'dana', account: 'acme', amount: 1 })
    await walk()
    await json('PUT', '/opportunities/OPP-2', { stage: 'discovery', owner: 'eve', account: 'acme' })
    as(DANA)
    const { body } = await json('PATCH', '/opportunities/OPP-1', { amount: null }, { prefer: 'wait' })
    expect(body.evaluated.done).toMatchObject([{ rule: 'no-amount', subject: { id: 'OPP-1' } }])
    as(callerOf())
    expect((await json('GET', '/findings?opportunity=OPP-2')).body.findings).toHaveLength(1)
  })

  test('does not learn by a version, a bin or a word that there is another record', async () => {
    const { json, as } = await openBench(database)
    await json('PUT', '/accounts/globex', { owner: 'eve' })
    await json('PUT', '/opportunities/OPP-2', { stage: 'discovery', owner: 'eve', account: 'globex' })
    await json('PUT', '/contacts/c-2', { account: 'globex' })
    as(DANA)
    const match = { 'if-match': '"0123456789abcdef"' }
    for (const [path, body, headers] of [
      ['/opportunities/OPP-2', { name: 'Mine' }, match],
      ['/opportunities/OPP-2', { stage: 'nowhere' }],
      ['/accounts/globex', { name: 'Mine' }, match],
      ['/accounts/globex', { bin: 'nowhere' }],
      ['/contacts/c-2', { name: 'Me' }],
    ] as const)
      for (const method of ['PUT', 'PATCH'])
        expect((await json(method, path, body, headers)).status, `${method} ${path}`).toBe(404)
    const batch = [{ record: 'contact', id: 'c-2', name: 'Me', account: 'globex' }]
    expect((await json('POST', '/batches', batch)).body.lines[0].problem.status).toBe(404)
  })

  test('writes no people, and does not learn by a version who there is', async () => {
    const { json, as } = await openBench(database)
    await json('PUT', '/people/zoe', { name: 'Zoe', team: 'east' })
    const conditions: Record<string, string>[] = [
      {},
      { 'if-match': '"0123456789abcdef"' },
      { 'if-match': '*' },
      { 'if-none-match': '*' },
    ]
    as(DANA)
    const answers = []
    for (const id of ['zoe', 'ola', 'nobody'])
      for (const method of ['PUT', 'PATCH'])
        for (const headers of method === 'PUT' ? conditions : conditions.slice(0, 3)) {
          const answer = await json(method, `/people/${id}`, { team: 'west' }, headers)
          expect(answer.status, `${method} ${id} ${JSON.stringify(headers)}`).toBe(403)
          expect(answer.headers.get('etag')).toBeNull()
          answers.push({ ...answer.body, instance: null, request: null })
        }
    expect(new Set(answers.map((body) => JSON.stringify(body))).size).toBe(1)
    const batch = [{ record: 'person', id: 'zoe', team: 'west' }]
    expect((await json('POST', '/batches', batch)).body.lines[0].problem).toMatchObject({ status: 403 })
    as(callerOf())
    expect((await json('GET', '/people/zoe')).body).toMatchObject({ name: 'Zoe', team: 'east' })
  })
})

test('who sees only the own is not told how much a limit holds of all', async () => {
  const { json, as } = await openBench(undefined, `${RULES}limits: { per_run: { effects: 1 } }\n`)
  for (const [id, owner] of [['OPP-1', 'dana'], ...Array.from({ length: 7 }, (_, i) => [`OTHER-${i}`, 'eve'])])
    await json('PUT', `/opportunities/${id}`, { stage: 'discovery', owner })
  expect((await json('GET', '/plans')).body.held[0].why).toMatch(/8 effects/)
  as(DANA)
  const { held } = (await json('GET', '/plans')).body
  expect(held).toHaveLength(1)
  expect(held[0].intents).toMatchObject([{ subject: { id: 'OPP-1' } }])
  expect(held[0].why).toMatch(/^over a limit\D*$/)
})

const OF_TWO = `
  eve-closes:
    for: opportunity
    when: { status: open, owner: eve, amount: { missing: true } }
    then: [{ set_status: { to: lost, reason: timing } }, { move_bin: working }]
  dana-moves:
    for: opportunity
    when: { status: open, owner: dana }
    then: [{ move_bin: bad-fit }]
  last-one:
    for: opportunity
    when: { status: open, owner: dana, account.open_opportunities: 1 }
    then: [{ create_task: { title: "The last one is {{ name }}" } }]
`

test('who sees only the own is not told, by what caused or overruled something, of the records of others', async () => {
  const { json, as, ask } = await openBench(
    undefined,
    RULES.replace('to: working }', 'to: [working, bad-fit] }') + OF_TWO,
  )
  await json('PUT', '/opportunities/HIDDEN', { stage: 'discovery', owner: 'eve', account: 'acme' })
  await json('PUT', '/opportunities/MINE', { stage: 'discovery', owner: 'dana', account: 'acme', amount: 1 })
  const of = (all: { key: string[] }[], rule: string) => all.find(({ key }) => key[0] === rule)
  const whole = (await json('GET', '/plans')).body
  expect(of(whole.overruled, 'dana-moves')).toMatchObject({ by: ['eve-closes', 'opportunity', 'HIDDEN', 1, 'open'] })
  expect(of(whole.intents, 'last-one')).toMatchObject({ caused_by: ['eve-closes', 'opportunity', 'HIDDEN', 1, 'open'] })
  as(DANA)
  const own = (await json('GET', '/plans')).body
  expect(of(own.overruled, 'dana-moves')).toMatchObject({
    key: ['dana-moves', 'opportunity', 'MINE', 1, 'open'],
    by: null,
  })
  expect(of(own.intents, 'last-one')).toMatchObject({ subject: { id: 'MINE' }, caused_by: null })
  expect(JSON.stringify(own)).not.toContain('HIDDEN')
  const waited = await ask('PATCH', '/opportunities/MINE', { name: 'Roof' }, { prefer: 'wait' })
  const told = await waited.text()
  expect(of(JSON.parse(told).evaluated.done, 'last-one')).toMatchObject({ caused_by: null })
  expect(told).not.toContain('HIDDEN')
})
