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

  test('does not tell whoever sees only the own or the team which others the rules name', async () => {
    const { json, as, walk } = await openBench(
      database,
      RULES.replace('title: "Say what', 'assign: manager, title: "Say what'),
    )
    await json('PUT', '/opportunities/OPP-1', { owner: 'eve', stage: 'discovery' })
    await walk()
    const paths = ['/findings?owner=', '/tasks?assignee=', '/opportunities?owner=', '/accounts?owner=']
    const asked = async (id: string) => {
      const answers = await Promise.all(paths.map((path) => json('GET', `${path}${id}`)))
      return answers.map(({ status, body }) => [
        status,
        body.nearest ?? null,
        body.detail?.replaceAll(id, 'ID') ?? null,
      ])
    }
    const refused = (nearest: string | null = null) =>
      paths.map(() => [422, nearest, `There is no person "ID".${nearest ? ` Did you mean "${nearest}"?` : ''}`])
    const taken = paths.map(() => [200, null, null])

    as(callerOf({ id: 'zoe', sees: { is: 'own', person: 'zoe' } }))
    for (const id of ['dana', 'dnaa', 'lee', 'ola', 'eve', 'qqqqq']) expect(await asked(id), id).toEqual(refused())
    expect(await asked('zoe')).toEqual(taken)
    expect(await asked('zeo')).toEqual(refused('zoe'))

    as(callerOf({ id: 'lee', sees: { is: 'team', team: 'west' } }))
    for (const id of ['eve', 'ola', 'qqqqq']) expect(await asked(id), id).toEqual(refused())
    expect(await asked('dana')).toEqual(taken)
    expect(await asked('dnaa')).toEqual(refused('dana'))

    as(callerOf({ id: 'eve', sees: { is: 'own', person: 'eve' } }))
    const { body } = await json('GET', '/tasks?assignee=ola')
    expect(body.tasks).toMatchObject([{ assignee: 'ola' }])
    expect(await asked('lee')).toEqual(refused())
  })
})
