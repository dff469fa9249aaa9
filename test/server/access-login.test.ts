import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startWorker } from '../../src/letters/worker.js'
import { MINUTE } from '../../src/lib/civil.js'
import { openHttpGuard } from '../../src/lib/http-guard.js'
import { type Browser, fieldsIn, openBrowser } from './access-browser.js'
import { HOME, LINKS, lettersOf, linkFor, linkIn, me, signIn } from './access-links.js'
import { NOW, openWorld, type World } from './access-world.js'

describe('signing in by a link', () => {
  let world: World
  let app: ReturnType<World['serve']>
  let browser: Browser
  beforeEach(async () => {
    world = await openWorld()
    app = world.serve(LINKS)
    browser = openBrowser(app, HOME, world.at)
  })
  afterEach(() => world.close())

  test('a person comes in by the link in the mail, and goes', async () => {
    expect(await (await browser.get('/login?to=/views')).text()).toContain('name="to" value="/views"')
    const link = await linkFor(world, browser, 'Dana@Example.com', '/views?show=mine')
    const [letter] = await lettersOf(world)
    expect(letter).toMatchObject({ type: 'email', channel: null, to: '["dana"]', state: 'waiting', next_at: NOW })
    expect(world.logged).toContain('woken')
    const page = await (await browser.get(link)).text()
    expect(page).toContain('You are about to sign in as <strong>Dana Ruiz</strong>.')
    expect(browser.cookies.size).toBe(0)
    const answer = await browser.submit('/login/link', fieldsIn(page))
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/views?show=mine')
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-linewalker=[A-Za-z0-9_-]{43}; Max-Age=1209600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ])
    expect(await me(browser)).toMatchObject({
      id: 'dana',
      scopes: ['read', 'write'],
      sees: { is: 'own', person: 'dana' },
      by: 'session',
    })
    expect((await browser.get('/login?to=/views')).headers.get('location')).toBe('/views')
    // Where she asked for no place she is told who she is, and may go.
    const home = await (await browser.get('/login')).text()
    expect(home).toContain('You are signed in as <strong>Dana Ruiz</strong>, and see what is your own.')
    expect(home).toMatch(/action="\/logout"[\s\S]*<button[^>]*>Sign out<\/button>/)
    expect(home).toContain('<link rel="icon" href="data:,">')
    const kept = browser.cookies.get('__Host-linewalker') ?? ''
    const out = await browser.submit('/logout', fieldsIn(await (await browser.get('/logout')).text()))
    expect(out.status).toBe(303)
    expect(browser.cookies.size).toBe(0)
    browser.cookies.set('__Host-linewalker', kept)
    expect((await browser.get('/me')).status).toBe(401)
    expect((await world.store.audit()).map(({ by, act }) => [by, act])).toEqual([
      ['dana', 'sign_in'],
      ['dana', 'sign_out'],
    ])
  })

  test('the link arrives: without a mail server in the outbox, and the list of letters does not tell it', async () => {
    const link = await linkFor(world, browser, 'dana@example.com')
    const outbox = mkdtempSync(join(tmpdir(), 'linewalker-outbox-'))
    const http = openHttpGuard()
    const worker = startWorker({
      store: world.store,
      program: () => world.ports.rules().program,
      clock: world.ports.clock,
      http,
      env: {},
      outbox,
    })
    await worker.ring()
    await worker.idle()
    await worker.stop()
    await http.close()
    const [file = ''] = readdirSync(outbox)
    const mail = await PostalMime.parse(readFileSync(join(outbox, file)))
    rmSync(outbox, { recursive: true })
    expect(mail.to).toEqual([{ name: 'Dana Ruiz', address: 'dana@example.com' }])
    expect(mail.subject).toBe('Your link to sign in to Linewalker')
    expect(linkIn(mail.text ?? '')).toBe(link)
    expect(mail.html).toContain(`href="${HOME}${link.replace('&', '&amp;')}"`)
    const shown = (await world.store.letters()).letters
    expect(shown).toMatchObject([{ state: 'delivered', body: 'A login link stood here.' }])
    expect(JSON.stringify(shown)).not.toContain(link)
  })

  test('the answer is the same for everybody: known, unknown, inactive, ambiguous, nonsense', async () => {
    const answers: unknown[] = []
    for (const email of [
      'dana@example.com',
      'nobody@example.com',
      'gone@example.com',
      'twins@example.com',
      '',
      'dana@example.com\r\nBcc: eve@example.com',
      'dana@example.com, eve@example.com',
      "' or 1=1 --",
    ]) {
      const answer = await browser.submit('/login', { email })
      const headers = [...answer.headers].filter(([name]) => name !== 'content-security-policy')
      const text = (await answer.text()).replace(/nonce="[^"]*"/g, '')
      answers.push({ status: answer.status, headers, text })
    }
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect((await lettersOf(world)).map(({ to }) => to)).toEqual(['["dana"]'])
    const links = await world.store.read((tx) => tx.selectFrom('login_links').selectAll().execute())
    expect(links).toHaveLength(8)
    expect(world.logged.filter((line) => line === 'woken')).toHaveLength(8)
  })

  test('a program may ask by JSON, and is told the same', async () => {
    for (const email of ['dana@example.com', 'nobody@example.com']) {
      const answer = await app.request('/login', {
        method: 'POST',
        body: JSON.stringify({ email }),
        headers: { 'content-type': 'application/json' },
      })
      expect(answer.status).toBe(202)
      expect(await answer.json()).toEqual({
        says: 'If somebody here has that address, a link is on its way to it. It is good for 15 minutes, and for one use.',
      })
    }
    for (const body of [
      '{"email":',
      '[]'.repeat(2),
      `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
      '"dana@example.com"',
    ]) {
      const answer = await app.request('/login', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
      expect({ body: body.slice(0, 20), status: answer.status }).toEqual({ body: body.slice(0, 20), status: 400 })
    }
  })

  test('looking at a link uses nothing up; pressing the button does, once', async () => {
    const link = await linkFor(world, browser, 'dana@example.com')
    const scanner = openBrowser(app, HOME, world.at)
    for (let i = 0; i < 3; i += 1) expect((await scanner.get(link)).status).toBe(200)
    expect((await app.request(`${HOME}${link}`, { method: 'HEAD' })).status).toBe(200)
    const fields = fieldsIn(await (await browser.get(link)).text())
    expect((await browser.submit('/login/link', fields)).status).toBe(303)
    const thief = openBrowser(app, HOME, world.at)
    const replayed = await thief.submit('/login/link', fields)
    expect(replayed.status).toBe(403)
    expect(await replayed.text()).toContain('This link was used already.')
    expect(thief.cookies.size).toBe(0)
    expect(await (await thief.get(link)).text()).toContain('This link was used already.')
    // Opened again by whoever came in by it, it does no harm.
    const again = await browser.get(link)
    expect(again.status).toBe(200)
    const page = await again.text()
    expect(page).toContain('<h1>This link was used already</h1>')
    expect(page).toContain('<p>A link is good for one use.</p>')
    expect(page).toContain('You are signed in as <strong>Dana Ruiz</strong>')
    expect(page).toContain('href="/login">Go on</a>')
    expect(page).not.toContain('Not signed in')
  })

  test('whoever waits in vain for a mail may give another address, and still comes to where she wanted', async () => {
    const page = await (await browser.submit('/login', { email: 'dana@exmaple.com', to: '/views?show=mine' })).text()
    const [, href = ''] = /href="([^"]*)">Give another address/.exec(page) ?? []
    expect(fieldsIn(await (await browser.get(href)).text()).to).toBe('/views?show=mine')
  })

  test('a link is good for 15 minutes', async () => {
    const link = await linkFor(world, browser, 'dana@example.com')
    const fields = fieldsIn(await (await browser.get(link)).text())
    world.at.now = NOW + 15 * MINUTE
    const late = await browser.submit('/login/link', fields)
    expect(late.status).toBe(403)
    expect(await late.text()).toContain('This link has expired. A link is good for 15 minutes.')
    expect(browser.cookies.size).toBe(0)
    expect(await (await browser.get('/login/link?key=guess')).text()).toContain('There is no such link.')
  })

  test('another website presses no button: who is signed in is not changed from elsewhere', async () => {
    const link = await linkFor(world, browser, 'kim@example.com')
    const fields = fieldsIn(await (await browser.get(link)).text())
    for (const headers of [
      { origin: 'https://evil.example.com' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: HOME },
    ]) {
      expect((await browser.submit('/login/link', fields, headers as Record<string, string>)).status).toBe(403)
    }
    const mute = { method: 'POST', body: new URLSearchParams(fields), headers: {} }
    expect((await app.request(`${HOME}/login/link`, mute)).status).toBe(403)
    expect(
      (await browser.submit('/login', { email: 'kim@example.com' }, { origin: 'https://evil.example.com' })).status,
    ).toBe(403)
    expect(browser.cookies.size).toBe(0)
  })

  test('where to go after signing in is a path of ours', async () => {
    for (const to of [
      'https://evil.example.com/',
      '//evil.example.com/',
      '/\\evil.example.com/',
      '/\t/evil.example.com/',
      '/views\r\nSet-Cookie: a=b',
      'javascript:alert(1)',
      'views',
      `/${'x'.repeat(5_000)}`,
    ]) {
      world.at.now += 5 * MINUTE
      const answer = await signIn(world, openBrowser(app, HOME, world.at), 'kim@example.com', to)
      expect({ to, status: answer.status, location: answer.headers.get('location') }).toEqual({
        to,
        status: 303,
        location: '/login',
      })
      expect(answer.headers.getSetCookie()).toHaveLength(1)
      const page = await (await openBrowser(app, HOME, world.at).get(`/login?to=${encodeURIComponent(to)}`)).text()
      expect(fieldsIn(page).to).toBe('/')
    }
  })

  test('one address may not ask for links without end, and nobody is flooded with them', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 12; i += 1)
      statuses.push((await browser.submit('/login', { email: 'dana@example.com' })).status)
    expect(statuses).toEqual([...Array(10).fill(200), 429, 429])
    const page = await browser.submit('/login', { email: 'dana@example.com' })
    expect(page.headers.get('retry-after')).toBe('60')
    expect(await page.text()).toContain('That was too often; try again in 60 s.')
    const elsewhere = openBrowser(app, HOME, world.at, '198.51.100.8')
    expect((await elsewhere.submit('/login', { email: 'dana@example.com' })).status).toBe(200)
    expect(await lettersOf(world)).toHaveLength(3)
  })

  test('behind a proxy the address is what the proxy saw, not what the client claims', async () => {
    const proxied = openBrowser(app, HOME, world.at, '127.0.0.1')
    const ask = async (forwarded: string) =>
      (await proxied.submit('/login', { email: 'x@example.com' }, { 'x-forwarded-for': forwarded })).status
    for (let i = 0; i < 10; i += 1) expect(await ask(`10.0.0.${i}, 198.51.100.20`)).toBe(200)
    expect(await ask('10.0.0.99, 198.51.100.20')).toBe(429)
    expect(await ask('198.51.100.20, 198.51.100.21')).toBe(200)
  })

  test('no secret comes into a log, and none is stored', async () => {
    await signIn(world, browser, 'dana@example.com')
    await browser.get('/me')
    await browser.submit('/login', { email: 'nobody@example.com' })
    const token = await world.token('crm', ['read'])
    await app.request('/things', { headers: { authorization: `Bearer ${token}` } })
    expect(world.secrets.length).toBeGreaterThan(4)
    const tables = ['tokens', 'login_links', 'sessions', 'audit', 'letters', 'settings', 'history'] as const
    const stored = await world.store.read((tx) =>
      Promise.all(tables.map((t) => tx.selectFrom(t).selectAll().execute())),
    )
    for (const secret of world.secrets) {
      expect(world.logged.join('\n')).not.toContain(secret)
      expect(JSON.stringify(stored)).not.toContain(secret)
    }
    expect(world.logged.join('\n')).not.toContain('nobody@example.com')
  })
})
