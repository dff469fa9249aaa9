import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Person, personKnownById, type Role } from '../../src/domain/subjects.js'
import { isSame } from '../../src/lib/is-same.js'
import { countedBy, isLoopback } from '../../src/server/access/addresses.js'
import { callerOfPerson } from '../../src/server/access/callers.js'
import { makeLimiter } from '../../src/server/access/limits.js'
import { mayListen } from '../../src/server/access/may-listen.js'
import { localPath } from '../../src/server/access/paths.js'
import { type AccessSettings, LOCAL, readAccessSettings } from '../../src/server/access/settings.js'
import { ownersSeen } from '../../src/server/sight.js'

const OPENID = {
  LINEWALKER_OIDC_ISSUER: 'https://login.example.com/tenant/',
  LINEWALKER_OIDC_CLIENT_ID: 'linewalker',
  LINEWALKER_OIDC_CLIENT_SECRET: 'geheim',
}
const URL_ONLY = { LINEWALKER_URL: 'https://pipeline.example.com/' }

describe('settings', () => {
  test('none are those of this machine alone', () => {
    expect(readAccessSettings({}, '127.0.0.1')).toEqual(LOCAL)
  })

  test('an address lets people sign in by links; a provider takes their place, unless they are asked for', () => {
    expect(readAccessSettings(URL_ONLY, '0.0.0.0')).toMatchObject({
      host: '0.0.0.0',
      url: 'https://pipeline.example.com',
      links: true,
      openid: null,
    })
    expect(readAccessSettings({ ...URL_ONLY, ...OPENID }, '0.0.0.0')).toMatchObject({
      links: false,
      openid: { issuer: 'https://login.example.com/tenant', clientId: 'linewalker', clientSecret: 'geheim' },
    })
    expect(readAccessSettings({ ...URL_ONLY, ...OPENID, LINEWALKER_LOGIN_LINKS: 'yes' }, '::1')).toMatchObject({
      links: true,
    })
    expect(readAccessSettings({ ...URL_ONLY, LINEWALKER_LOGIN_LINKS: 'no' }, '::1')).toMatchObject({ links: false })
    expect(readAccessSettings({ LINEWALKER_URL: 'http://localhost:8080' }, '::1')).toMatchObject({ links: true })
  })

  test.each<[Record<string, string>, string]>([
    [{ LINEWALKER_URL: 'pipeline' }, 'LINEWALKER_URL is no address such as https://pipeline.example.com.'],
    [{ LINEWALKER_URL: 'ftp://a' }, 'LINEWALKER_URL is no address such as https://pipeline.example.com.'],
    [{ LINEWALKER_URL: 'https://a:b@c' }, 'LINEWALKER_URL is no address such as https://pipeline.example.com.'],
    [
      { LINEWALKER_URL: 'http://pipeline.example.com' },
      'LINEWALKER_URL begins with http: what proves who people are may only travel over https.',
    ],
    [
      { LINEWALKER_URL: 'https://example.com/pipeline' },
      'LINEWALKER_URL has a path: give the server a host name of its own, such as https://pipeline.example.com.',
    ],
    [OPENID, 'LINEWALKER_URL is not set: the provider must be told where people come back to.'],
    [
      { ...URL_ONLY, LINEWALKER_OIDC_ISSUER: 'https://a' },
      'LINEWALKER_OIDC_ISSUER is set, but LINEWALKER_OIDC_CLIENT_ID and LINEWALKER_OIDC_CLIENT_SECRET not.',
    ],
    [
      { ...URL_ONLY, ...OPENID, LINEWALKER_OIDC_ISSUER: 'http://login.example.com' },
      'LINEWALKER_OIDC_ISSUER begins with http: what proves who people are may only travel over https.',
    ],
    [{ ...URL_ONLY, LINEWALKER_LOGIN_LINKS: 'perhaps' }, 'LINEWALKER_LOGIN_LINKS is "yes" or "no".'],
  ])('%j is refused with a sentence', (env, says) => {
    expect(readAccessSettings(env, '127.0.0.1')).toEqual([says])
  })
})

describe('may it listen', () => {
  const asked = async (tokens: boolean, but: Partial<AccessSettings>) =>
    mayListen({ hasTokens: async () => tokens }, { ...LOCAL, ...but })
  const SIGN_IN = { url: 'https://pipeline.example.com', links: true }

  test.each([
    '0.0.0.0',
    '::',
    '10.0.0.5',
    '192.168.1.4',
    '203.0.113.9',
    'pipeline.example.com',
    '',
    '127.0.0.1.nip.io',
  ])('not at %s while nobody can prove who they are', async (host) => {
    expect(await asked(false, { host })).toEqual({
      may: false,
      why: expect.stringContaining(`Nobody could prove who they are, and ${host} can be reached from other machines`),
    })
    expect(await asked(true, { host })).toMatchObject({ may: true })
    expect(await asked(false, { host, ...SIGN_IN })).toMatchObject({ may: true })
  })

  test('on this machine, saying plainly who is let in', async () => {
    for (const host of ['127.0.0.1', '::1', 'localhost', '127.1.2.3']) {
      expect(await asked(false, { host })).toEqual({
        may: true,
        says: expect.stringContaining('whoever calls from this machine is the administrator "local"'),
      })
    }
    expect(await asked(true, {})).toEqual({ may: true, says: 'Callers prove who they are by a token.' })
    expect(await asked(true, SIGN_IN)).toEqual({
      may: true,
      says: 'Callers prove who they are by a token or by signing in at https://pipeline.example.com/login.',
    })
  })
})

