import { expect, test } from 'vitest'
import { callerOf, openBench, RULES } from './support.js'

const RULE_NAMES = [
  'cold-to-active-opportunity',
  'working-to-active-opportunity',
  'quiet-proposal',
  'no-amount',
  'won-thanks',
]
const STAGES = ['discovery', 'proposal', 'negotiation', 'closed']
const PEOPLE = ['dana', 'lee', 'eve', 'ola']
const KINDS = ['call', 'email', 'payment', 'web-visit']

type Case = [method: string, path: string, body: unknown, type: string, name: string, meant: string, allowed: string[]]
const CASES: readonly Case[] = [
  ['GET', '/findings?rule=no-amonut', undefined, 'name', 'no-amonut', 'no-amount', RULE_NAMES],
  ['POST', '/silences', { rule: 'no-amonut', comment: 'x' }, 'name', 'no-amonut', 'no-amount', RULE_NAMES],
  ['POST', '/plans/approve', { rules: ['no-amonut'] }, 'name', 'no-amonut', 'no-amount', RULE_NAMES],
  ['GET', '/views/open-one', undefined, 'name', 'open-one', 'open-ones', ['open-ones', 'accounts']],
  ['GET', '/opportunities?view=open-one', undefined, 'name', 'open-one', 'open-ones', ['open-ones', 'accounts']],
  ['POST', '/activities', { kind: 'cal', at: '2026-03-02', account: 'acme' }, 'name', 'cal', 'call', KINDS],
  ['PUT', '/opportunities/o', { stage: 'propsal' }, 'stage', 'propsal', 'proposal', STAGES],
  ['PUT', '/opportunities/o', { status: 'opn' }, 'status', 'opn', 'open', ['open', 'won', 'lost', 'abandoned']],
  ['PUT', '/opportunities/o', { pipeline: 'new-busines' }, 'pipeline', 'new-busines', 'new-business', ['new-business']],
  ['GET', '/accounts/acme/moves?to=workin', undefined, 'bin', 'workin', 'working', expect.arrayContaining(['cold'])],
  ['PUT', '/accounts/acme', { bin: 'workin' }, 'bin', 'workin', 'working', expect.arrayContaining(['cold', 'bad-fit'])],
  ['PUT', '/opportunities/o', { owner: 'dnaa' }, 'person', 'dnaa', 'dana', PEOPLE],
  ['GET', '/tasks?assignee=dnaa', undefined, 'person', 'dnaa', 'dana', PEOPLE],
  ['GET', '/opportunities?sort=amuont', undefined, 'fact', 'amuont', 'amount', expect.arrayContaining(['stage'])],
  ['GET', '/opportunities?amuont=5', undefined, 'fact', 'amuont', 'amount', expect.arrayContaining(['stage'])],
  [
    'GET',
    `/accounts?when=${encodeURIComponent('{"any":[{"bni":"cold"}]}')}`,
    undefined,
    'fact',
    'bni',
    'bin',
    expect.arrayContaining(['bin']),
  ],
]

test('whatever names what there is not is told so alike, with the nearest and with those that there are', async () => {
  const { json } = await openBench()
  await json('PUT', '/accounts/acme', { name: 'Acme' })
  for (const [method, path, body, type, name, meant, allowed] of CASES) {
    const told = await json(method, path, body)
    expect(told, `${method} ${path}`).toMatchObject({
      status: 422,
      body: { type: `urn:linewalker:problem:unknown-${type}`, name, nearest: meant, allowed },
    })
    expect(told.body.detail).toMatch(new RegExp(`^There is no .*\\. Did you mean "${meant}"\\?$`))
  }
})

test('payments that the rules do not know are refused with the kinds that they know', async () => {
  const { json } = await openBench(undefined, RULES.replace('payment, ', ''))
  await json('PUT', '/accounts/acme', { name: 'Acme' })
  const { status, body } = await json('POST', '/payments', { at: '2026-03-02', account: 'acme' })
  expect([status, body.type, body.name]).toEqual([422, 'urn:linewalker:problem:unknown-name', 'payment'])
  expect(body.allowed).toEqual(['call', 'email', 'web-visit'])
})

