import { describe, expect, test } from 'vitest'
import { databases } from '../support/databases.js'
import { callerOf, openBench } from './support.js'

const DEAL = { name: 'Pumps', account: 'acme', stage: 'proposal', owner: 'dana', amount: 20_000, created: '2026-03-01' }
const PATCH = { prefer: 'wait' }

describe.each(databases)('opportunities and accounts on $name', (database) => {
  test('a new one is created, evaluated and read again', async () => {
    const { json } = await openBench(database)
    const made = await json('PUT', '/opportunities/OPP-1', { ...DEAL, amount: null, stage: 'discovery' }, PATCH)
    expect(made.status).toBe(201)
    expect(made.headers.get('preference-applied')).toBe('wait')
    expect(made.headers.get('location')).toBe('/api/v1/opportunities/OPP-1')
    expect(made.body.evaluated.done.map(({ rule }: { rule: string }) => rule)).toEqual(['no-amount'])
    const read = await json('GET', '/opportunities/OPP-1')
    expect(read.body).toMatchObject({
      id: 'OPP-1',
      account: 'acme',
      stage: 'discovery',
      amount: null,
      health: 'poor',
    })
    expect(read.body.findings.map(({ rule, state }: { rule: string; state: string }) => [rule, state])).toEqual([
      ['no-amount', 'open'],
    ])
    expect(read.body.history[0]).toMatchObject({ fact: 'created', by: 'token:test' })
    expect((await json('GET', '/accounts/acme')).body).toMatchObject({ id: 'acme', open_opportunities: 1, bin: 'cold' })
  })

  test('without a wish to wait it is taken, and the loop is woken', async () => {
    const { json, woken, store } = await openBench(database)
    const made = await json('PUT', '/opportunities/OPP-1', DEAL)
    expect([made.status, made.body.outcome, made.body.evaluated, woken()]).toEqual([202, 'new', null, 1])
    expect(await store.findings()).toEqual([])
    const again = await json('PUT', '/opportunities/OPP-1', DEAL)
    expect([again.status, again.body.outcome, woken()]).toEqual([202, 'unchanged', 1])
  })

  test('put replaces, patch changes what it names', async () => {
    const { json } = await openBench(database)
    await json('PUT', '/opportunities/OPP-1', { ...DEAL, next_step: 'Call', fields: { budget: 5000, signed: true } })
    await json('PATCH', '/opportunities/OPP-1', { amount: 30_000, fields: { competitor: 'globex' } })
    expect((await json('GET', '/opportunities/OPP-1')).body).toMatchObject({
      amount: 30_000,
      next_step: 'Call',
      fields: { budget: 5000, signed: true, competitor: 'globex' },
    })
    await json('PUT', '/opportunities/OPP-1', { name: 'Pumps', stage: 'discovery' })
    const { body } = await json('GET', '/opportunities/OPP-1')
    expect(body).toMatchObject({ name: 'Pumps', amount: null, next_step: null, owner: null, account: null, fields: {} })
    expect(
      body.history.find(({ fact, to }: { fact: string; to: unknown }) => fact === 'amount' && to === 30_000),
    ).toMatchObject({ from: 20_000, by: 'token:test' })
  })

  test('who changes what has changed meanwhile is told the present version', async () => {
    const { json } = await openBench(database)
    await json('PUT', '/opportunities/OPP-1', DEAL)
    const etag = (await json('GET', '/opportunities/OPP-1')).headers.get('etag') ?? ''
    const mine = await json('PATCH', '/opportunities/OPP-1', { amount: 1 }, { 'if-match': etag })
    expect(mine.status).toBe(202)
    const late = await json('PATCH', '/opportunities/OPP-1', { amount: 2 }, { 'if-match': etag })
    expect([late.status, late.body.type]).toEqual([412, 'urn:linewalker:problem:version-moved'])
    expect(late.body.version).toBe(mine.body.version)
    const then = await json(
      'PATCH',
      '/opportunities/OPP-1',
      { amount: 2 },
      { 'if-match': late.headers.get('etag') ?? '' },
    )
    expect(then.status).toBe(202)
    expect((await json('PUT', '/opportunities/OPP-9', DEAL, { 'if-match': '*' })).status).toBe(412)
  })

  test('names that are not known are refused with the nearest', async () => {
    const { json, store } = await openBench(database)
    await json('PUT', '/opportunities/OPP-1', DEAL)
    const of = async (body: object, path = '/opportunities/OPP-1') => {
      const { status, body: told } = await json('PATCH', path, body)
      return [status, told.type.split(':').at(-1), told.nearest ?? null]
    }
    expect(await of({ stage: 'propsal' })).toEqual([422, 'unknown-stage', 'proposal'])
    expect(await of({ status: 'wonn' })).toEqual([422, 'unknown-status', 'won'])
    expect(await of({ owner: 'danna' })).toEqual([422, 'unknown-person', 'dana'])
    expect(await of({ bin: 'workin' }, '/accounts/acme')).toEqual([422, 'unknown-bin', 'working'])
    expect((await json('PATCH', '/opportunities/OPP-1', { amout: 3 })).body.detail).toMatch(
      /amout.*Did you mean "amount"/,
    )
    expect((await json('PATCH', '/opportunities/OPP-2', { amount: 3 })).status).toBe(404)
    expect((await store.opportunity('OPP-1'))?.amount).toBe(20_000_000)
  })

  test('a move that is not allowed is refused with those that are', async () => {
    const { json } = await openBench(database)
    await json('PUT', '/accounts/acme', { name: 'Acme', owner: 'dana' })
    const moved = await json('PATCH', '/accounts/acme', { bin: 'bad-fit' })
    expect([moved.status, moved.body.type]).toEqual([409, 'urn:linewalker:problem:illegal-move'])
    expect(moved.body.allowed).toEqual(['working', 'active-opportunity'])
    expect((await json('PATCH', '/accounts/acme', { bin: 'working' })).status).toBe(202)
  })

  test('lists are filtered by any fact, sorted, and cut into pages', async () => {
    const { json } = await openBench(database)
    for (let i = 1; i <= 7; i += 1) {
      const body = {
        ...DEAL,
        amount: i === 4 ? null : i * 1000,
        stage: i % 2 ? 'discovery' : 'proposal',
        ...(i === 4 ? { stage: 'discovery' } : {}),
      }
      await json('PUT', `/opportunities/OPP-${i}`, {
        ...body,
        account: null,
        owner: i > 5 ? 'eve' : 'dana',
        fields: { signed: i === 2 },
      })
    }
    const ids = async (query: string) =>
      (await json('GET', `/opportunities?${query}`)).body.opportunities.map(({ id }: { id: string }) => id)
    expect(await ids('stage=proposal')).toEqual(['OPP-2', 'OPP-6'])
    expect(await ids('amount[at_least]=5000&owner=eve')).toEqual(['OPP-6', 'OPP-7'])
    expect(await ids('owner=eve&owner=dana&stage=proposal')).toEqual(['OPP-2', 'OPP-6'])
    expect(await ids('fields.signed=true')).toEqual(['OPP-2'])
    expect(await ids('amount[missing]=true')).toEqual(['OPP-4'])
    expect(await ids(`when=${encodeURIComponent('{"any":[{"owner":"eve"},{"amount":{"at_most":1000}}]}')}`)).toEqual([
      'OPP-1',
      'OPP-6',
      'OPP-7',
    ])
    expect(await ids('view=open-ones&limit=2')).toEqual(['OPP-7', 'OPP-6'])
    for (const sort of [
      '-amount',
      'amount',
      'stage,-amount',
      'health,time_in_stage',
      'owner,fields.signed',
      '-close_date',
    ]) {
      const all = await ids(`sort=${sort}`)
      const paged: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const { body } = await json('GET', `/opportunities?sort=${sort}&limit=2${cursor && `&cursor=${cursor}`}`)
        paged.push(...body.opportunities.map(({ id }: { id: string }) => id))
        cursor = body.next
      }
      expect(paged, sort).toEqual(all)
      expect(new Set(paged).size).toBe(7)
    }
    expect((await ids('sort=-amount')).at(-1)).toBe('OPP-4')
  })

  test('filters that mean nothing are refused, whatever they hold', async () => {
    const { json, errors } = await openBench(database)
    await json('PUT', '/opportunities/OPP-1', DEAL)
    const status = async (query: string) => (await json('GET', `/opportunities?${query}`)).status
    expect(await status('colour=red')).toBe(422)
    expect((await json('GET', '/opportunities?stag=proposal')).body).toMatchObject({
      type: 'urn:linewalker:problem:unknown-fact',
      nearest: 'stage',
    })
    expect(await status('amount[at_least]=much')).toBe(422)
    expect(await status('sort=amount;drop table opportunities')).toBe(422)
    expect(await status('cursor=abc')).toBe(422)
    expect(await status('limit=1000')).toBe(422)
    expect(await status('when={')).toBe(400)
    expect(await status(`when=${'['.repeat(60)}`)).toBe(400)
    expect(await status(`name=${encodeURIComponent("x' or 1=1 --")}`)).toBe(200)
    expect(await status(`name[contains]=${encodeURIComponent("%' union select hash from tokens --")}`)).toBe(200)
    expect(errors).toEqual([])
  })
})

