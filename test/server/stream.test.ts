import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { personKnownById } from '../../src/domain/subjects.js'
import { MINUTE } from '../../src/lib/civil.js'
import { access } from '../../src/server/access/index.js'
import { type AccessSettings, LOCAL } from '../../src/server/access/settings.js'
import { hashOf } from '../../src/server/access/tokens.js'
import { streamRoutes } from '../../src/server/operations/stream.js'
import { createServer } from '../../src/server/server.js'
import * as rows from '../../src/store/rows.js'
import { account, opportunity } from '../support/subjects.js'
import { NOW, openWorld, type World } from './access-world.js'

const BEAT = 20

describe('the stream of what is announced', () => {
  let world: World
  let app: ReturnType<typeof createServer>
  const closing = new AbortController()
  const open: AbortController[] = []
  const serve = (settings: AccessSettings) => {
    const { first, routes, again } = access(world.ports, settings)
    const at = [
      ['/', routes],
      ['/', streamRoutes(world.ports, closing.signal, again, BEAT)],
    ] as const
    return createServer(world.ports, { version: '0.0.0', first, at })
  }
  beforeEach(async () => {
    world = await openWorld()
    app = serve(LOCAL)
  })
  afterEach(async () => {
    for (const one of open.splice(0)) one.abort()
    await world.close()
  })

  /** Listens; `ended` resolves with all that was heard once the server ends the stream. */
  async function listen(proof: string | { cookie: string }, last = '0') {
    const asked = new AbortController()
    open.push(asked)
    const who = typeof proof === 'string' ? { authorization: `Bearer ${proof}` } : proof
    const headers = { ...who, 'last-event-id': last }
    const answer = await app.request(new Request('http://localhost/api/v1/stream', { headers, signal: asked.signal }))
    const reader = answer.ok ? answer.body?.getReader() : undefined
    let text = ''
    const read = async () => {
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
        text += new TextDecoder().decode(part.value)
      return text
    }
    const ended = read()
    return { status: answer.status, headers: answer.headers, ended, text: () => text, close: () => reader?.cancel() }
  }
  const until = async (done: () => boolean) => {
    while (!done()) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const announce = (kind: 'account' | 'opportunity', subject: string) =>
    world.store.write((tx) =>
      tx
        .insertInto('announcements')
        .values({
          tx: 0,
          id: `${kind}-${subject}`,
          type: 'linewalker.finding.opened',
          kind,
          subject,
          at: NOW,
          learned_at: NOW,
          data: '{}',
        })
        .execute(),
    )

  test('ends within a beat once the token is revoked', async () => {
    const token = await world.token('crm', ['read'])
    const stream = await listen(token)
    await until(() => stream.text().includes('still here'))
    await world.store.revokeToken('crm', 'robin', NOW)
    await announce('account', 'late')
    expect(await stream.ended).toMatch(/^: Linewalker/)
    expect((await listen(token)).status).toBe(401)
  })

  test.each([
    ['another team', { team: 'east' }],
    ['another role', { role: 'rep' }],
    ['no place here any more', { active: 0 }],
  ] as const)('ends within a beat once a manager has %s', async (_, change) => {
    app = serve({ ...LOCAL, url: 'https://pipeline.example.com', links: true })
    await world.store.write((tx) =>
      tx
        .insertInto('people')
        .values(rows.people.encode({ ...personKnownById('mia'), role: 'manager', team: 'west' }))
        .execute(),
    )
    await world.store.signIn({ hash: hashOf('secret'), person: 'mia', via: 'link', at: NOW }, null)
    const mia = { cookie: '__Host-linewalker=secret' }
    const stream = await listen(mia)
    await until(() => stream.text().includes('still here'))
    await world.store.write((tx) => tx.updateTable('people').set(change).where('id', '=', 'mia').execute())
    expect(await stream.ended).toMatch(/^: Linewalker/)
    const again = await listen(mia)
    expect(again.status).toBe('active' in change ? 401 : 200)
  })

  test('keeps no session alive, however often a page connects to it again', async () => {
    app = serve({ ...LOCAL, url: 'https://pipeline.example.com', links: true })
    const mia = rows.people.encode({ ...personKnownById('mia'), role: 'manager', team: 'west' })
    await world.store.write((tx) => tx.insertInto('people').values(mia).execute())
    await world.store.signIn({ hash: hashOf('secret'), person: 'mia', via: 'link', at: NOW }, null)
    const cookie = '__Host-linewalker=secret'
    const lastUsed = async () => (await world.store.signedIn(hashOf('secret'), world.at.now))?.last_used
    world.at.now = NOW + 60 * MINUTE
    for (const time of ['first', 'again']) {
      const connected = await listen({ cookie })
      expect([connected.status, connected.headers.getSetCookie()]).toEqual([200, []])
      await announce('account', time)
      expect(await lastUsed()).toBe(NOW)
      await connected.close()
    }
    const page = await app.request('http://localhost/me', { headers: { cookie } })
    expect(page.headers.getSetCookie()).toHaveLength(1)
    await announce('account', 'last')
    expect(await lastUsed()).toBe(NOW + 60 * MINUTE)
  })

  test('one caller has five at once, whoever closes one may open another, and others are not kept out', async () => {
    const [crm, other] = [await world.token('crm', ['read']), await world.token('other', ['read'])]
    const five = await Promise.all(Array.from({ length: 5 }, () => listen(crm)))
    expect(five.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    const sixth = await listen(crm)
    expect([sixth.status, sixth.headers.get('retry-after')]).toEqual([429, '10'])
    expect((await listen(other)).status).toBe(200)
    await five[0]?.close()
    let again = await listen(crm)
    while (again.status !== 200) again = await listen(crm)
    expect(again.status).toBe(200)
  })

  test('shows a team what the API shows it: also the account of an opportunity that is its own', async () => {
    await world.store.write(async (tx) => {
      for (const id of ['ours', 'theirs'])
        await tx
          .insertInto('accounts')
          .values(rows.accounts.encode(account({ id })))
          .execute()
      const deal = opportunity({ id: 'deal', account: 'ours', owner: 'dana' })
      await tx.insertInto('opportunities').values(rows.opportunities.encode(deal)).execute()
    })
    for (const id of ['ours', 'theirs']) await announce('account', id)
    await announce('opportunity', 'deal')
    const stream = await listen(await world.token('west', ['read'], { team: 'west' }))
    await until(() => stream.text().includes('"deal"'))
    expect(stream.text()).toContain('"ours"')
    expect(stream.text()).not.toContain('"theirs"')
  })
})
