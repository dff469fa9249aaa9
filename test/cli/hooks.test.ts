import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../src/index.js'
import { linewalker, shareCompany, transcript } from './support.js'

const NOW = Date.parse('2026-03-16T09:00-04:00')

const source = (map: string) => `sources:
  pipe:
    hook: { type: pipedrive, user: linewalker, secret: "\${PASSWORD}" }
    opportunities: { id: id, name: title, stage: { column: stage_id, map: ${map} } }
`

/** What a CRM sent, on the command line: each test goes on where the one before ended. */
describe('hooks', () => {
  shareCompany(async () => {
    writeFileSync('rules/pipe.yaml', source('{ 1: discovery }'))
    const store = await openStore('sqlite:linewalker.db', { create: true })
    for (const [i, stage] of [1, 2].entries()) {
      const id = `3f0e5c1c-0d3c-4f0e-${i}`
      const meta = { action: 'change', entity: 'deal', id, timestamp: new Date(NOW).toISOString() }
      const body = JSON.stringify({ meta, data: { id: `P-${i}`, title: 'Roof', stage_id: stage } })
      const hook = {
        id: `h-${i}`,
        source: 'pipe',
        type: 'pipedrive',
        headers: '{}',
        body,
        encoding: 'text' as const,
        at: NOW + i,
      }
      await store.keepHook(hook, [{ id, of: 'change.deal', at: NOW }])
    }
    await store.close()
  })

  test('listed, shown and taken again, in words', async () => {
    const said: string[] = []
    const call = async (...args: string[]) => {
      said.push(transcript(args.join(' '), await linewalker(args)))
    }
    await call('hooks')
    await call('hooks', 'replay', '--not-understood')
    await call('hooks', 'replay', '--source', 'pipe')
    await call('hooks', 'list', '--state', 'not_understood')
    await call('hooks', 'show', '3f0e5c1c-0d3c-4f0e-1')
    writeFileSync('rules/pipe.yaml', source('{ 1: discovery, 2: proposal }'))
    await call('hooks', 'replay', '--not-understood')
    await call('hooks', 'replay', '--not-understood')
    await call('hooks', 'replay')
    await call('hooks', 'replay', '3f0e5c1c-0d3c-4f0e-7')
    await call('hooks', 'list', '--source', 'pip')
    await expect(said.join('\n')).toMatchFileSnapshot('golden/hooks.txt')
  })

  test('as JSON', async () => {
    const { code, out } = await linewalker(['hooks', 'list', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      hooks: [
        { source: 'pipe', id: '3f0e5c1c-0d3c-4f0e-1', of: 'change.deal', record: 'opportunities/P-1', state: 'taken' },
        { source: 'pipe', at: '2026-03-16T09:00-04:00', state: 'taken', reason: null },
      ],
      counts: [{ source: 'pipe', state: 'taken', events: 2 }],
    })
  })
})