describe('roles', () => {
  const person = (role: Role | null, but: Partial<Person> = {}): Person => ({
    ...personKnownById('p'),
    role,
    team: 'west',
    ...but,
  })
  const may = (role: Role | null) => [...(callerOfPerson(person(role))?.scopes ?? [])].join(' ')

  test('only revops and admin approve plans, only an admin administers', () => {
    expect({
      none: may(null),
      rep: may('rep'),
      manager: may('manager'),
      revops: may('revops'),
      admin: may('admin'),
    }).toEqual({
      none: 'read write',
      rep: 'read write',
      manager: 'read write',
      revops: 'read write approve',
      admin: 'read write hooks approve admin',
    })
  })

  test('an inactive person is nobody, whatever the role', () => {
    for (const role of [null, 'rep', 'manager', 'revops', 'admin'] as const)
      expect(callerOfPerson(person(role, { active: false }))).toBeNull()
  })

  test('a rep sees the own, a manager the team, others everything', () => {
    const people = new Map(
      [
        person('rep', { id: 'p' }),
        person('rep', { id: 'mate' }),
        person('rep', { id: 'far', team: 'east' }),
        person('rep', { id: 'alone', team: null }),
      ].map((one) => [one.id, one]),
    )
    const seen = (role: Role | null, team: string | null = 'west') =>
      ownersSeen(callerOfPerson(person(role, { team }))!, people)
    expect(seen('rep')).toEqual(['p'])
    expect(seen(null)).toEqual(['p'])
    expect(seen('manager')).toEqual(['p', 'mate'])
    expect(seen('manager', 'east')).toEqual(['far'])
    expect(seen('manager', null)).toEqual(['p'])
    expect(seen('revops')).toBeNull()
    expect(seen('admin')).toBeNull()
  })
})

describe('addresses', () => {
  test('what a Host header may say of this machine', () => {
    const here = [
      'localhost',
      'localhost:1',
      '127.0.0.1',
      '127.255.0.1:65535',
      '::1',
      '[::1]',
      '[::1]:8080',
      'LocalHost',
    ]
    const elsewhere = ['', 'localhost.', 'local host', 'localhost:', 'localhost:x', '127.0.0.1.nip.io', '0x7f000001']
    for (const host of here) expect({ host, here: isLoopback(host) }).toEqual({ host, here: true })
    for (const host of [...elsewhere, '2130706433', '[::1', '::1]:80', '[::ffff:8.8.8.8]', 'a@localhost', '128.0.0.1'])
      expect({ host, here: isLoopback(host) }).toEqual({ host, here: false })
  })

  test('one network of IPv6 counts as one', () => {
    expect(countedBy('203.0.113.9')).toBe('203.0.113.9')
    expect(countedBy('::ffff:203.0.113.9')).toBe('::ffff:203.0.113.9')
    expect(countedBy('2001:db8:0:1::1')).toBe(countedBy('2001:DB8::1:aaaa:bbbb:cccc:dddd'))
    expect(countedBy('2001:db8:0:1::1')).not.toBe(countedBy('2001:db8:0:2::1'))
    expect(countedBy('fe80::1%eth0')).toBe(countedBy('fe80::2'))
  })
})

test('wherever one may go after signing in is on this server', () => {
  const parts = fc.constantFrom(
    '/',
    '\\',
    '//',
    '.',
    '..',
    '@',
    ':',
    '\t',
    '\n',
    '\r',
    ' ',
    '%2f',
    'evil.example.com',
    'a',
    '?',
    '#',
    'https:',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(parts).map((all) => all.join('')),
      ),
      (to) => {
        const path = localPath(to)
        expect(new URL(path, 'https://pipeline.example.com').origin).toBe('https://pipeline.example.com')
        expect(path).toMatch(/^\/[\x21-\x7e]*$/)
      },
    ),
    { seed: 5, numRuns: 2_000 },
  )
  for (const path of ['/', '/views?show=mine&sort=-amount#top', '/opportunities/O-1'])
    expect(localPath(path)).toBe(path)
  expect(localPath(undefined)).toBe('/')
})

test('a limiter gives what it promises, and forgets who has been quiet', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 120 }),
      fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }),
      (burst, perMinute, gaps) => {
        const limiter = makeLimiter({ burst, perMinute })
        let now = 0
        let given = 0
        for (const gap of gaps) {
          now += gap
          const wait = limiter.take('a', now)
          if (wait === 0) given += 1
          else expect(makeLimiter({ burst, perMinute }).take('a', now)).toBe(0)
        }
        expect(given).toBeLessThanOrEqual(burst + (now * perMinute) / 60_000 + 1e-6)
      },
    ),
    { seed: 5, numRuns: 300 },
  )
  const limiter = makeLimiter({ burst: 1, perMinute: 60 })
  for (let i = 0; i < 30_000; i += 1) expect(limiter.take(`address ${i}`, 0)).toBe(0)
  expect(limiter.take('address 29999', 0)).toBe(1)
  expect(limiter.take('address 29999', 1_000)).toBe(0)
})

test('texts are the same or not, of whatever length', () => {
  expect(isSame('abc', 'abc')).toBe(true)
  expect(isSame('abc', 'abcd')).toBe(false)
  expect(isSame('', 'a')).toBe(false)
})
