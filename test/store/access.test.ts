import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../src/lib/civil.js'
import { type LetterRow, newLetter } from '../../src/sql/telling.js'
import { IDLE, isUseToNote } from '../../src/store/access.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import { databases, type Place, useStore } from '../support/databases.js'
import { NOW } from '../support/plans.js'

const loginLetter = (id: string): LetterRow => ({
  ...newLetter(NOW),
  id,
  step: 'login',
  type: 'email',
  channel: null,
  to: '["dana"]',
  title: 'Sign in',
  body: 'https://pipeline.example.com/login/link?key=SECRET',
  html: '<a href="https://pipeline.example.com/login/link?key=SECRET">Sign in</a>',
})

describe.each(databases)('who may, on $name', ({ place }) => {
  let at: Place
  let store: Store
  useStore(place, (opened, there) => {
    store = opened
    at = there
  })
  const token = (name: string, hash: string) => ({
    name,
    hash,
    scopes: ['read', 'write'],
    team: 'west',
    expires_at: NOW + DAY,
  })
  const link = (hash: string, person: string | null = 'dana', now = NOW) => ({
    hash,
    person,
    at: now,
    expires_at: now + 15 * MINUTE,
  })
  const stored = (id: string) =>
    store.read((tx) => tx.selectFrom('letters').selectAll().where('id', '=', id).executeTakeFirst())

  test('a token is found by its hash, and its name is given once for ever', async () => {
    expect(await store.hasTokens()).toBe(false)
    expect(await store.createToken(token('crm', 'h1'), 'robin', NOW)).toBe('done')
    expect(await store.createToken(token('crm', 'h2'), 'robin', NOW)).toBe('taken')
    expect(await store.tokenOf('h2')).toBeNull()
    const known = { ...token('crm', 'h1'), at: NOW, by: 'robin', last_used: null, revoked_at: null, revoked_by: null }
    expect(await store.tokenOf('h1')).toEqual(known)
    const { hash: _, ...listed } = known
    expect(await store.tokens()).toEqual([listed])
    expect(await store.revokeToken('crm', 'lee', NOW + 1)).toBe('done')
    expect(await store.revokeToken('crm', 'dana', NOW + 2)).toBe('already')
    expect(await store.revokeToken('cmr', 'dana', NOW + 2)).toBe('unknown')
    expect(await store.tokens()).toMatchObject([{ revoked_at: NOW + 1, revoked_by: 'lee' }])
    expect(await store.createToken(token('crm', 'h3'), 'robin', NOW + 3)).toBe('taken')
    expect(await store.hasTokens()).toBe(true)
    expect((await store.audit()).map(({ by, act, of, detail }) => [by, act, of, JSON.parse(detail ?? 'null')])).toEqual(
      [
        ['robin', 'create_token', 'crm', { scopes: ['read', 'write'], team: 'west', expires_at: NOW + DAY }],
        ['lee', 'revoke_token', 'crm', null],
      ],
    )
  })

  test('when a token was used is known to the hour', async () => {
    await store.createToken(token('crm', 'h1'), 'robin', NOW)
    const use = async (now: number) => {
      const found = (await store.tokenOf('h1'))!
      if (isUseToNote(found, now)) await store.tokenUsed(found, now)
      return (await store.tokenOf('h1'))?.last_used
    }
    expect(await use(NOW)).toBe(NOW)
    expect(await use(NOW + HOUR - 1)).toBe(NOW)
    expect(await use(NOW + HOUR)).toBe(NOW + HOUR)
  })

  test('a login link is used once, by one of many who try at the same time', async () => {
    await store.keepLink(link('l1'), loginLetter('login/1'))
    expect(await store.readLink('l1', NOW + 1)).toEqual({ is: 'good', person: 'dana' })
    expect(await store.readLink('l1', NOW + 1)).toEqual({ is: 'good', person: 'dana' })
    const other = await openStore(at.url)
    const tried = await Promise.all([store, other, store, other].map((one) => one.useLink('l1', NOW + 1)))
    await other.close()
    expect(tried.filter(({ is }) => is === 'good')).toEqual([{ is: 'good', person: 'dana' }])
    expect(tried.filter(({ is }) => is === 'used')).toHaveLength(3)
    expect(await store.readLink('l1', NOW + 1)).toEqual({ is: 'used' })
    expect(await store.useLink('none', NOW + 1)).toEqual({ is: 'unknown' })
  })

  test('a login link is good until it expires', async () => {
    await store.keepLink(link('l1'), loginLetter('login/1'))
    expect(await store.readLink('l1', NOW + 15 * MINUTE - 1)).toEqual({ is: 'good', person: 'dana' })
    expect(await store.useLink('l1', NOW + 15 * MINUTE)).toEqual({ is: 'expired' })
    await store.keepLink(link('l2', 'lee', NOW + 2 * DAY), null)
    expect(await store.readLink('l1', NOW + 2 * DAY)).toEqual({ is: 'unknown' })
  })

  test('a login link stands in its letter only while it is good, and in no list', async () => {
    await store.keepLink(link('l1'), loginLetter('login/1'))
    await store.keepLink(link('l2', 'lee'), loginLetter('login/2'))
    expect(JSON.stringify(await store.letters())).not.toContain('SECRET')
    const page = await store.lettersPage({ owners: null, after: null, limit: 50 })
    expect(page).toHaveLength(2)
    expect(JSON.stringify(page)).not.toContain('SECRET')
    expect((await store.letters()).letters).toHaveLength(2)
    expect((await stored('login/1'))?.body).toContain('SECRET')
    await store.useLink('l1', NOW + 1)
    expect(JSON.stringify(await stored('login/1'))).not.toContain('SECRET')
    await store.keepLink(link('l3', null, NOW + HOUR), null)
    expect(await stored('login/2')).toMatchObject({ state: 'withdrawn', reason: 'Its login link is good no more.' })
    expect(JSON.stringify(await stored('login/2'))).not.toContain('SECRET')
  })

  test('a claimed login letter has its link: it is what goes out', async () => {
    await store.keepLink(link('l1'), loginLetter('login/1'))
    const lane = { type: 'email' as const, channel: null, now: NOW, lease: MINUTE, limit: 8 }
    const [claimed] = await store.claimLetters({ ...lane, seal: ({ body }) => body })
    expect(claimed).toMatchObject({ id: 'login/1', body: expect.stringContaining('SECRET') })
  })

  test('nobody has more than three good links at once, and an address of nobody has none', async () => {
    for (const n of [1, 2, 3, 4]) await store.keepLink(link(`l${n}`), loginLetter(`login/${n}`))
    await store.keepLink(link('other', 'lee'), loginLetter('login/lee'))
    await store.keepLink(link('nobody', null), null)
    expect((await store.letters()).letters.map(({ id }) => id)).toEqual(['login/1', 'login/2', 'login/3', 'login/lee'])
    expect(await store.useLink('l4', NOW)).toEqual({ is: 'unknown' })
    expect(await store.useLink('nobody', NOW)).toEqual({ is: 'unknown' })
    await store.useLink('l1', NOW + 1)
    await store.keepLink(link('l5', 'dana', NOW + 2), { ...loginLetter('login/5') })
    expect(await store.readLink('l5', NOW + 2)).toEqual({ is: 'good', person: 'dana' })
  })

  test('a session lives while it is used, and ends after 14 days without', async () => {
    await store.signIn({ hash: 's1', person: 'dana', via: 'link', at: NOW }, null)
    const found = await store.signedIn('s1', NOW + IDLE - 1)
    expect(found).toMatchObject({ person: 'dana', via: 'link', last_used: NOW })
    expect([NOW + HOUR - 1, NOW + HOUR].map((now) => isUseToNote(found!, now))).toEqual([false, true])
    await store.sessionUsed(found!, NOW + IDLE - 1)
    await store.sessionUsed({ hash: 'nobody' }, NOW + IDLE - 1)
    expect(await store.signedIn('nobody', NOW + IDLE - 1)).toBeNull()
    expect(await store.signedIn('s1', NOW + IDLE + DAY)).toMatchObject({ person: 'dana', last_used: NOW + IDLE - 1 })
    expect(await store.signedIn('s1', NOW + IDLE + DAY + IDLE)).toBeNull()
    await store.signIn({ hash: 's2', person: 'lee', via: 'openid', at: NOW + 3 * IDLE }, null)
    expect(await store.signedIn('s1', NOW + IDLE + DAY)).toBeNull()
  })

  test('a session that is used ends 90 days after signing in, and is forgotten then', async () => {
    await store.signIn({ hash: 's1', person: 'dana', via: 'link', at: NOW }, null)
    await store.sessionUsed({ hash: 's1' }, NOW + 89 * DAY)
    expect(await store.signedIn('s1', NOW + 90 * DAY - 1)).toMatchObject({ person: 'dana' })
    expect(await store.signedIn('s1', NOW + 90 * DAY)).toBeNull()
    await store.signIn({ hash: 's2', person: 'lee', via: 'link', at: NOW + 90 * DAY }, null)
    expect(await store.signedIn('s1', NOW + 89 * DAY)).toBeNull()
  })

  test('signing in anew ends what the browser had, signing out ends it', async () => {
    await store.signIn({ hash: 's1', person: 'dana', via: 'link', at: NOW }, null)
    await store.signIn({ hash: 's2', person: 'lee', via: 'openid', at: NOW + 1 }, 's1')
    expect(await store.signedIn('s1', NOW + 1)).toBeNull()
    await store.signOut('s2', NOW + 2)
    await store.signOut('s2', NOW + 3)
    expect(await store.signedIn('s2', NOW + 3)).toBeNull()
    expect((await store.audit()).map(({ by, act, at }) => [by, act, at])).toEqual([
      ['dana', 'sign_in', NOW],
      ['lee', 'sign_in', NOW + 1],
      ['lee', 'sign_out', NOW + 2],
    ])
  })
})