test('who sees only a team, or the own, finds nothing else', async () => {
  const { json, as } = await openBench()
  await json('PUT', '/opportunities/OPP-1', DEAL)
  await json('PUT', '/opportunities/OPP-2', { ...DEAL, account: 'globex', owner: 'eve' })
  as(callerOf({ id: 'dana', sees: { is: 'own', person: 'dana' } }))
  const list = async (path: string) => (await json('GET', path)).body
  expect((await list('/opportunities')).opportunities).toHaveLength(1)
  expect((await list('/accounts')).accounts.map(({ id }: { id: string }) => id)).toEqual(['acme'])
  for (const path of ['/opportunities/OPP-2', '/accounts/globex']) expect((await json('GET', path)).status).toBe(404)
  expect((await json('PATCH', '/opportunities/OPP-2', { amount: 1 })).status).toBe(404)
  expect((await json('PUT', '/opportunities/OPP-2', { ...DEAL })).status).toBe(404)
  expect((await json('PATCH', '/opportunities/OPP-1', { account: 'globex' })).status).toBe(404)
  expect((await json('PUT', '/opportunities/OPP-3', { ...DEAL, owner: 'lee' })).status).toBe(403)
  expect((await json('PUT', '/opportunities/OPP-3', DEAL)).status).toBe(202)
  as(callerOf({ id: 'ola', sees: { is: 'team', team: 'east' } }))
  expect((await list('/opportunities')).opportunities.map(({ id }: { id: string }) => id)).toEqual(['OPP-2'])
})
