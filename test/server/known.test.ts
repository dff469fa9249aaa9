import { describe, expect, test } from 'vitest'
import { databases } from '../support/databases.js'
import { callerOf, openBench, RULES } from './support.js'

describe.each(databases)('a list that names somebody, on $name', (database) => {
  test('of a person or a rule whom nobody knows is refused, with the nearest', async () => {
    const { json } = await openBench(database)
    await json('PUT', '/opportunities/OPP-1', { stage: 'discovery', owner: 'dana' })
    for (const path of [
      '/findings?owner=dnaa',
      '/tasks?assignee=dnaa',
      '/opportunities?owner=dnaa',
      '/accounts?owner=dnaa',
    ])
      expect(await json('GET', path), path).toMatchObject({
        status: 422,
        body: {
          type: 'urn:linewalker:problem:unknown-person',
          detail: 'There is no person "dnaa". Did you mean "dana"?',
          nearest: 'dana',
        },
      })
    expect((await json('GET', '/findings?rule=no-amonut')).body).toMatchObject({
      type: 'urn:linewalker:problem:unknown-name',
      nearest: 'no-amount',
    })
    const silence = { owner: 'dnaa', comment: 'on leave' }
    expect((await json('POST', '/silences', silence)).body).toMatchObject({ nearest: 'dana' })
    for (const path of [
      '/findings?owner=eve',
      '/findings?rule=no-amount',
      '/tasks?assignee=lee',
      '/opportunities?owner=eve',
    ])
      expect((await json('GET', path)).status, path).toBe(200)
  })

  test('of whoever owns a record, known by the name alone, is taken', async () => {
    const { json } = await openBench(database, RULES.replace(/people:\n( {2}.*\n)+/, ''))
    expect((await json('GET', '/findings?owner=philippa')).status).toBe(200)
    await json('PUT', '/accounts/acme', { owner: 'philippa' })
    await json('PUT', '/opportunities/OPP-1', { stage: 'discovery', owner: 'sam' })
    for (const owner of ['philippa', 'sam']) expect((await json('GET', `/findings?owner=${owner}`)).status).toBe(200)
    expect((await json('GET', '/findings?owner=phillipa')).body).toMatchObject({ status: 422, nearest: 'philippa' })
  })

  test('does not tell whoever sees only the own who else owns records', async () => {
    const { json, as } = await openBench(database, RULES.replace(/people:\n( {2}.*\n)+/, ''))
    await json('PUT', '/opportunities/OPP-1', { stage: 'discovery', owner: 'sam' })
    as(callerOf({ id: 'zoe', sees: { is: 'own', person: 'zoe' } }))
    expect((await json('GET', '/findings?owner=zoe')).status).toBe(200)
    const answers = await Promise.all(['sam', 'tom'].map((owner) => json('GET', `/findings?owner=${owner}`)))
    expect(answers.map(({ status }) => status)).toEqual([422, 422])
    expect(
      JSON.stringify(answers[1]?.body)
        .replaceAll('tom', 'sam')
        .replace(/"(request|instance)":"[^"]*"/g, ''),
    ).toBe(JSON.stringify(answers[0]?.body).replace(/"(request|instance)":"[^"]*"/g, ''))
  })
})
