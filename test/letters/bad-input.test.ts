import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { record } from '../../src/app.js'
import { SECOND } from '../../src/lib/civil.js'
import { openHttpGuard } from '../../src/lib/http-guard.js'
import { goRound } from '../../src/scheduler/open.js'
import type { Store } from '../../src/store/store.js'
import { databases, useStore } from '../support/databases.js'
import { programOf } from '../support/engine.js'
import { type HttpAnswer, httpReceiver, smtpReceiver } from './receivers.js'

const START = Date.UTC(2026, 2, 2, 9)
/** Of an attempt, in place of forty seconds. */
const PATIENCE = 2_000

const HOOKS = ['good', 'late', 'moved', 'busy', 'big', 'broken'] as const
const RULES = `
  told:
    for: opportunity
    when: { status: open }
    then:
      - create_task: { assign: dana, title: "{% for i in (1..amount) %}.{% endfor %}" }
      - send_email: { to: rita@example.com, subject: "About {{ id }}", text: Look }
${HOOKS.map((name) => `      - call_webhook: ${name}`).join('\n')}
`
const MORE = `
limits: { per_run: { share: 100% } }
channels:
  mail: { type: email, smtp: "\${SMTP_URL}", from: a@example.com }
${HOOKS.map((name) => `  ${name}: { type: webhook, url: "\${${name.toUpperCase()}_URL}", allow_private: true }`).join('\n')}
`

/** How each receiver answers the first time; later all say 200. */
const FIRST: Record<(typeof HOOKS)[number], HttpAnswer> = {
  good: { status: 200 },
  late: 'silence',
  moved: { status: 301, headers: { location: 'http://127.0.0.1:9/' } },
  busy: { status: 429, headers: { 'retry-after': '90' } },
  big: { status: 200, body: 'x'.repeat(5_000_000) },
  broken: { status: 500, body: 'y'.repeat(5_000_000) },
}

describe.each(databases)('what goes wrong outside, on $name', ({ place }) => {
  const program = programOf(RULES, { more: MORE })
  const outbox = mkdtempSync(join(tmpdir(), 'linewalker-outbox-'))
  const http = openHttpGuard()
  const closing: (() => unknown)[] = []
  let store: Store
  let now = START
  useStore(place, (opened) => {
    now = START
    store = opened
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })
  afterAll(async () => {
    await http.close()
    rmSync(outbox, { recursive: true, force: true })
  })
  const say = (id: string, values: Record<string, unknown>) =>
    record(store, program, [{ record: 'opportunities', id, values: { owner: 'dana', ...values } }], {
      by: 'robin',
      now,
    })
  const hooks = async () => {
    const opened = await Promise.all(
      HOOKS.map(async (name) => {
        const receiver = await httpReceiver((_, n) => (n === 1 ? FIRST[name] : { status: 200 }))
        closing.push(receiver.close)
        return [name, receiver] as const
      }),
    )
    return {
      hits: Object.fromEntries(opened.map(([name, { hits }]) => [name, hits])),
      env: Object.fromEntries(opened.map(([name, { url }]) => [`${name.toUpperCase()}_URL`, url])),
    }
  }
  const round = (env: Record<string, string>, ended: (string | null)[] = []) =>
    goRound({
      store,
      program,
      process: { id: 'me', command: 'loop' },
      clock: () => now,
      http,
      env,
      outbox,
      rules: null,
      letters: { timeout: PATIENCE },
      tell: (event) => {
        if (event.is === 'failed') throw event.error
        if (event.is === 'letter') ended.push(event.letter.channel)
      },
    })
  /** Of each channel the state of its letter, when it goes out next in seconds, and why. */
  const outcomes = async () =>
    Object.fromEntries(
      (await store.letters()).letters.map(({ channel, state, next_at, reason }) => [
        channel ?? 'mail',
        [state, ...(next_at === null ? [] : [(next_at - START) / SECOND]), ...(reason === null ? [] : [reason])].join(
          ' ',
        ),
      ]),
    )

  const refusing = (code: number, says: string) => smtpReceiver({ rcpt: () => ({ code, says }) })
  const url = (to: string) => `${to}?tls.rejectUnauthorized=false`
  test.each([
    [
      'a mail server that is not there',
      async () => 'smtp://127.0.0.1:1',
      /^waiting 30 The SMTP server was not reached: .*ECONNREFUSED/,
      'waiting',
    ],
    [
      'a wrong password',
      async () => {
        const smtp = await smtpReceiver()
        closing.push(smtp.close)
        return url(smtp.url.replace('walker@', 'wrong@'))
      },
      /^waiting 30 The SMTP server does not let us in: .*535/,
      'waiting',
    ],
    [
      'a recipient that nobody knows',
      async () => {
        const smtp = await refusing(550, 'no such user')
        closing.push(smtp.close)
        return url(smtp.url)
      },
      /^dead .*550 no such user/,
      'dead',
    ],
  ])(
    '%s, and webhooks of every kind: each has its outcome, and none waits for another',
    async (_, smtp, said, after) => {
      const { hits, env } = await hooks()
      const all = { ...env, SMTP_URL: await smtp() }
      await say('o1', { amount: 3 })
      const ended: (string | null)[] = []
      await round(all, ended)
      // Whoever never answers is waited for last, by nobody.
      expect(ended.at(-1)).toBe('late')
      expect(await outcomes()).toEqual({
        good: 'delivered',
        late: `waiting 30 No answer came within ${PATIENCE / SECOND} seconds.`,
        moved: 'dead It answered 301: redirects are not followed.',
        busy: 'waiting 90 It answered 429.',
        big: 'delivered',
        broken: `waiting 30 It answered 500 "${'y'.repeat(199)}…".`,
        mail: expect.stringMatching(said),
      })
      now += 30 * SECOND
      await round(all)
      now += 60 * SECOND
      await round(all)
      const states = Object.fromEntries(
        (await store.letters()).letters.map((one) => [one.channel ?? 'mail', one.state]),
      )
      const sent = { good: 'delivered', late: 'delivered', busy: 'delivered', big: 'delivered', broken: 'delivered' }
      expect(states).toEqual({ ...sent, moved: 'dead', mail: after })
      for (const name of ['late', 'busy', 'broken']) {
        const [first, second] = hits[name] ?? []
        expect(second?.body).toBe(first?.body)
        expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
      }
      expect(Object.values(hits).map((list) => list.length)).toEqual([1, 2, 1, 2, 1, 2])
    },
  )

  test('a text that fails on one subject: that effect is held with the reason; the rest, and all others, go on', async () => {
    const { env } = await hooks()
    const mail = await smtpReceiver()
    closing.push(mail.close)
    const all = { ...env, SMTP_URL: url(mail.url) }
    await say('huge', { amount: 9_000_000_000_000 })
    await say('small', { amount: 3 })
    await round(all)
    expect(await store.tasks()).toMatchObject([{ subject: 'small', title: '...' }])
    expect(await store.holds()).toMatchObject([
      {
        key: ['told', 'opportunity', 'huge', 1, 'open#1'],
        reason: 'failing_text',
        why: expect.stringMatching(/create_task/),
      },
    ])
    expect(mail.received).toHaveLength(2)
    // Not tried again until something changes; then it is.
    now += 86_400 * SECOND
    await round(all)
    expect(await store.tasks()).toHaveLength(1)
    await say('huge', { amount: 2 })
    await round(all)
    expect(await store.holds()).toEqual([])
    expect((await store.tasks()).map(({ subject, title }) => `${subject} ${title}`)).toEqual(['huge ..', 'small ...'])
    expect(mail.received).toHaveLength(2)
  })
})
