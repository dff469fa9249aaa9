import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Browser, openBrowser } from './access-browser.js'
import { CLIENT, openProvider, type RunningProvider } from './access-provider.js'
import { openWorld, type World } from './access-world.js'

const HOME = 'https://pipeline.example.com'
const ACCOUNTS = {
  dana: { email: 'Dana@example.com', email_verified: true },
  unverified: { email: 'ada@example.com', email_verified: false },
  unsaid: { email: 'ada@example.com' },
  nameless: {},
  stranger: { email: 'stranger@example.com', email_verified: true },
  gone: { email: 'gone@example.com', email_verified: true },
  twins: { email: 'twins@example.com', email_verified: true },
}

describe.each([
  ['in the ID token', true],
  ['asked for', false],
] as const)('signing in at a provider, the address %s', (_, inIdToken) => {
  let provider: RunningProvider
  let world: World
  let app: ReturnType<World['serve']>
  let browser: Browser
  beforeAll(async () => {
    provider = await openProvider(`${HOME}/oidc/callback`, ACCOUNTS, inIdToken)
  })
  afterAll(() => provider.close())
  beforeEach(async () => {
    world = await openWorld()
    app = world.serve({ host: '0.0.0.0', url: HOME, openid: { issuer: provider.issuer, ...CLIENT } })
    browser = openBrowser(app, HOME, world.at)
  })
  afterEach(() => world.close())

  const begin = async (who: Browser, to = '/') => {
    const answer = await who.get(`/login/openid?to=${encodeURIComponent(to)}`)
    expect(answer.status).toBe(303)
    return new URL(answer.headers.get('location') ?? '')
  }
  /** What comes back to us of a person who signs in there. */
  const come = async (who: Browser, account: string, to = '/') => {
    const back = await provider.signIn((await begin(who, to)).href, account)
    return back.pathname + back.search
  }
  const refused = async (answer: Response, says: string) => {
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain(says)
    expect(browser.cookies.has('__Host-linewalker')).toBe(false)
  }

  test('who has a verified address of a person here comes in', async () => {
    expect(await (await browser.get('/login')).text()).toContain('href="/login/openid?to=%2F"')
    const answer = await browser.get(await come(browser, 'dana', '/views?show=mine'))
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/views?show=mine')
    expect(await (await browser.get('/me')).json()).toMatchObject({ id: 'dana', by: 'session' })
    expect(browser.cookies.has('__Host-linewalker-login')).toBe(false)
    expect(await world.store.audit()).toMatchObject([{ by: 'dana', act: 'sign_in', detail: '{"via":"openid"}' }])
  })

  test('asks with PKCE, a state and a nonce that differ each time, and its own address', async () => {
    const [one, two] = [await begin(browser), await begin(browser)]
    expect(Object.fromEntries(one.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'linewalker',
      redirect_uri: `${HOME}/oidc/callback`,
      scope: 'openid email',
      code_challenge_method: 'S256',
    })
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one.searchParams.get(name)).toMatch(/^[A-Za-z0-9_-]{43}$/)
      expect(one.searchParams.get(name)).not.toBe(two.searchParams.get(name))
    }
    expect(one.href).not.toContain('secret')
  })

  test.each([
    ['unverified', 'The provider did not vouch for an email address of yours.'],
    ['unsaid', 'The provider did not vouch for an email address of yours.'],
    ['nameless', 'The provider did not vouch for an email address of yours.'],
    ['stranger', 'Nobody who is active here has the email address'],
    ['gone', 'Nobody who is active here has the email address'],
    ['twins', 'Nobody who is active here has the email address'],
  ])('%s does not', async (account, says) => {
    await refused(await browser.get(await come(browser, account)), says)
  })

  test('an answer that another browser asked for is refused', async () => {
    const attacker = openBrowser(app, HOME, world.at)
    const back = await come(attacker, 'dana')
    await refused(await browser.get(back), 'This browser did not begin to sign in here')
    await begin(browser)
    await refused(await browser.get(back), 'its answer was not for this browser')
  })

  test('an answer is good once', async () => {
    const back = await come(browser, 'dana')
    const kept = browser.cookies.get('__Host-linewalker-login') ?? ''
    expect((await browser.get(back)).status).toBe(303)
    browser.cookies.clear()
    await refused(await browser.get(back), 'This browser did not begin')
    browser.cookies.set('__Host-linewalker-login', kept)
    await refused(await browser.get(back), 'The provider did not let you in')
  })

  test('another state, nonce or verifier, a changed code, an error of the provider: all refused', async () => {
    const back = await come(browser, 'dana')
    const kept = browser.cookies.get('__Host-linewalker-login') ?? ''
    const under = JSON.parse(Buffer.from(kept, 'base64url').toString()) as Record<string, string>
    const withCookie = (but: Record<string, string>) =>
      browser.cookies.set(
        '__Host-linewalker-login',
        Buffer.from(JSON.stringify({ ...under, ...but })).toString('base64url'),
      )
    const changed = (name: string, value: string) => {
      const url = new URL(back, HOME)
      url.searchParams.set(name, value)
      return url.pathname + url.search
    }
    const says = 'The provider did not let you in'
    withCookie({ state: 'another' })
    await refused(await browser.get(back), says)
    withCookie({})
    await refused(await browser.get(changed('iss', 'https://evil.example.com')), says)
    withCookie({})
    await refused(await browser.get(changed('code', 'guess')), says)
    withCookie({})
    await refused(await browser.get(`/oidc/callback?error=access_denied&state=${under.state}`), says)
    withCookie({ verifier: 'x'.repeat(43) })
    await refused(await browser.get(back), says)
    withCookie({ nonce: 'another' })
    await refused(await browser.get(await comeWith(withCookie)), says)
    browser.cookies.set('__Host-linewalker-login', 'no json')
    await refused(await browser.get(back), 'This browser did not begin')
    for (const secret of [
      CLIENT.clientSecret,
      under.verifier,
      under.state,
      new URL(back, HOME).searchParams.get('code'),
    ])
      expect(world.logged.join('\n')).not.toContain(secret)
    expect(world.logged.join('\n')).toContain('signing in at the provider failed')
  })

  /** A fresh code of which only the nonce in the cookie is not the one that was asked with. */
  const comeWith = async (withCookie: (but: Record<string, string>) => void) => {
    const back = await come(browser, 'dana')
    const kept = browser.cookies.get('__Host-linewalker-login') ?? ''
    withCookie({ ...(JSON.parse(Buffer.from(kept, 'base64url').toString()) as object), nonce: 'another' })
    return back
  }

  test('where to go afterwards is a path of ours', async () => {
    for (const to of ['//evil.example.com', 'https://evil.example.com', '/\\evil.example.com']) {
      const answer = await browser.get(await come(browser, 'dana', to))
      expect({ to, location: answer.headers.get('location') }).toEqual({ to, location: '/login' })
      browser.cookies.clear()
    }
  })

  test('no link comes by email then, unless the settings say so', async () => {
    expect((await browser.submit('/login', { email: 'dana@example.com' })).status).toBe(404)
    expect(await (await browser.get('/login')).text()).not.toContain('name="email"')
  })
})

test('a provider that cannot be reached is said so, and asked again the next time', async () => {
  const world = await openWorld()
  const gone = await openProvider(`${HOME}/oidc/callback`, ACCOUNTS, true)
  await gone.close()
  const app = world.serve({ host: '0.0.0.0', url: HOME, openid: { issuer: gone.issuer, ...CLIENT } })
  for (const _ of [1, 2]) {
    const answer = await openBrowser(app, HOME, world.at).get('/login/openid')
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain('The provider cannot be reached just now.')
  }
  await world.close()
})
