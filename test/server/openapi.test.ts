import { createConfig, lintFromString } from '@redocly/openapi-core'
import { expect, test } from 'vitest'
import { openBench } from './support.js'

test('the document passes a public linter without a word', async () => {
  const { ask } = await openBench()
  const answer = await ask('GET', '/api/v1/openapi.json')
  expect(answer.headers.get('content-type')).toBe('application/json')
  const config = await createConfig({ extends: ['recommended'] })
  const problems = await lintFromString({ source: await answer.text(), config })
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([])
})

test('every operation says what it is for, in a sentence, and what it may answer', async () => {
  const { json } = await openBench()
  const { body } = await json('GET', '/api/v1/openapi.json')
  const operations = Object.values(body.paths).flatMap((path) => Object.values(path as Record<string, Described>))
  expect(operations.length).toBeGreaterThan(45)
  for (const { operationId, summary, responses } of operations) {
    expect(summary, operationId).toMatch(/^[A-Z].*\.$/)
    expect(Object.keys(responses), operationId).toEqual(expect.arrayContaining(['401', '403', '503']))
  }
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
})

test('the document says how one proves who asks, when to ask again, and what is streamed', async () => {
  const { json } = await openBench()
  const { paths, components } = (await json('GET', '/api/v1/openapi.json')).body
  expect(components.securitySchemes.session.name).toBe('linewalker')
  expect(components.securitySchemes.session.description).toContain('`__Host-linewalker`')
  expect(components.securitySchemes.token.description).toContain('`linewalker token create`')
  for (const methods of Object.values(paths))
    for (const { responses, operationId } of Object.values(methods as Record<string, Described>))
      for (const status of ['409', '429', '503'].filter((one) => one !== '409' || one in responses))
        expect(responses[status], operationId).toHaveProperty(['headers', 'Retry-After'])
  const stream = paths['/api/v1/stream'].get
  expect(Object.keys(stream.responses['200'].content)).toEqual(['text/event-stream'])
  expect(stream.parameters.map(({ name }: { name: string }) => name)).toEqual(['Last-Event-ID'])
})

interface Described {
  operationId: string
  summary: string
  responses: Record<string, unknown>
}
