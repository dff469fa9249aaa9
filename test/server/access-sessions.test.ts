import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY, MINUTE } from '../../src/lib/civil.js'
import { hashOf } from '../../src/server/access/tokens.js'
import { type Browser, fieldsIn, openBrowser } from './access-browser.js'
import { HOME, LINKS, lettersOf, linkFor, me, signIn } from './access-links.js'
import { NOW, openWorld, type World } from './access-world.js'

describe('sessions and their cookies', () => {
  let world: World
  let app: ReturnType<World['serve']>
  let browser: Browser
  beforeEach(async () => {
    world = await openWorld()
    app = world.serve(LINKS)
    browser = openBrowser(app, HOME, world.at)
  })
  afterEach(() => world.close())

  test('on this machine alone the cookie is a plain one', async () => {
    const home = 'http://localhost:8080'
    app = world.serve({ url: home, links: true })
    const local = openBrowser(app, home, world.at)
    await local.submit('/login', { email: 'lee@example.com' })
    const link = new URL(/http:\/\/\S+/.exec((await lettersOf(world))[0]?.body ?? '')?.[0] ?? '')
    const answer = await local.submit('/login/link', { key: link.searchParams.get('key') ?? '' })
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^linewalker=[A-Za-z0-9_-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/),
    ])
    expect(await me(local)).toMatchObject({ id: 'lee', sees: { is: 'team', team: 'west' } })
  })

  test('a session that somebody put into the browser beforehand is not the one that is signed in', async () => {
    browser.cookies.set('__Host-linewalker', 'chosen-by-the-attacker')
    await signIn(world, browser, 'dana@example.com')
    expect(browser.cookies.get('__Host-linewalker')).not.toBe('chosen-by-the-attacker')
    const attacker = openBrowser(app, HOME, world.at)
    attacker.cookies.set('__Host-linewalker', 'chosen-by-the-attacker')
    expect((await attacker.get('/me')).status).toBe(401)
  })

  test('signing in anew changes the session and ends the one before', async () => {
    await signIn(world, browser, 'dana@example.com')
    const before = browser.cookies.get('__Host-linewalker') ?? ''
    const link = await linkFor(world, openBrowser(app, HOME, world.at), 'lee@example.com')
    const { form_token: _, ...withoutToken } = fieldsIn(await (await browser.get(link)).text())
    expect((await browser.submit('/login/link', withoutToken)).status).toBe(403)
    expect((await browser.submit('/login/link', fieldsIn(await (await browser.get(link)).text()))).status).toBe(303)
    expect(browser.cookies.get('__Host-linewalker')).not.toBe(before)
    expect(await me(browser)).toMatchObject({ id: 'lee' })
    const old = openBrowser(app, HOME, world.at)
    old.cookies.set('__Host-linewalker', before)
    expect((await old.get('/me')).status).toBe(401)
  })

  test('a session that is not used for 14 days is over', async () => {
    await signIn(world, browser, 'dana@example.com')
    await world.passTo(NOW + 13 * DAY)
    expect((await browser.get('/me')).status).toBe(200)
    await world.passTo(NOW + 26 * DAY)
    expect((await browser.get('/me')).status).toBe(200)
    await world.passTo(NOW + 26 * DAY + 1)
    const renewed = await browser.get('/me')
    expect(renewed.headers.getSetCookie()).toEqual([])
    await world.passTo(NOW + 41 * DAY)
    expect((await browser.get('/me')).status).toBe(401)
  })

  test('a browser keeps its cookie while the session is used, to the hour, and no cache keeps the answer', async () => {
    await signIn(world, browser, 'dana@example.com')
    const kept = browser.cookies.get('__Host-linewalker')
    await world.passTo(NOW + 59 * MINUTE)
    expect((await browser.get('/things')).headers.getSetCookie()).toEqual([])
    await world.passTo(NOW + 60 * MINUTE)
    const answer = await browser.get('/things')
    expect(answer.headers.getSetCookie()).toEqual([
      `__Host-linewalker=${kept}; Max-Age=1209600; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    await world.passTo(NOW + 14 * DAY + 59 * MINUTE)
    expect((await browser.get('/things')).status).toBe(200)
  })

  test('however much it is used, a session is over 90 days after signing in, in the browser and here', async () => {
    await signIn(world, browser, 'dana@example.com')
    const kept = browser.cookies.get('__Host-linewalker') ?? ''
    for (let day = 10; day < 90; day += 10) {
      await world.passTo(NOW + day * DAY)
      expect((await browser.get('/me')).status, `day ${day}`).toBe(200)
    }
    await world.passTo(NOW + 90 * DAY - 1_000)
    const last = await browser.get('/me')
    expect([last.status, last.headers.getSetCookie()[0]]).toEqual([200, expect.stringContaining('; Max-Age=1;')])
    await world.passTo(NOW + 90 * DAY)
    expect((await browser.get('/me')).status).toBe(401)
    expect(browser.cookies.size).toBe(0)
    browser.cookies.set('__Host-linewalker', kept)
    expect((await browser.get('/me')).status).toBe(401)
  })

  test('signing out after a while takes the cookie away, signing in anew sets the new one alone', async () => {
    await signIn(world, browser, 'dana@example.com')
    const before = browser.cookies.get('__Host-linewalker')
    const link = await linkFor(world, openBrowser(app, HOME, world.at), 'lee@example.com')
    const fields = fieldsIn(await (await browser.get(link)).text())
    world.at.now = NOW + 14 * MINUTE
    await world.store.write((tx) =>
      tx
        .updateTable('sessions')
        .set({ last_used: NOW - DAY })
        .execute(),
    )
    const again = await browser.submit('/login/link', fields)
    expect(again.headers.getSetCookie()).toHaveLength(1)
    expect(browser.cookies.get('__Host-linewalker')).not.toBe(before)
    expect(await me(browser)).toMatchObject({ id: 'lee' })
    const form = fieldsIn(await (await browser.get('/logout')).text())
    world.at.now = NOW + 2 * DAY
    await browser.submit('/logout', form)
    expect(browser.cookies.size).toBe(0)
  })

  test('who is not active any more is nobody at once', async () => {
    await world.store.signIn({ hash: hashOf('s-gone'), person: 'gone', via: 'link', at: NOW }, null)
    await world.store.signIn({ hash: hashOf('s-ada'), person: 'ada', via: 'link', at: NOW }, null)
    await world.store.signIn({ hash: hashOf('s-left'), person: 'left-the-rules', via: 'link', at: NOW }, null)
    const as = async (secret: string) => {
      browser.cookies.set('__Host-linewalker', secret)
      return (await browser.get('/things')).status
    }
    expect(await as('s-ada')).toBe(200)
    expect(await as('s-gone')).toBe(401)
    expect(await as('s-left')).toBe(401)
  })
})
