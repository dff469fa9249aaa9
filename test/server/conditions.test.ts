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

  test('a condition that is not heeded is refused, and nothing is changed', async () => {
    const { json } = await openBench(database)
    await json('PUT', '/contacts/c-1', { account: 'globex', name: 'Kim' })
    for (const [method, path] of [
      ['PUT', '/contacts/c-1'],
      ['PATCH', '/contacts/c-1'],
      ['PATCH', '/people/dana'],
    ] as const) {
      const told = await json(method, path, { name: 'Another' }, { 'if-match': '"x"' })
      expect([told.status, told.body.header], path).toEqual([422, 'If-Match'])
    }
    expect((await json('PATCH', '/contacts/c-1', { name: 'Another' }, { 'if-none-match': '*' })).status).toBe(422)
    expect((await json('GET', '/contacts/c-1')).body.name).toBe('Kim')
  })
})
