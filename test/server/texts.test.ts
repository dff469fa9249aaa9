import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { operations } from '../../src/server/api/index.js'
import { databases } from '../support/databases.js'
import { openBench } from './support.js'

interface Described {
  type?: string
  enum?: unknown[]
  const?: unknown
  pattern?: string
}

/** The places at which a schema takes any text, also one that no database holds. */
function anyTextIn(schema: z.ZodType | undefined): string[] {
  if (!schema) return []
  const found: string[] = []
  const walk = (node: unknown, at: string) => {
    if (typeof node !== 'object' || node === null) return
    const { type, enum: words, const: only, pattern } = node as Described
    const takes = (text: string) => pattern === undefined || new RegExp(pattern, 'u').test(text)
    if (type === 'string' && !words && only === undefined && (takes('a\u0000b') || takes('\ud83e'))) found.push(at)
    for (const [name, part] of Object.entries(node)) walk(part, `${at}/${name}`)
  }
  walk(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), '')
  return found
}

test.each(operations)('$method $path takes no text that cannot be kept', ({ params, query, body, bodyDescribed }) => {
  for (const part of [params, query, body, bodyDescribed]) expect(anyTextIn(part)).toEqual([])
})

test('bytes that are not UTF-8 are refused, and nothing is put in their place', async () => {
  const { json } = await openBench()
  await json('PUT', '/opportunities/OPP-1', { name: 'Pumps', stage: 'proposal', owner: 'dana' })
  const latin = Buffer.from('{"next_step":"caf\u00e9"}', 'latin1')
  const { status, body } = await json('PATCH', '/opportunities/OPP-1', latin)
  expect([status, body.detail]).toEqual([400, 'The body holds bytes that are not UTF-8; send it as UTF-8.'])
  expect((await json('GET', '/opportunities/OPP-1')).body).not.toHaveProperty('next_step')
})

describe.each(databases)('a character that no text may hold, on $name', (database) => {
  test('is refused with 422 wherever it is asked for or written', async () => {
    const { json, ask, walk, errors } = await openBench(database)
    await json('PUT', '/opportunities/OPP-1', { name: 'Pumps', stage: 'proposal', owner: 'dana' })
    await walk()
    const facts = [
      'name[contains]',
      'name[starts_with]',
      'name',
      'next_step',
      'id[contains]',
      'fields.competitor',
      'owner',
      'stage',
    ]
    const asked = [
      ...facts.map((fact) => `/opportunities?${encodeURIComponent(fact)}=%00`),
      '/accounts?name%5Bstarts_with%5D=%00',
      `/opportunities?when=${encodeURIComponent('{"name":{"contains":"\\u0000"}}')}`,
      `/opportunities?when=${encodeURIComponent('{"any":[{"name":["x","\\ud800"]}]}')}`,
      '/people?team=%00',
      '/findings?rule=%00',
      '/opportunities?view=%00',
      '/opportunities?sort=%00',
      '/opportunities?cursor=%00',
      '/opportunities/%00',
    ]
    for (const path of asked) expect([path, (await ask('GET', path)).status]).toEqual([path, 422])
    const finding = '/findings/no-amount/opportunity/OPP-1/1'
    const until = '2026-05-01'
    for (const sign of ['\u0000', '\ud800']) {
      for (const [method, path, body] of [
        ['POST', '/silences', { owner: 'dana', comment: `x${sign}` }],
        ['POST', '/silences', { team: sign, comment: 'x' }],
        ['POST', `${finding}/snooze`, { until, reason: sign }],
        ['PATCH', '/opportunities/OPP-1', { next_step: sign }],
        ['PATCH', '/opportunities/OPP-1', { fields: { competitor: sign } }],
        ['POST', '/activities', { kind: 'call', at: '2026-03-19', by: sign, opportunity: 'OPP-1' }],
        ['POST', '/plans/approve', { rules: [sign] }],
      ] as const) {
        const { status, body: told } = await json(method, path, body)
        expect([path, status, JSON.stringify(told)]).toEqual([
          path,
          422,
          expect.stringMatching(/no text may hold|control characters/),
        ])
      }
    }
    expect(errors).toEqual([])
  })
})
