import { describe, expect, test } from 'vitest'
import { databases } from '../support/databases.js'
import { openBench } from './support.js'

const RECORDS = [
  ['/opportunities/OPP-1', { stage: 'discovery', owner: 'dana' }],
  ['/accounts/acme', { name: 'Acme' }],
  ['/contacts/c-1', { account: 'globex' }],
  ['/people/kim', { name: 'Kim' }],
] as const

describe.each(databases)('on $name', (database) => {
  test.each(RECORDS)('If-None-Match: * creates %s, and never replaces it', async (path, body) => {
    const { json } = await openBench(database)
    const isNew = { 'if-none-match': '*' }
    expect((await json('PUT', path, body, { ...isNew, prefer: 'wait' })).status).toBe(201)
    const again = await json('PUT', path, { ...body, name: 'Another' }, isNew)
    expect([again.status, again.body.type]).toEqual([412, 'urn:linewalker:problem:version-moved'])
    expect((await json('GET', path)).body.name).not.toBe('Another')
    expect((await json('PUT', path, body, { 'if-none-match': '"x"' })).status).toBe(422)
  })

  test('nobody whom the rules declare is created', async () => {
    const { json } = await openBench(database)
    expect((await json('PUT', '/people/dana', { name: 'Kim' }, { 'if-none-match': '*' })).status).toBe(412)
  })

  test.each(RECORDS)('If-Match changes %s only as it was read', async (path, body) => {
    const { json } = await openBench(database)
    const missing = await json('PUT', path, body, { 'if-match': '"x"' })
    expect([missing.status, missing.body.version]).toEqual([412, null])
    const made = await json('PUT', path, body)
    const read = (await json('GET', path)).headers.get('etag') as string
    expect(read).toMatch(new RegExp(`^"${made.body.version}\\.`))
    const first = await json('PATCH', path, { name: 'First' }, { 'if-match': read })
    expect(first.status).toBe(202)
    const late = await json('PATCH', path, { name: 'Late' }, { 'if-match': read })
    expect([late.status, late.body.version]).toEqual([412, first.body.version])
    expect(late.headers.get('etag')).toBe(first.headers.get('etag'))
    expect((await json('GET', path)).body.name).toBe('First')
    const again = await json('PUT', path, { ...body, name: 'Second' }, { 'if-match': `"x", "${first.body.version}"` })
    expect(again.status).toBe(202)
    expect((await json('PATCH', path, { name: 'Third' }, { 'if-match': '*' })).status).toBe(202)
    expect((await json('GET', path)).body.name).toBe('Third')
  })

  test('a person has a version as the rules and data together have it', async () => {
    const { json } = await openBench(database)
    const read = (await json('GET', '/people/dana')).headers.get('etag') as string
    const first = await json('PATCH', '/people/dana', { timezone: 'Europe/London' }, { 'if-match': read })
    expect(first.status).toBe(202)
    expect((await json('PATCH', '/people/dana', { timezone: 'UTC' }, { 'if-match': read })).status).toBe(412)
    expect((await json('GET', '/people/dana')).body).toMatchObject({ name: 'Dana Ruiz', timezone: 'Europe/London' })
  })

  test('what is to be changed has to be there', async () => {
    const { json } = await openBench(database)
    for (const [path, says] of [
      ['/contacts/c-9', 'There is no contact "c-9".'],
      ['/people/kim', 'There is no person "kim".'],
    ] as const)
      expect((await json('PATCH', path, { name: 'Kim' })).body).toMatchObject({ status: 404, detail: says })
  })

  test('a condition that is not heeded is refused, and nothing is changed', async () => {
    const { json } = await openBench(database)
    await json('PUT', '/contacts/c-1', { account: 'globex', name: 'Kim' })
    const call = { kind: 'call', at: '2026-03-19T10:00Z', account: 'globex' }
    const told = await json('POST', '/activities', call, { 'if-match': '"x"' })
    expect([told.status, told.body.header]).toEqual([422, 'If-Match'])
    expect((await json('PATCH', '/contacts/c-1', { name: 'Another' }, { 'if-none-match': '*' })).status).toBe(422)
    expect((await json('GET', '/contacts/c-1')).body.name).toBe('Kim')
  })
})
