import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { type LetterRow, newLetter } from '../../src/sql/telling.js'
import { StoppedError } from '../../src/store/errors.js'
import type { LetterResult } from '../../src/store/letters.js'
import { openStore } from '../../src/store/open.js'
import * as rows from '../../src/store/rows.js'
import type { Store } from '../../src/store/store.js'
import { databases, shareStore } from '../support/databases.js'
import { finding, NOW } from '../support/plans.js'

const SUBJECT = { kind: 'opportunity', id: 'o1' } as const
const letter = (id: string, but: Partial<LetterRow> = {}): LetterRow => ({
  ...newLetter(NOW),
  id,
  rule: 'quiet',
  kind: 'opportunity',
  subject: 'o1',
  episode: '1',
  step: 'open',
  type: 'webhook',
  channel: 'crm',
  to: '[]',
  title: null,
  body: '{"amount":5}',
  withdrawable: 1,
  ...but,
})

describe.each(databases)('letters on $name', ({ place }) => {
  let store: Store
  let other: Store
  shareStore(place, async (opened, at) => {
    store = opened
    other = await openStore(at.url)
  })
  afterAll(() => other.close())
  beforeEach(() =>
    store.write(async (tx) => {
      for (const table of ['letters', 'notices', 'findings', 'intents'] as const) await tx.deleteFrom(table).execute()
    }),
  )
  const write = (...letters: LetterRow[]) =>
    store.write(async (tx) => {
      for (const row of letters) await tx.insertInto('letters').values(row).execute()
    })
  const all = async () => (await store.letters()).letters
  const one = async (id: string) => (await all()).find((row) => row.id === id) as LetterRow
  const crm = { type: 'webhook', channel: 'crm', now: NOW, lease: 60_000, limit: 10 } as const
  const seal = ({ body }: LetterRow) => body
  const result = (id: string, attempt: number, but: Partial<LetterResult> = {}): LetterResult => ({
    id,
    attempt,
    state: 'delivered',
    next_at: null,
    reason: null,
    ...but,
  })

  test('what is due in a lane is claimed once, for a lease, in its order', async () => {
    await write(
      letter('b', { next_at: NOW - 1 }),
      letter('a'),
      letter('later', { next_at: NOW + 1 }),
      letter('mail', { type: 'email', channel: null }),
    )
    expect(await store.dueLanes(NOW)).toEqual(
      expect.arrayContaining([
        { type: 'email', channel: null },
        { type: 'webhook', channel: 'crm' },
      ]),
    )
    const claimed = await store.claimLetters({ ...crm, seal })
    expect(claimed.map(({ id }) => id)).toEqual(['b', 'a'])
    expect(claimed[0]).toMatchObject({ state: 'sending', attempt: 1, lease_until: NOW + 60_000, next_at: null })
    expect(await one('b')).toEqual(claimed[0])
    expect(await other.claimLetters({ ...crm, seal })).toEqual([])
    const mail = await other.claimLetters({ ...crm, type: 'email', channel: null, seal })
    expect(mail.map(({ id }) => id)).toEqual(['mail'])
  })

  test('two processes that claim at once never get the same letter', async () => {
    await write(...Array.from({ length: 60 }, (_, i) => letter(`n${i}`)))
    const claim = async (from: Store) => {
      const got: string[] = []
      for (let round = 0; round < 20; round += 1)
        got.push(...(await from.claimLetters({ ...crm, limit: 3, seal })).map(({ id }) => id))
      return got
    }
    const [mine, theirs] = await Promise.all([claim(store), claim(other)])
    expect([...mine, ...theirs].sort()).toEqual(Array.from({ length: 60 }, (_, i) => `n${i}`).sort())
  })

  test('a body is sealed once, with what its intent says, and stays the same', async () => {
    await store.write(async (tx) => {
      const intent = { rule: 'quiet', kind: 'opportunity' as const, id: 'o1', episode: '1', step: 'open', at: NOW }
      const more = {
        because: 'quiet',
        effects: '[]',
        explanation: null,
        effect_count: 1,
        amount: 0,
        approved: 0 as const,
      }
      await tx
        .insertInto('intents')
        .values({ ...intent, ...more, link: 1, caused_by: null, withheld: null, overruled: null })
        .execute()
    })
    await write(letter('a'), letter('mail', { type: 'email', channel: 'crm', body: 'Hello' }))
    const [first] = await store.claimLetters({ ...crm, seal: ({ body }, intent) => `${intent?.because}: ${body}` })
    expect(first?.body).toBe('quiet: {"amount":5}')
    await store.settleLetters([result('a', 1, { state: 'waiting', next_at: NOW, reason: 'It answered 500.' })])
    const [second] = await store.claimLetters({ ...crm, seal: () => 'again' })
    expect([second?.body, second?.attempt]).toEqual(['quiet: {"amount":5}', 2])
  })

  test('an outcome counts only with its attempt number', async () => {
    await write(letter('a'))
    await store.claimLetters({ ...crm, seal })
    await store.sweepLetters(NOW + 60_000, (row) =>
      result(row.id, row.attempt, { state: 'waiting', next_at: NOW + 60_000 }),
    )
    await store.claimLetters({ ...crm, now: NOW + 60_000, seal })
    await store.settleLetters([result('a', 1, { state: 'dead', reason: 'late' })])
    expect(await one('a')).toMatchObject({ state: 'sending', attempt: 2 })
    await store.settleLetters([result('a', 2)])
    expect(await one('a')).toMatchObject({ state: 'delivered', attempt: 2, lease_until: null })
    await store.settleLetters([result('a', 2, { state: 'dead', reason: 'nonsense' })])
    expect((await one('a')).state).toBe('delivered')
  })

  test('a lease that ran out is decided on once; what becomes known later still counts', async () => {
    await write(letter('mail', { type: 'email', channel: null }), letter('hook'))
    await store.claimLetters({ ...crm, type: 'email', channel: null, seal })
    await store.claimLetters({ ...crm, seal })
    const decide = (row: LetterRow) =>
      row.type === 'email'
        ? result(row.id, row.attempt, { state: 'uncertain', reason: 'unknown' })
        : result(row.id, row.attempt, { state: 'waiting', next_at: NOW + 90_000, reason: 'again' })
    expect(await store.nextLetter(NOW)).toBe(NOW + 60_000)
    expect(await store.sweepLetters(NOW + 59_999, decide)).toBe(0)
    expect(await store.sweepLetters(NOW + 60_000, decide)).toBe(2)
    expect(await store.sweepLetters(NOW + 60_000, decide)).toBe(0)
    expect(await one('mail')).toMatchObject({ state: 'uncertain', reason: 'unknown' })
    expect(await one('hook')).toMatchObject({ state: 'waiting', next_at: NOW + 90_000 })
    expect(await store.nextLetter(NOW)).toBe(NOW + 90_000)
    await store.settleLetters([result('mail', 1), result('hook', 1)])
    expect((await all()).map(({ state }) => state)).toEqual(['delivered', 'delivered'])
    expect(await store.nextLetter(NOW)).toBeNull()
  })

  test('a letter whose finding resolved during an attempt that failed is withdrawn', async () => {
    const resolved = finding('quiet', SUBJECT, { state: 'resolved', resolved_at: NOW })
    await write(letter('a'), letter('stays', { withdrawable: 0 }), letter('other', { episode: '2' }))
    await store.claimLetters({ ...crm, seal })
    await store.write((tx) => tx.insertInto('findings').values(rows.findings.encode(resolved)).execute())
    await store.settleLetters(
      ['a', 'stays', 'other'].map((id) => result(id, 1, { state: 'waiting', next_at: NOW + 1, reason: 'busy' })),
    )
    expect(await one('a')).toMatchObject({
      state: 'withdrawn',
      next_at: null,
      reason: 'The finding was resolved before it was sent.',
    })
    expect([(await one('stays')).state, (await one('other')).state]).toEqual(['waiting', 'waiting'])
  })

  test('the kill switch: nothing is claimed, what was claimed is given back as it was', async () => {
    await write(letter('a', { reason: 'It answered 503.' }))
    const claimed = await store.claimLetters({ ...crm, seal })
    await other.stop('lee', NOW)
    await expect(store.claimLetters({ ...crm, seal })).rejects.toBeInstanceOf(StoppedError)
    await store.releaseLetters(claimed, NOW)
    expect(await one('a')).toMatchObject({ state: 'waiting', next_at: NOW, reason: 'It answered 503.' })
    await other.resume()
    const [second] = await store.claimLetters({ ...crm, seal })
    await store.releaseLetters([second as LetterRow], NOW)
    const [third] = await store.claimLetters({ ...crm, seal: () => 'sealed again' })
    expect([second?.attempt, third?.attempt, third?.body]).toEqual([2, 2, '{"amount":5}'])
  })

  test('a person asks again for what is dead or uncertain, and takes back what waits', async () => {
    await write(
      letter('dead', { state: 'dead', next_at: null, attempt: 10 }),
      letter('sent', { state: 'delivered' }),
      letter('waits'),
    )
    expect(await store.retryLetter('dead', 'lee', NOW)).toBe('done')
    expect(await one('dead')).toMatchObject({
      state: 'waiting',
      next_at: NOW,
      attempt: 10,
      reason: 'lee asked for it again.',
    })
    expect(await store.retryLetter('sent', 'lee', NOW)).toBe('delivered')
    expect(await store.retryLetter('nothing', 'lee', NOW)).toBe('unknown')
    expect(await store.withdrawLetter('waits', 'lee took it back.', 'lee', NOW)).toBe('done')
    expect(await one('waits')).toMatchObject({ state: 'withdrawn', next_at: null, reason: 'lee took it back.' })
    // What is taken back stays so, though somebody asks for it again.
    expect(await store.retryLetter('waits', 'dana', NOW)).toBe('withdrawn')
    expect(await one('waits')).toMatchObject({ state: 'withdrawn', next_at: null, reason: 'lee took it back.' })
    expect(await store.withdrawLetter('sent', 'x', 'lee', NOW)).toBe('delivered')
    expect(await store.withdrawLetter('nothing', 'x', 'lee', NOW)).toBe('unknown')
  })
})
