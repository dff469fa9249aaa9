import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { type LetterRow, type NoticeRow, newLetter } from '../../src/sql/telling.js'
import { openStore } from '../../src/store/open.js'
import * as rows from '../../src/store/rows.js'
import type { Session, Tx } from '../../src/store/session.js'
import type { Store } from '../../src/store/store.js'
import { withdraw } from '../../src/store/withdraw.js'
import { databases, useStore } from '../support/databases.js'
import { finding, NOW } from '../support/plans.js'

const WINDOW = 'dana/2026-03-17T08:30:00.000Z'
const notice = (subject: string): NoticeRow => ({
  id: `quiet/opportunity/${subject}/1/open#1/dana`,
  rule: 'quiet',
  kind: 'opportunity',
  subject,
  episode: '1',
  step: 'open',
  person: 'dana',
  text: 'quiet',
  urgent: 0,
  at: NOW,
  letter: WINDOW,
  withdrawable: 1,
  withdrawn: null,
  kept_why: null,
  kept_until: null,
  kept_by: null,
})
const letter = (id: string, but: Partial<LetterRow> = {}): LetterRow => ({
  ...newLetter(NOW),
  id,
  step: 'gathered',
  type: 'email',
  channel: 'mail',
  to: '["dana"]',
  title: 'Two findings',
  body: 'text',
  person: 'dana',
  ...but,
})

/** Milliseconds after which a transaction that has not gone on waits for another one. */
const LONG_ENOUGH = 300

/** A transaction that does its work, says so, and ends when it is told to. */
function heldBack(store: Store, work: (tx: Tx) => Promise<unknown>) {
  let end: () => void = () => undefined
  let say: () => void = () => undefined
  const told = new Promise<void>((resolve) => {
    end = resolve
  })
  const done = new Promise<void>((resolve) => {
    say = resolve
  })
  const ended = store.write(async (tx) => {
    await work(tx)
    say()
    await told
  })
  return { done, end: () => end(), ended }
}

const resolves = (session: Pick<Session, 'dialect'>, id: string) => async (tx: Tx) => {
  await tx.updateTable('findings').set({ state: 'resolved', resolved_at: NOW }).where('id', '=', id).execute()
  await withdraw(tx, session, [{ rule: 'quiet', kind: 'opportunity', id, episode: 1 }], 'It was resolved.')
}

describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))(
  'withdrawn at the same moment, on $name',
  ({ place }) => {
    let store: Store
    let other: Store
    useStore(place, async (opened, there) => {
      store = opened
      other = await openStore(there.url)
      await store.write(async (tx) => {
        for (const id of ['o1', 'o2']) {
          const row = rows.findings.encode(finding('quiet', { kind: 'opportunity', id }))
          await tx.insertInto('findings').values(row).execute()
          await tx.insertInto('notices').values(notice(id)).execute()
        }
      })
    })
    afterEach(() => other.close())
    const write = (row: LetterRow) => store.write((tx) => tx.insertInto('letters').values(row).execute())
    const states = async () => (await store.letters()).letters.map(({ id, state }) => `${id} ${state}`)

    test('a letter of which two take the last notices is withdrawn', async () => {
      await write(letter(WINDOW))
      const first = heldBack(store, resolves(store, 'o1'))
      await first.done
      const second = heldBack(other, resolves(other, 'o2'))
      await Promise.race([second.done, pause(LONG_ENOUGH)])
      first.end()
      second.end()
      await Promise.all([first.ended, second.ended])
      const { letters, notices } = await store.letters()
      expect(notices.map(({ withdrawn }) => withdrawn)).toEqual(['It was resolved.', 'It was resolved.'])
      expect(letters).toMatchObject([{ state: 'withdrawn', next_at: null, reason: 'It was resolved.' }])
    })

    test('a letter that is claimed meanwhile is either sent or withdrawn', async () => {
      await write(letter(WINDOW))
      await store.write(resolves(store, 'o1'))
      const last = heldBack(store, resolves(store, 'o2'))
      await last.done
      const claim = { type: 'email', channel: 'mail', now: NOW, lease: 60_000, limit: 1 } as const
      const claimed = await other.claimLetters({ ...claim, seal: ({ body }) => body })
      last.end()
      await last.ended
      expect(claimed).toEqual([])
      expect(await states()).toEqual([`${WINDOW} withdrawn`])
    })

    test.each([
      ['a gathered letter', letter(WINDOW, { state: 'sending', attempt: 1, lease_until: NOW + 60_000 })],
      [
        'an exact letter',
        letter('quiet/opportunity/o1/1/open#2', {
          ...{ rule: 'quiet', kind: 'opportunity', subject: 'o1', episode: '1', step: 'open', withdrawable: 1 },
          ...{ state: 'sending', attempt: 1, lease_until: NOW + 60_000 },
        }),
      ],
    ])('%s whose attempt fails while its finding is resolved is not sent again', async (_, row) => {
      await write(row)
      await store.write(resolves(store, 'o2'))
      expect(await states()).toEqual([`${row.id} sending`])
      const last = heldBack(store, resolves(store, 'o1'))
      await last.done
      const failed = other.settleLetters([
        { id: row.id, attempt: 1, state: 'waiting', next_at: NOW + 30_000, reason: 'It answered 503.' },
      ])
      await Promise.race([failed, pause(LONG_ENOUGH)])
      last.end()
      await Promise.all([last.ended, failed])
      expect(await states()).toEqual([`${row.id} withdrawn`])
    })
  },
)
