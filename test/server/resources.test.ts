import { describe, expect, test } from 'vitest'
import { type LetterRow, newLetter } from '../../src/sql/telling.js'
import { databases } from '../support/databases.js'
import { callerOf, NOON, openBench, RULES } from './support.js'

const WAIT = { prefer: 'wait' }
const DEAL = { name: 'Pumps', account: 'acme', stage: 'proposal', owner: 'dana', amount: 20_000, created: '2026-02-01' }

describe.each(databases)('what hangs on opportunities, on $name', (database) => {
  const quiet = async () => {
    const bench = await openBench(database)
    await bench.json('PUT', '/opportunities/OPP-1', DEAL)
    await bench.json('POST', '/activities', { kind: 'call', at: '2026-02-10T10:00Z', opportunity: 'OPP-1', by: 'dana' })
    await bench.walk()
    return bench
  }

  test('an activity told twice is one, and clears what was quiet', async () => {
    const { json } = await quiet()
    const open = async () => (await json('GET', '/findings?rule=quiet-proposal')).body.findings
    expect(await open()).toMatchObject([
      { finding: 'quiet-proposal/opportunity/OPP-1/1', state: 'open', owner: 'dana' },
    ])
    const call = { kind: 'call', at: '2026-03-19T10:00Z', opportunity: 'OPP-1', by: 'dana' }
    const made = await json('POST', '/activities', call, WAIT)
    expect([made.status, made.body.outcome]).toEqual([201, 'new'])
    expect(made.body.evaluated.done).toMatchObject([{ rule: 'quiet-proposal', step: 'resolve' }])
    expect(await open()).toEqual([])
    expect((await json('POST', '/activities', call, WAIT)).body).toMatchObject({
      outcome: 'unchanged',
      id: made.body.id,
    })
    expect((await json('PUT', '/activities/a-1', { ...call, kind: 'fax' })).body.type).toMatch(/unknown-name$/)
    const paid = await json('POST', '/payments', { id: 'p-1', at: '2026-03-18T10:00Z', account: 'acme' }, WAIT)
    expect([paid.status, paid.body.id]).toEqual([201, 'p-1'])
    expect((await json('POST', '/activities', { ...call, opportunity: 'OPP-9' })).status).toBe(422)
    // As in an import: whoever did it may be somebody of whom nothing is known.
    expect((await json('POST', '/activities', { ...call, by: 'a-tool' }, WAIT)).body.outcome).toBe('new')
  })

  test('findings are acknowledged, snoozed and explained', async () => {
    const { json, store } = await quiet()
    const path = '/findings/quiet-proposal/opportunity/OPP-1/1'
    expect((await json('GET', path)).body).toMatchObject({ state: 'open', acknowledged_at: null })
    const done = await json('POST', `${path}/acknowledge`, undefined, WAIT)
    expect(done.body.finding).toMatchObject({ acknowledged_by: 'token:test' })
    expect(done.body.evaluated).toMatchObject({ done: [] })
    expect((await json('POST', `${path}/acknowledge`)).status).toBe(409)
    const snooze = { until: '2026-04-01', reason: 'They are on holiday.' }
    expect((await json('POST', `${path}/snooze`, snooze)).body.finding).toMatchObject({ snooze_reason: snooze.reason })
    expect((await json('POST', `${path}/snooze`, { ...snooze, until: '2026-01-01' })).status).toBe(422)
    const { body } = await json('GET', `${path}/explanation`)
    expect(body).toMatchObject({ holds: true, change: { deeds: ['any touch'] } })
    expect((await json('GET', '/rules/no-amount/explanations/opportunity/OPP-1')).body.holds).toBe(false)
    expect((await json('GET', '/findings/quiet-proposal/opportunity/OPP-1/9')).status).toBe(404)
    expect((await store.audit()).map(({ act, by }) => [act, by])).toContainEqual(['acknowledge', 'token:test'])
  })

  test('tasks are listed, given to another and ended, once', async () => {
    const { json, store } = await quiet()
    const { body } = await json('GET', '/tasks')
    expect(body.tasks).toMatchObject([{ assignee: 'dana', title: 'Call about Pumps', state: 'open' }])
    const path = `/tasks/${encodeURIComponent(body.tasks[0].id)}`
    expect((await json('POST', `${path}/reassign`, { to: 'lea' })).body).toMatchObject({ status: 422, nearest: 'lee' })
    expect((await json('POST', `${path}/reassign`, { to: 'lee' })).body.task.assignee).toBe('lee')
    expect((await json('GET', '/tasks?assignee=dana')).body.tasks).toEqual([])
    expect((await json('POST', `${path}/complete`)).body.task).toMatchObject({ state: 'done', ended_by: 'token:test' })
    expect((await json('POST', `${path}/complete`)).status).toBe(409)
    expect((await store.audit()).map(({ act }) => act)).toEqual(expect.arrayContaining(['reassign', 'complete']))
  })

  test('a letter that is over is neither sent again nor taken back, and which state it is in is said', async () => {
    const { json, store } = await quiet()
    const row = { ...newLetter(NOON), id: 'L', step: null, type: 'message', channel: 'sales', to: '[]' } as const
    const write = (state: LetterRow['state']) =>
      store.write(async (tx) => {
        await tx.deleteFrom('letters').where('id', '=', 'L').execute()
        await tx
          .insertInto('letters')
          .values({ ...row, title: null, body: 'Hello', state })
          .execute()
      })
    for (const [state, says] of [
      ['delivered', 'It is delivered.'],
      ['sending', 'It is being delivered just now.'],
      ['withdrawn', 'It is withdrawn.'],
    ] as const) {
      await write(state)
      const refused = { status: 409, detail: says, state }
      expect((await json('POST', '/letters/L/retry')).body).toMatchObject(refused)
      expect((await json('POST', '/letters/L/withdraw', { why: 'Too late.' })).body).toMatchObject(refused)
    }
    await write('dead')
    expect((await json('POST', '/letters/L/retry')).body.state).toBe('waiting')
    expect((await json('POST', '/letters/L/withdraw', { why: 'Too late.' })).body.state).toBe('withdrawn')
  })

  test('silences begin and end', async () => {
    const { json } = await quiet()
    expect((await json('POST', '/silences', { comment: 'all of it' })).status).toBe(422)
    const made = await json('POST', '/silences', { owner: 'dana', comment: 'on leave' })
    expect([made.status, made.body.owner]).toEqual([201, 'dana'])
    expect((await json('GET', '/silences')).body.silences).toHaveLength(1)
    expect((await json('DELETE', `/silences/${made.body.id}`)).status).toBe(204)
    expect((await json('GET', '/silences')).body.silences).toEqual([])
  })

  test('whoever sees only a team sees its silences, and the people are read once for all of them', async () => {
    const { json, as, store } = await quiet()
    for (const of of [{ owner: 'dana' }, { owner: 'lee' }, { owner: 'eve' }, { team: 'west' }, { rule: 'no-amount' }])
      expect((await json('POST', '/silences', { ...of, comment: 'x' })).status).toBe(201)
    as(callerOf({ id: 'lee', sees: { is: 'team', team: 'west' } }))
    const { people } = store
    let reads = 0
    store.people = () => {
      reads += 1
      return people()
    }
    const { silences } = (await json('GET', '/silences')).body
    const named = silences.map(({ owner, team }: { owner: string | null; team: string | null }) => owner ?? team)
    expect(named.sort()).toEqual(['dana', 'lee', 'west'])
    expect(reads).toBe(1)
  })

  test('plans tell what would happen, also under other rules', async () => {
    const { json, setNow, store } = await quiet()
    setNow(NOON + 3 * 86_400_000)
    await json('PUT', '/opportunities/OPP-2', { ...DEAL, stage: 'discovery', amount: null })
    const rulesOf = (plan: { intents: { rule: string }[] }) => plan.intents.map(({ rule }) => rule)
    expect(rulesOf((await json('GET', '/plans')).body)).toEqual(['no-amount'])
    const other = RULES.replace('no-amount:', 'amount-please:')
    expect(rulesOf((await json('POST', '/plans', { rules: other })).body)).toContain('amount-please')
    const wrong = await json('POST', '/plans', { rules: 'rules: { a: { whn: 1 } }' })
    expect([wrong.status, wrong.body.type]).toEqual([422, 'urn:linewalker:problem:invalid-rules'])
    expect(wrong.body.problems[0]).toMatchObject({ file: 'rules.yaml', line: 1 })
    expect(await store.findings({ rule: 'no-amount' })).toEqual([])
  })

  test('moves are told and made', async () => {
    const { json } = await quiet()
    const asked = (await json('GET', '/accounts/acme/moves?to=bad-fit')).body
    expect(asked).toMatchObject({
      bin: 'cold',
      may: false,
      allowed: [{ bin: 'working' }, { bin: 'active-opportunity' }],
    })
    expect(asked.why).toMatch(/^No move leads from cold to bad-fit/)
    expect((await json('GET', '/accounts/acme/moves?to=working')).body.may).toBe(true)
    expect((await json('POST', '/accounts/acme/moves', { to: 'bad-fit' })).status).toBe(409)
    expect((await json('POST', '/accounts/acme/moves', { to: 'workin' })).body.nearest).toBe('working')
    expect((await json('POST', '/accounts/acme/moves', { to: 'working' }, WAIT)).status).toBe(200)
    expect((await json('GET', '/accounts/acme')).body.bin).toBe('working')
  })

  test('contacts and people', async () => {
    const { json, as } = await quiet()
    expect((await json('PUT', '/contacts/c-1', { account: 'acme', name: 'Kim' }, WAIT)).status).toBe(201)
    await json('PATCH', '/contacts/c-1', { email: 'kim@acme.example' })
    expect((await json('GET', '/contacts?account=acme')).body.contacts).toEqual([
      { id: 'c-1', account: 'acme', name: 'Kim', email: 'kim@acme.example' },
    ])
    expect((await json('PUT', '/people/max', { name: 'Max', role: 'rep', team: 'west' })).status).toBe(202)
    expect((await json('GET', '/people?team=west')).body.people.map(({ id }: { id: string }) => id)).toEqual([
      'dana',
      'lee',
      'max',
    ])
    as(callerOf({ may: ['read', 'write'] }))
    expect((await json('PATCH', '/people/max', { role: 'admin' })).status).toBe(403)
    const batch = await json('POST', '/batches', [{ record: 'person', id: 'max', role: 'admin' }])
    expect(batch.body.lines[0]).toMatchObject({ outcome: 'rejected', problem: { status: 403 } })
    expect((await json('GET', '/people/max')).body.role).toBe('rep')
  })

  test('a view and the reports', async () => {
    const { json } = await quiet()
    const { body } = await json('GET', '/views/open-ones')
    expect(body.columns.map(({ name }: { name: string }) => name)).toEqual(['name', 'owner', 'amount', 'health'])
    expect(body.rows[0].cells.map(({ text, wrong }: { text: string; wrong: string | null }) => [text, wrong])).toEqual([
      ['Pumps', null],
      ['Dana Ruiz', null],
      ['20,000', null],
      ['poor', 'poor'],
    ])
    expect((await json('GET', '/views/open-one')).body.allowed).toEqual(['open-ones', 'accounts'])
    expect((await json('GET', '/reports/health?by=team')).body.groups).toMatchObject([
      { name: 'west', levels: { poor: { count: 1 } } },
    ])
    expect((await json('GET', '/reports/goals')).body.goals).toEqual([])
  })
})