test('where nothing is near no guess is made, and of very many names fifty are told', async () => {
  const many = Array.from({ length: 80 }, (_, i) => `  person-${i}: { name: P }`).join('\n')
  const { json } = await openBench(undefined, RULES.replace('people:\n', `people:\n${many}\n`))
  const { body } = await json('PUT', '/opportunities/o', { owner: 'x'.repeat(150) })
  expect(body.detail).toBe(`There is no person "${'x'.repeat(150)}".`)
  expect('nearest' in body).toBe(false)
  expect(body.allowed).toHaveLength(50)
})

test('whoever sees only some of the records is not told of other people, whatever is asked', async () => {
  const { json, as } = await openBench()
  await json('PUT', '/opportunities/mine', { stage: 'discovery', owner: 'dana' })
  as(callerOf({ id: 'lee', sees: { is: 'team', team: 'west' } }))
  for (const [method, path, body] of [
    ['PATCH', '/opportunities/mine', { owner: 'eev' }],
    ['PUT', '/accounts/new', { owner: 'eev' }],
    ['GET', '/tasks?assignee=eev', undefined],
    ['GET', '/opportunities?owner=eev', undefined],
  ] as const) {
    const told = await json(method, path, body)
    expect([told.status, told.body.name, told.body.nearest, told.body.allowed], path).toEqual([
      422,
      'eev',
      undefined,
      ['dana', 'lee'],
    ])
  }
})

test('somebody out of sight is refused in the very words of somebody who is not there, whatever names them', async () => {
  const { json, as, walk } = await openBench()
  await json('PUT', '/opportunities/mine', { stage: 'discovery', owner: 'dana', account: 'acme' })
  await json('PATCH', '/accounts/acme', { owner: 'eve' })
  await walk()
  const task = `/tasks/${encodeURIComponent('no-amount/opportunity/mine/1/open#1')}/reassign`
  const asks = (owner: string) =>
    [
      ['PATCH', '/opportunities/mine', { owner }],
      ['PUT', '/opportunities/new', { stage: 'discovery', owner }],
      ['PUT', '/accounts/new', { owner }],
      ['POST', '/batches', [{ record: 'opportunity', id: 'mine', owner }]],
      ['POST', task, { to: owner }],
      ['GET', `/tasks?assignee=${owner}`, undefined],
    ] as const
  const told = async (owner: string) => {
    const answers = await Promise.all(asks(owner).map(([method, path, body]) => json(method, path, body)))
    for (const { status, body } of answers) expect(body.lines?.[0].problem.status ?? status).toBe(422)
    const bare = (key: string, value: unknown) => (key === 'request' || key === 'instance' ? undefined : value)
    return answers.map(({ status, body }) => [status, JSON.stringify(body, bare).replaceAll(owner, 'WHO')])
  }
  for (const caller of [
    callerOf({ id: 'dana', sees: { is: 'own', person: 'dana' } }),
    callerOf({ id: 'token:west', sees: { is: 'team', team: 'west' } }),
  ]) {
    as(caller)
    expect(await told('ola')).toEqual(await told('xyz'))
  }
  // An owner whom one is shown may be said again, and a manager be given what is one's own.
  expect((await json('GET', '/accounts/acme')).body.owner).toBe('eve')
  expect((await json('PUT', '/accounts/acme', { name: 'Acme', owner: 'eve' })).status).toBe(202)
  as(callerOf({ id: 'dana', sees: { is: 'own', person: 'dana' } }))
  expect((await json('POST', task, { to: 'lee' })).status).toBe(200)
  expect((await json('PATCH', '/opportunities/mine', { owner: 'lee' })).status).toBe(202)
})
