import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { loadRules } from '../../src/index.js'
import type { HookType } from '../../src/program/sections/hooks.js'
import { bring, keyPair, request, takeAll } from '../intake/hooks/world.js'
import { type World, world } from '../intake/world.js'
import { databases } from '../support/databases.js'
import { blocksOf } from './pages.js'

const blocks = blocksOf('docs/hooks.md')
const sources = blocks.filter(({ lang }) => lang === 'yaml').map(({ text }) => parse(text).sources)
const payloads = blocks.filter(({ lang }) => lang === 'json')

const STAGES =
  'pipelines: { sales: { stages: { discovery: {}, proposal: {}, closed: { statuses: [won, lost, abandoned] } } } }'
const NOW = Date.parse('2026-03-16T14:36:00Z')
const key = keyPair('ed25519')
const SECRET = 'the secret of the page'

/** How each CRM would sign the payload. */
const SIGNED: Readonly<Record<HookType, (body: string) => Record<string, string>>> = {
  highlevel: (body) => ({ 'x-ghl-signature': key.sign(body) }),
  hubspot: (body) => ({
    'x-hubspot-signature-v3': createHmac('sha256', SECRET)
      .update(`POSThttps://lw.example.com/hooks/hubspot${body}${NOW}`)
      .digest('base64'),
    'x-hubspot-request-timestamp': String(NOW),
  }),
  salesforce: () => ({ 'content-type': 'application/json', authorization: `Bearer ${SECRET.replaceAll(' ', '-')}` }),
  pipedrive: () => ({ authorization: `Basic ${Buffer.from(`linewalker:${SECRET}`).toString('base64')}` }),
  generic: (body) => ({
    'content-type': 'application/cloudevents+json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(NOW / 1000),
    'webhook-signature': `v1,${createHmac('sha256', SECRET)
      .update(`msg_1.${NOW / 1000}.${body}`)
      .digest('base64')}`,
  }),
}

describe('the page about hooks', () => {
  let w: World
  beforeAll(async () => {
    w = await world(databases[0]!)
  })
  afterEach(() => w.empty())
  afterAll(() => w.close())

  test('shows a source and a payload of each CRM', () => {
    expect(payloads.map(({ note }) => note)).toEqual(Object.keys(SIGNED))
    expect(sources.map((all) => (Object.values(all)[0] as { hook: { type: string } }).hook.type)).toEqual(
      Object.keys(SIGNED),
    )
  })

  test.each(payloads.map(({ note, text }, i) => [note as HookType, text, i] as const))(
    'the payload of %s is taken as the source beside it says',
    async (type, body, i) => {
      const [[name, source]] = Object.entries(sources[i] as Record<string, { hook: Record<string, unknown> }>) as [
        [string, { hook: Record<string, unknown> }],
      ]
      const secret = type === 'salesforce' ? SECRET.replaceAll(' ', '-') : SECRET
      const hook = { ...source.hook, ...(type === 'highlevel' ? { public_key: key.publicKey } : { secret }) }
      const activities = 'activities: { touches: [email, call] }'
      const text = `${STAGES}\n${activities}\n${stringify({ sources: { [name]: { ...source, hook } } })}`
      const { program, problems } = loadRules([{ path: 'rules.yaml', text }])
      expect(problems).toEqual([])
      const kept = await bring(w, program!, name, request(body, SIGNED[type](body), NOW))
      expect(kept).toHaveLength(1)
      await takeAll(w, program!, NOW)
      expect((await w.store.hooks({})).map(({ state, reason }) => [state, reason])).toEqual([['taken', null]])
      expect(await w.rows('opportunities')).toMatchObject([{ stage: 'proposal' }])
    },
  )
})