test('who sees only the own finds nothing else of all that hangs on it', async () => {
  const { json, as, walk } = await openBench()
  for (const [id, owner, account] of [
    ['OPP-1', 'dana', 'acme'],
    ['OPP-2', 'eve', 'globex'],
  ])
    await json('PUT', `/opportunities/${id}`, { ...DEAL, amount: null, stage: 'discovery', owner, account })
  await json('PUT', '/contacts/c-2', { account: 'globex', name: 'Kim' })
  await json('POST', '/activities', { id: 'a-2', kind: 'call', at: '2026-03-01', opportunity: 'OPP-2' })
  await walk()
  const theirs = (await json('GET', '/tasks?assignee=eve')).body.tasks[0].id as string
  as(callerOf({ id: 'dana', sees: { is: 'own', person: 'dana' } }))
  expect((await json('GET', '/findings')).body.findings).toHaveLength(1)
  expect((await json('GET', '/tasks')).body.tasks.map(({ assignee }: { assignee: string }) => assignee)).toEqual([
    'dana',
  ])
  expect((await json('GET', '/contacts')).body.contacts).toEqual([])
  expect((await json('GET', '/people')).body.people.map(({ id }: { id: string }) => id)).toEqual(['dana'])
  for (const [method, path, body] of [
    ['GET', '/findings/no-amount/opportunity/OPP-2/1'],
    ['POST', '/findings/no-amount/opportunity/OPP-2/1/acknowledge'],
    ['GET', '/findings/no-amount/opportunity/OPP-2/1/explanation'],
    ['GET', '/rules/no-amount/explanations/opportunity/OPP-2'],
    ['POST', `/tasks/${encodeURIComponent(theirs)}/complete`],
    ['GET', '/contacts/c-2'],
    ['PATCH', '/contacts/c-2', { name: 'Me' }],
    ['GET', '/accounts/globex/moves'],
    ['POST', '/accounts/globex/moves', { to: 'working' }],
    ['POST', '/activities', { kind: 'call', at: '2026-03-02', opportunity: 'OPP-2' }],
  ] as const)
    expect((await json(method, path, body)).status, `${method} ${path}`).toBe(404)
  const stolen = await json('PUT', '/activities/a-2', { kind: 'call', at: '2026-03-02', opportunity: 'OPP-1' })
  expect(stolen.status).toBe(409)
  expect((await json('POST', '/silences', { rule: 'no-amount', comment: 'x' })).status).toBe(403)
  expect((await json('POST', '/plans/approve')).status).toBe(403)
  const { held, intents } = (await json('GET', '/plans')).body
  expect([...held, ...intents].filter(({ subject }) => subject?.id === 'OPP-2')).toEqual([])
})
