import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { loadFolder, openHttpGuard, record, serve } from '../../src/app.js'
import type { Program } from '../../src/program/program.js'
import type { Serving } from '../../src/server/serve.js'
import { StoreError } from '../../src/store/errors.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import { databases, type Place, useStore } from '../support/databases.js'

const NOW = Date.UTC(2026, 2, 20, 9)
const RULES = `
calendar: { timezone: UTC }
pipelines: { main: { stages: { open: {}, closed: { statuses: [won, lost, abandoned] } } } }
activities: { touches: [call] }
limits: { per_run: { share: 100% } }
rules:
  quiet: { for: opportunity, when: { status: open, time_since_activity: { over: 14 days } } }
`

describe.each(databases)('a server on $name', ({ place }) => {
  let at: Place
  let folder: string
  let store: Store
  let program: Program
  let serving: Serving | null = null
  let lines: Record<string, unknown>[] = []
  useStore(place, async (opened, there) => {
    store = opened
    at = there
    folder = mkdtempSync(join(tmpdir(), 'linewalker-serve-'))
    writeFileSync(join(folder, 'rules.yaml'), RULES)
    program = (await loadFolder(folder)).program as Program
    lines = []
  })
  afterEach(async () => {
    await serving?.stop()
    serving = null
    rmSync(folder, { recursive: true, force: true })
  })

  const open = async (port = 0, over: Partial<Store> = {}) => {
    const http = await openHttpGuard()
    serving = await serve({
      store: { ...store, ...over },
      program,
      process: { id: 'me', command: 'serve' },
      clock: () => NOW,
      http,
      env: {},
      outbox: join(folder, 'outbox'),
      rules: { folder, read: () => loadFolder(folder) },
      host: '127.0.0.1',
      port,
      version: '1.2.3',
      log: { as: 'json', write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
    })
    return serving.url
  }
  /** As another process would. */
  const bring = async (id: string) => {
    const elsewhere = await openStore(at.url)
    const said = [{ record: 'opportunities' as const, id, values: { created: '2026-03-02' } }]
    await record(elsewhere, program, said, { by: 'robin', now: NOW })
    await elsewhere.close()
  }

  test('says that it is alive, and ready while its loop runs and its rules are in force', async () => {
    const url = await open()
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' })
    const ready = await fetch(`${url}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', wrong: [] }])
    await store.release({ id: 'me' })
    await store.bringIntoForce({ digest: 'another', rules: {} }, { id: 'x', command: 'apply', clock: NOW }, NOW)
    const not = await fetch(`${url}/readyz`)
    expect([not.status, await not.json()]).toEqual([
      503,
      { status: 'not ready', wrong: ['Another program is in force.'] },
    ])
  })

  test('is not ready while its clock lies before the last run: nothing is walked', async () => {
    const url = await open(0, { lastCommitAt: async () => NOW + 120_000 })
    const not = await fetch(`${url}/readyz`)
    expect([not.status, await not.json()]).toEqual([
      503,
      { status: 'not ready', wrong: ['The clock lies before the last run: nothing is walked until then.'] },
    ])
  })

  test('leads a browser to what there is to read, and says that nobody signs in', async () => {
    const url = await open()
    const first = await fetch(url)
    expect([first.status, first.url]).toEqual([200, `${url}/api/docs`])
    expect(await first.text()).toContain('<title>API of Linewalker</title>')
    const login = await fetch(`${url}/login`)
    expect(login.status).toBe(200)
    expect(await login.text()).toContain('<h1>Nobody signs in here</h1>')
  })

  test('answers that it is alive while the database does not, and logs what that is without a stack', async () => {
    let isDown = false
    const down =
      <A extends unknown[], R>(ask: (...args: A) => Promise<R>) =>
      (...args: A): Promise<R> =>
        isDown ? Promise.reject(new StoreError('unreachable', 'No PostgreSQL answers.')) : ask(...args)
    const url = await open(0, {
      hasTokens: down(store.hasTokens),
      inForce: down(store.inForce),
      stopped: down(store.stopped),
      lastCommitAt: down(store.lastCommitAt),
    })
    isDown = true
    await bring('acme')
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    await until(async () => lines.some(({ msg }) => msg === 'failed'))
    expect(lines.find(({ msg }) => msg === 'failed')).toMatchObject({
      reason: 'unreachable',
      error: 'No PostgreSQL answers.',
    })
    isDown = false
  })

  test('counts what it does for Prometheus, and writes a line for each request, without its query', async () => {
    await bring('acme')
    const url = await open()
    await until(async () => (await store.findings({ state: ['open'] })).length === 1)
    await fetch(`${url}/healthz?secret=not-for-the-log`)
    const text = await (await fetch(`${url}/metrics`)).text()
    expect(text).toContain('linewalker_open_findings{rule="quiet",severity="watch"} 1')
    expect(text).toContain('linewalker_intents_total{rule="quiet",step="open"} 1')
    expect(text).toContain('linewalker_due_lag_seconds 0')
    expect(text).toMatch(
      /linewalker_http_request_duration_seconds_count\{method="GET",route="\/healthz",status="200"\} 1/,
    )
    const requests = lines.filter(({ msg }) => msg === 'request')
    expect(requests[0]).toMatchObject({ method: 'GET', route: '/healthz', status: 200 })
    expect(requests[1]).toMatchObject({ method: 'GET', route: '/metrics', status: 200, caller: 'local' })
    expect(requests[0]?.request).toEqual(expect.any(String))
    expect(JSON.stringify(lines)).not.toContain('not-for-the-log')
  })

  test.each(['approve', 'baseline'])('tells and counts what %s lets happen', async (what) => {
    const held = RULES.replace('share: 100%', 'effects: 1').replace(
      'over: 14 days } }',
      'over: 14 days } }, then: [{ create_task: { assign: dana, title: Call } }]',
    )
    writeFileSync(join(folder, 'rules.yaml'), `${held}people: { dana: { name: Dana } }\n`)
    program = (await loadFolder(folder)).program as Program
    for (const id of ['acme', 'globex']) await bring(id)
    const url = await open()
    await until(async () => (await store.findings({ state: ['held'] })).length === 2)
    const post = { method: 'POST', headers: { 'content-type': 'application/json' } }
    expect((await fetch(`${url}/api/v1/plans/${what}`, post)).status).toBe(200)
    const text = await (await fetch(`${url}/metrics`)).text()
    expect(text).toContain('linewalker_intents_total{rule="quiet",step="open"} 2')
    expect(lines.filter(({ intents }) => intents === 2)).toHaveLength(1)
  })

  test('streams what is announced as it happens, and from where a listener left off', async () => {
    const url = await open()
    const first = await listen(`${url}/api/v1/stream`)
    await bring('acme')
    const [opened] = await first.events(1)
    expect(opened).toMatchObject({
      event: 'linewalker.finding.opened',
      data: { subject: { kind: 'opportunity', id: 'acme' }, data: { rule: 'quiet', episode: 1 } },
    })
    first.close()
    await bring('globex')
    await until(async () => (await store.findings({ state: ['open'] })).length === 2)
    const again = await listen(`${url}/api/v1/stream`, opened?.id)
    const [next] = await again.events(1)
    expect(next?.data).toMatchObject({ subject: { id: 'globex' } })
    again.close()
    const wrong = await fetch(`${url}/api/v1/stream`, { headers: { 'last-event-id': 'x' } })
    expect(wrong.status).toBe(400)
  })

  test('ends its streams and finishes what it began when it is stopped; then nobody answers', async () => {
    const url = await open()
    const stream = await listen(`${url}/api/v1/stream`)
    await serving?.stop()
    await stream.ended
    serving = null
    await expect(fetch(`${url}/healthz`)).rejects.toThrow()
    expect(await store.inForce()).not.toBeNull()
  })

  test('a connection on which nothing was asked does not keep it from ending', async () => {
    const { port } = new URL(await open())
    const silent = connect(Number(port), '127.0.0.1')
    await new Promise<void>((resolve) => silent.once('connect', resolve))
    const late = new Promise<string>((resolve) => setTimeout(() => resolve('late'), 8_000).unref())
    expect(await Promise.race([serving?.stop().then(() => 'ended'), late])).toBe('ended')
    serving = null
    silent.destroy()
  })

  test('stopped while its loop ends by itself, it lets the answers that were begun end before either is said', async () => {
    let begun: () => void = () => undefined
    const reads = new Promise<void>((resolve) => {
      begun = resolve
    })
    let answer: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      answer = resolve
    })
    const url = await open(0, {
      silences: async (...asked) => {
        begun()
        await gate
        return store.silences(...asked)
      },
    })
    const gone = new AbortController()
    const asked = fetch(`${url}/api/v1/silences`, { signal: gone.signal }).catch(() => 'gone')
    await reads
    await store.release({ id: 'me' })
    await store.bringIntoForce({ digest: 'another', rules: {} }, { id: 'x', command: 'apply', clock: NOW }, NOW)
    await bring('acme')
    const said: string[] = []
    const both = [
      serving?.ended.then((why) => said.push(why)),
      serving?.stop().then(() => said.push('stopped')),
      serving?.stop().then(() => said.push('stopped')),
    ]
    gone.abort()
    expect(await asked).toBe('gone')
    await until(async () => !(await isListening(url)))
    expect(said).toEqual([])
    answer()
    await Promise.all(both)
    expect(said.toSorted()).toEqual([expect.stringMatching(/^(asked|other_program)$/), 'stopped', 'stopped'])
    serving = null
  })

  test('says why it cannot be opened, and lets go of what it held', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    await expect(open(port)).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use by another program; choose one with --port.`,
    )
    other.close()
    await store.bringIntoForce({ digest: 'another', rules: {} }, { id: 'x', command: 'apply', clock: NOW }, NOW)
    expect((await store.inForce())?.digest).toBe('another')
  })
})

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i += 1) {
    if (await done()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('It did not happen within ten seconds.')
}

const isListening = (url: string) =>
  fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  )

interface Heard {
  id?: string
  event: string
  data: Record<string, unknown>
}

/** Listens to server-sent events. */
async function listen(url: string, after?: string) {
  const ending = new AbortController()
  const answer = await fetch(url, {
    signal: ending.signal,
    ...(after === undefined ? {} : { headers: { 'last-event-id': after } }),
  })
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  const heard: Heard[] = []
  let text = ''
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(part, { stream: true })
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = Object.fromEntries(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
        )
        text = text.slice(end + 2)
        if (fields.data) heard.push({ id: fields.id, event: fields.event ?? '', data: JSON.parse(fields.data) })
      }
    }
  }
  const ended = read().catch(() => undefined)
  return {
    events: async (n: number) => {
      await until(async () => heard.length >= n)
      return heard
    },
    close: () => ending.abort(),
    ended,
  }
}
