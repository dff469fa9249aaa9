import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/domain/findings.js'
import { type Person, personKnownById } from '../../src/domain/subjects.js'
import type { FamilyPlan } from '../../src/engine/plan.js'
import { DEFAULT_CALENDAR } from '../../src/lib/calendar.js'
import type { Message } from '../../src/notices/message.js'
import type { NotificationSettings } from '../../src/notices/settings.js'
import type { Gathering } from '../../src/store/notices.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import { databases, type Place, useStore } from '../support/databases.js'
import { account, finding, inForce, intent, nothing, opportunity, put, run } from '../support/plans.js'

const at = (text: string) => Date.parse(`${text}Z`)
const iso = (instant: number | null | undefined) =>
  instant == null ? instant : new Date(instant).toISOString().slice(0, 16)

const person = (id: string, but: Partial<Person> = {}): Person => ({
  ...personKnownById(id),
  team: 'west',
  ...but,
})
const SETTINGS: NotificationSettings = {
  via: { channel: 'mail', type: 'email' },
  gather: [8 * 60 + 30, 16 * 60],
  quiet: { from: 19 * 60, to: 7 * 60 },
  atMost: 2,
  calendar: DEFAULT_CALENDAR,
}

describe.each(databases)('gathering on $name', ({ place }) => {
  let where: Place
  let store: Store
  let told: Message[]
  let people: Map<string, Person>
  useStore(place, async (opened, there) => {
    store = opened
    where = there
    told = []
    people = new Map([person('dana'), person('lee')].map((one) => [one.id, one]))
    const rows = Array.from({ length: 9 }, (_, i) =>
      opportunity(`o${i}`, { account: `a${i}`, name: `Deal ${i}`, owner: 'dana', amount: (i + 1) * 1_000_000 }),
    )
    await put(
      store,
      rows.map((row) => account(row.account as string)),
      rows,
    )
    await inForce(store)
  })

  /** Opens (or reminds of, or resolves) the finding of an opportunity, and tells these people. */
  const speak = async (
    now: number,
    i: number,
    step = 'open',
    but: { to?: string[]; urgent?: boolean; rule?: string; finding?: Partial<Finding> } = {},
  ) => {
    const { to = ['dana'], urgent = false, rule = 'quiet' } = but
    const subject = { kind: 'opportunity' as const, id: `o${i}` }
    const over = step === 'resolve'
    const found = finding(rule, subject, {
      opened_at: now,
      ...(over ? { state: 'resolved' as const, resolved_at: now, resolved_because: 'no_longer_true' as const } : {}),
      ...but.finding,
    })
    const family = { kind: 'account' as const, id: `a${i}` }
    const version = (await store.account(`a${i}`))?.version ?? 0
    const effects = to.length === 0 ? [] : [{ kind: 'notify' as const, to, text: `${rule} ${i}`, urgent }]
    const plan: FamilyPlan = {
      ...nothing(family, version),
      intents: [intent(found, step, effects)],
      findings: [found],
      withdraw: over ? [found] : [],
    }
    const report = await store.commit([plan], run({ now }))
    expect(report.committed).toBe(1)
  }
  const gathering = (now: number, settings: Partial<NotificationSettings> = {}): Gathering => ({
    now,
    settings: { ...SETTINGS, ...settings },
    people,
    money: { currency: 'USD', rates: {} },
    compose: (message) => {
      told.push(message)
      return { title: `${message.total}`, body: message.lines.map(({ text }) => text).join(','), html: '<p>' }
    },
  })
  const gather = async (now: number, settings: Partial<NotificationSettings> = {}) =>
    (await store.gather(gathering(now, settings))).letters
  const notices = async () => {
    const all = (await store.letters()).notices
    return all.map((n) => [n.subject, n.letter ?? n.withdrawn ?? `${n.kept_why} until ${iso(n.kept_until)}`].join(': '))
  }
  const next = async () => iso(await store.nextGathering())

  it('gathers what has come up since the last window, and says when it is looked at next', async () => {
    expect(await next()).toBe(null)
    await speak(at('2026-03-16T10:00'), 1)
    await speak(at('2026-03-16T11:00'), 2)
    expect(await store.nextGathering()).toBe(0)
    expect(await gather(at('2026-03-16T11:00'))).toEqual([])
    expect(await next()).toBe('2026-03-16T16:00')
    expect(await gather(at('2026-03-16T15:59'))).toEqual([])
    expect(await gather(at('2026-03-16T16:00'))).toEqual(['dana/2026-03-16T16:00:00.000Z'])
    // The gravest first: the larger one of two of the same severity.
    expect(told.at(-1)?.lines.map(({ subject, because }) => `${subject} ${because}`)).toEqual([
      'o2 It went quiet.',
      'o1 It went quiet.',
    ])
    const [letter] = (await store.letters()).letters
    expect(letter).toMatchObject({ to: '["dana"]', person: 'dana', state: 'waiting', next_at: at('2026-03-16T16:00') })
    expect(await next()).toBe(null)
    // A late one finds its window gone and waits for the next.
    await speak(at('2026-03-16T16:00'), 3)
    expect(await gather(at('2026-03-16T16:00'))).toEqual([])
    expect(await next()).toBe('2026-03-17T08:30')
  })

  it('tells urgent ones at once, in quiet hours at their end, together with the window where it is that', async () => {
    await speak(at('2026-03-16T10:00'), 1)
    await speak(at('2026-03-16T10:00'), 2, 'open', { urgent: true })
    expect(await gather(at('2026-03-16T10:00'))).toEqual(['dana/at-once/quiet/opportunity/o2/1/open#1/dana'])
    expect(told.at(-1)?.waiting).toEqual({ count: 1, until: at('2026-03-16T16:00') })
    await speak(at('2026-03-16T20:00'), 3, 'open', { urgent: true })
    expect(await gather(at('2026-03-16T20:00'))).toEqual([])
    expect(await notices()).toContain('o3: quiet_hours until 2026-03-17T07:00')
    // The window of 16:00 was missed; in quiet hours it is not made up for.
    expect(await notices()).toContain('o1: quiet_hours until 2026-03-17T08:30')
    expect(await gather(at('2026-03-17T07:00'))).toEqual(['dana/at-once/quiet/opportunity/o3/1/open#1/dana'])
    await speak(at('2026-03-17T08:30'), 4, 'open', { urgent: true })
    expect(await gather(at('2026-03-17T08:30'))).toEqual(['dana/2026-03-17T08:30:00.000Z'])
    expect(told.at(-1)?.lines.map(({ subject }) => subject)).toEqual(['o4', 'o1'])
  })

  it('counts as other findings that wait only those of which the letter does not speak', async () => {
    await speak(at('2026-03-16T10:00'), 1)
    await speak(at('2026-03-16T11:00'), 1, 'escalate-5bd', { urgent: true })
    await gather(at('2026-03-16T11:00'))
    expect(told.at(-1)).toMatchObject({ window: null, total: 1, waiting: null })
    await speak(at('2026-03-16T12:00'), 2)
    await speak(at('2026-03-16T12:00'), 1, 'escalate-6bd', { urgent: true })
    await gather(at('2026-03-16T12:00'))
    expect(told.at(-1)).toMatchObject({ window: null, waiting: { count: 1, until: at('2026-03-16T16:00') } })
  })

  it('sends so many letters a day; urgent ones count, but are never kept back', async () => {
    for (const i of [1, 2]) {
      await speak(at('2026-03-16T10:00'), i, 'open', { urgent: true })
      await gather(at('2026-03-16T10:00') + i)
    }
    await speak(at('2026-03-16T11:00'), 3)
    await speak(at('2026-03-16T11:00'), 4)
    await gather(at('2026-03-16T11:00'))
    expect(await gather(at('2026-03-16T16:00'))).toEqual([])
    expect(await notices()).toContain('o3: daily_maximum until 2026-03-17T08:30')
    await speak(at('2026-03-16T17:00'), 5, 'open', { urgent: true })
    expect(await gather(at('2026-03-16T17:00'))).toHaveLength(1)
    await speak(at('2026-03-16T18:00'), 6)
    expect(await gather(at('2026-03-17T08:30'))).toHaveLength(1)
    expect(told.at(-1)).toMatchObject({ total: 3, overMaximum: 2 })
  })

  it('keeps why and until when it waits for the daily maximum, though everything is looked at again', async () => {
    for (const i of [1, 2]) {
      await speak(at('2026-03-16T10:00'), i, 'open', { urgent: true })
      await gather(at('2026-03-16T10:00') + i)
    }
    await speak(at('2026-03-16T11:00'), 3)
    await gather(at('2026-03-16T16:00'))
    expect(await notices()).toContain('o3: daily_maximum until 2026-03-17T08:30')
    // A silence of something else, in quiet hours, and the next day before its window.
    for (const made of ['2026-03-16T21:00', '2026-03-17T01:00', '2026-03-17T07:30']) {
      await store.silence({ rule: 'other', until: at('2026-03-18T12:00'), comment: 'x' }, 'lee', at(made))
      expect(await gather(at(made))).toEqual([])
      expect(await notices()).toContain('o3: daily_maximum until 2026-03-17T08:30')
    }
    expect(await gather(at('2026-03-17T08:30'))).toHaveLength(1)
    expect(told.at(-1)).toMatchObject({ total: 1, overMaximum: 1 })
  })

  it('brings the steps of one finding together, and says what was resolved since the last letter', async () => {
    await speak(at('2026-03-16T10:00'), 1)
    await speak(at('2026-03-16T10:00'), 2)
    await gather(at('2026-03-16T16:00'))
    await speak(at('2026-03-16T17:00'), 1, 'remind-1')
    await speak(at('2026-03-16T17:30'), 1, 'remind-2')
    await speak(at('2026-03-16T18:00'), 2, 'resolve', { to: [] })
    await gather(at('2026-03-17T08:30'))
    const { total, lines, resolved, resolvedTotal } = told.at(-1) as Message
    expect([total, lines[0]?.steps, resolvedTotal]).toEqual([1, ['remind-2', 'remind-1'], 1])
    expect(resolved.map(({ subject, resolvedAt }) => [subject, iso(resolvedAt)])).toEqual([['o2', '2026-03-16T18:00']])
    // It is told once.
    await speak(at('2026-03-17T09:00'), 3)
    await gather(at('2026-03-17T16:00'))
    expect(told.at(-1)?.resolvedTotal).toBe(0)
  })

  it('knows of a finding what may still come of it: who looks after it, and how often it was escalated', async () => {
    await speak(at('2026-03-16T10:00'), 1, 'escalate-5bd', { finding: { escalated: 1 } })
    await speak(at('2026-03-16T10:00'), 2)
    const looked = at('2026-03-16T11:00')
    expect(await store.acknowledge({ rule: 'quiet', kind: 'opportunity', id: 'o2', episode: 1 }, 'dana', looked)).toBe(
      'done',
    )
    await gather(at('2026-03-16T16:00'))
    expect(told.at(-1)?.lines.map((line) => [line.subject, line.acknowledged_at, line.escalated])).toEqual([
      ['o2', looked, 0],
      ['o1', null, 1],
    ])
  })

  it('says what was resolved since the last letter that came: one that was withdrawn is none', async () => {
    await speak(at('2026-03-16T10:00'), 1)
    await gather(at('2026-03-16T16:00'))
    await store.settleLetters([
      { id: 'dana/2026-03-16T16:00:00.000Z', attempt: 0, state: 'delivered', next_at: null, reason: null },
    ])
    await speak(at('2026-03-16T18:00'), 1, 'resolve', { to: [] })
    await speak(at('2026-03-17T07:30'), 2)
    await speak(at('2026-03-17T08:00'), 3, 'open', { urgent: true })
    await gather(at('2026-03-17T08:00'))
    await store.withdrawLetter(told.at(-1)?.id ?? '', 'lee took it back.', 'lee', at('2026-03-17T08:01'))
    await speak(at('2026-03-17T08:10'), 3, 'resolve', { to: [] })
    await gather(at('2026-03-17T08:30'))
    // o3 was told of in the letter that was taken back only.
    expect(told.at(-1)?.resolved.map(({ subject }) => subject)).toEqual(['o1'])
  })

  it('keeps back what a silence matches, tells it once after it if it is open, and says what is silenced', async () => {
    const now = at('2026-03-16T09:00')
    const until = at('2026-03-18T12:00')
    const silence = await store.silence({ rule: 'quiet', until, comment: 'a migration' }, 'lee', now)
    await speak(at('2026-03-16T10:00'), 1)
    await speak(at('2026-03-16T10:00'), 2, 'open', { urgent: true })
    await speak(at('2026-03-16T10:00'), 3, 'open', { rule: 'other' })
    await gather(at('2026-03-16T16:00'))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({
      total: 1,
      silenced: [{ says: 'rule quiet', comment: 'a migration', until, count: 2 }],
    })
    const [kept] = (await store.letters({ held: true })).notices
    expect([kept?.kept_why, iso(kept?.kept_until), kept?.kept_by]).toEqual(['silenced', '2026-03-18T16:00', silence.id])
    await store.write(async (tx) => {
      await tx.updateTable('findings').set({ state: 'resolved', resolved_at: until }).where('id', '=', 'o2').execute()
    })
    await gather(at('2026-03-18T16:00'))
    expect(told.at(-1)?.lines.map(({ subject, waited }) => [subject, waited])).toEqual([['o1', 'silenced']])
    expect(await notices()).toContain('o2: Its finding was resolved while a silence kept it back.')
    expect(await gather(at('2026-03-19T08:30'))).toEqual([])
  })

  it('ends a silence early, and writes down who did what', async () => {
    const now = at('2026-03-16T09:00')
    const asked = { account: 'a1', owner: 'dana', until: at('2026-04-16T09:00'), comment: 'they move' }
    const silence = await store.silence(asked, 'lee', now)
    await speak(at('2026-03-16T10:00'), 1)
    await gather(at('2026-03-16T11:00'))
    expect(await store.silences(now)).toEqual([silence])
    expect(await store.endSilence(silence.id, 'dana', at('2026-03-16T12:00'))).toBe('done')
    expect(await store.endSilence(silence.id, 'dana', at('2026-03-16T12:00'))).toBe('already')
    expect(await store.endSilence('nothing', 'dana', at('2026-03-16T12:00'))).toBe('unknown')
    expect(await store.nextGathering()).toBe(0)
    await gather(at('2026-03-16T12:00'))
    expect(await next()).toBe('2026-03-16T16:00')
    expect(await gather(at('2026-03-16T16:00'))).toHaveLength(1)
    expect(await store.silences(at('2026-03-16T13:00'))).toEqual([])
    expect(await store.silences(at('2026-03-16T13:00'), 'all')).toHaveLength(1)
    expect((await store.audit()).map(({ by, act, of }) => [by, act, of])).toEqual([
      ['lee', 'silence', silence.id],
      ['dana', 'end_silence', silence.id],
    ])
  })

  it.each([
    [{ until: at('2026-04-01T00:00'), comment: 'x' }, 'names what it silences'],
    [{ rule: 'quiet', until: at('2026-03-16T09:00'), comment: 'x' }, 'still to come'],
    [{ rule: 'quiet', until: Number.POSITIVE_INFINITY, comment: 'x' }, 'still to come'],
    [{ rule: 'quiet', until: at('2026-04-01T00:00'), comment: ' ' }, 'says why'],
  ])('refuses a silence without an end, a reason or something to silence', async (asked, why) => {
    await expect(store.silence(asked, 'lee', at('2026-03-16T09:00'))).rejects.toThrow(why)
  })

  it('looks again at what waits where settings, a zone or a team become others', async () => {
    await speak(at('2026-03-16T10:00'), 1)
    await gather(at('2026-03-16T10:00'))
    expect(await next()).toBe('2026-03-16T16:00')
    await gather(at('2026-03-16T10:01'), { gather: [14 * 60] })
    expect(await next()).toBe('2026-03-16T14:00')
    people.set('dana', person('dana', { timezone: 'America/New_York' }))
    await gather(at('2026-03-16T10:02'), { gather: [14 * 60] })
    expect(await next()).toBe('2026-03-16T18:00')
    people.set('dana', person('dana', { active: false }))
    await gather(at('2026-03-16T10:03'), { gather: [14 * 60] })
    expect(await notices()).toEqual(['o1: The person is not active any more.'])
  })

  it('withdraws what resolves before it is gathered, and a gathered letter when none of its notices is left', async () => {
    await speak(at('2026-03-16T10:00'), 1)
    await speak(at('2026-03-16T10:00'), 2)
    await speak(at('2026-03-16T10:00'), 3)
    await gather(at('2026-03-16T10:00'))
    await speak(at('2026-03-16T11:00'), 1, 'resolve', { to: [] })
    expect(await gather(at('2026-03-16T16:00'))).toHaveLength(1)
    expect(told.at(-1)?.total).toBe(2)
    await speak(at('2026-03-16T16:01'), 2, 'resolve', { to: [] })
    expect((await store.letters()).letters.map(({ state }) => state)).toEqual(['waiting'])
    await speak(at('2026-03-16T16:02'), 3, 'resolve', { to: [] })
    expect((await store.letters()).letters.map(({ state }) => state)).toEqual(['withdrawn'])
    expect(await next()).toBe(null)
  })

  it('happens once, though two gather at once, and not while the kill switch is on', async () => {
    for (const i of [1, 2, 3]) await speak(at('2026-03-16T10:00'), i, 'open', { to: ['dana', 'lee'] })
    await store.stop('lee', at('2026-03-16T11:00'))
    await expect(gather(at('2026-03-16T16:00'))).rejects.toThrow('stopped')
    await store.resume()
    const other = await openStore(where.url)
    const both = await Promise.all([
      store.gather(gathering(at('2026-03-16T16:00'))),
      other.gather(gathering(at('2026-03-16T16:00') + 5)),
    ])
    await other.close()
    expect(both.flatMap(({ letters }) => letters).sort()).toEqual([
      'dana/2026-03-16T16:00:00.000Z',
      'lee/2026-03-16T16:00:00.000Z',
    ])
    expect(both.reduce((sum, one) => sum + one.told, 0)).toBe(6)
    expect((await store.letters()).letters).toHaveLength(2)
  })
})
