import { expect, test } from 'vitest'
import { callerOf, openBench } from './support.js'

test('the rules in force are told, each with its place', async () => {
  const { json } = await openBench()
  const { status, body } = await json('GET', '/rules')
  expect(status).toBe(200)
  expect(body.rules.map(({ id }: { id: string }) => id)).toContain('quiet-proposal')
  expect(body.rules.find(({ id }: { id: string }) => id === 'quiet-proposal').place).toMatch(/^rules\.yaml:\d+$/)
})

test('who proved nothing is told so, and who may not too', async () => {
  const { json, as } = await openBench()
  as(null)
  const nobody = await json('GET', '/rules')
  expect([nobody.status, nobody.body.type]).toEqual([401, 'urn:linewalker:problem:not-signed-in'])
  expect(nobody.headers.get('content-type')).toBe('application/problem+json')
  expect(nobody.headers.get('www-authenticate')).toMatch(/^Bearer/)
  as(callerOf({ may: ['hooks'] }))
  const other = await json('GET', '/rules')
  expect([other.status, other.body.type, other.body.scope]).toEqual([403, 'urn:linewalker:problem:not-allowed', 'read'])
})

test('what is not there is a problem, too', async () => {
  const { json } = await openBench()
  expect((await json('GET', '/rules/nope')).body.detail).toBe('There is no rule "nope".')
  expect((await json('GET', '/nowhere')).body).toMatchObject({
    status: 404,
    detail: 'There is nothing at /api/v1/nowhere.',
  })
  expect((await json('GET', '/rules?colour=red')).body).toMatchObject({
    status: 422,
    detail: 'colour in the query: There are no parameters.',
  })
})

test.each([
  ['/api/v1/opportunitys', '/api/v1/opportunities'],
  ['/api/v1/opportunity/OPP-1', '/api/v1/opportunities/OPP-1'],
  ['/api/v1/findings/quiet/opportunity/OPP-1/1/aknowledge', '/api/v1/findings/quiet/opportunity/OPP-1/1/acknowledge'],
  ['/api/v1/contacts/', '/api/v1/contacts'],
  ['/api/opportunities', null],
  ['/api/v2/tasks', '/api/v1/tasks'],
  ['/api/v1/openapi.yaml', '/api/v1/openapi.json'],
  ['/api/doc', '/api/docs'],
  ['/api/v1/tasks/1/2/3/4', null],
  [`/api/v1/opportunitys/${'x'.repeat(1000)}`, null],
])('for the mistyped path %s the nearest is told: %s', async (path, meant) => {
  const { json } = await openBench()
  const { status, body } = await json('GET', path)
  expect([status, body.nearest ?? null]).toEqual([404, meant])
  expect(body.detail).toBe(`There is nothing at ${path}.${meant === null ? '' : ` Did you mean ${meant}?`}`)
})

test('a method that a path does not know is told those that it knows', async () => {
  const { ask } = await openBench()
  const answer = await ask('DELETE', '/opportunities/OPP-1')
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, PUT, PATCH'])
  expect((await ask('HEAD', '/rules')).status).toBe(200)
})

test('the reference tells of every operation, and holds no script and no style of its own', async () => {
  const { ask, json } = await openBench()
  const page = await (await ask('GET', '/api/docs')).text()
  const { body } = await json('GET', '/api/v1/openapi.json')
  for (const methods of Object.values(body.paths))
    for (const { operationId } of Object.values(methods as Record<string, { operationId: string }>))
      expect(page).toContain(`id="${operationId}"`)
  expect(page).not.toMatch(/<script|<style| style=| on[a-z]+=|https?:\/\//)
  for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${id}"`)
  expect((await ask('GET', '/api/docs/style.css')).headers.get('content-type')).toMatch(/^text\/css/)
})

test('the reference shows what a list answers, and the bounds and defaults of what is asked', async () => {
  const { ask } = await openBench()
  const page = await (await ask('GET', '/api/docs')).text()
  const list = page.slice(page.indexOf('id="listPeople"'), page.indexOf('id="getPerson"'))
  expect(list).toContain('<code>people</code> (list of <a href="#schema-Person">Person</a>)')
  expect(list).toContain('<code>next</code> (string or null)')
  expect(list).toContain('<small>1 to 200; left out: 50</small>')
  expect(page).toContain('text/event-stream')
})

test('a read that the caller has already is not told again', async () => {
  const { ask } = await openBench()
  const first = await ask('GET', '/rules')
  const etag = first.headers.get('etag') ?? ''
  const again = await ask('GET', '/rules', undefined, { 'if-none-match': etag })
  expect([again.status, await again.text()]).toEqual([304, ''])
  expect((await ask('GET', '/rules', undefined, { 'if-none-match': '"other"' })).status).toBe(200)
})
