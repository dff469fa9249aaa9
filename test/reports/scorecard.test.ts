import { describe, expect, test } from 'vitest'
import { apply, record } from '../../src/app.js'
import { loadRules } from '../../src/config/load.js'
import { importFile } from '../../src/intake/import-file.js'
import { DAY } from '../../src/lib/civil.js'
import type { Program } from '../../src/program/program.js'
import { readScorecards, type Scorecard } from '../../src/reports/scorecard/scorecard.js'
import { sayScorecards, scorecardsTable } from '../../src/reports/scorecard/words.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import { databases, shareStore } from '../support/databases.js'

const START = Date.UTC(2026, 0, 5, 9)
const day = (n: number) => new Date(START + n * DAY).toISOString()
const { program } = loadRules([
  {
    path: 'r.yaml',
    text: `
calendar: { timezone: UTC }
pipelines: { main: { stages: { open: {}, closed: { statuses: [won, lost, abandoned] } } } }
activities: { touches: [call] }
limits: { per_run: { share: 100%, effects: 10000 } }
sources: { crm: { opportunities: { id: id, stage: stage, status: status, created: created, amount: amount } } }
rules:
  quiet: { title: Quiet, for: opportunity, when: { status: open, time_since_activity: { over: 10 days } } }
  young: { title: Young, for: opportunity, when: { status: open, age: { under: 5 days } } }
  large: { title: Large, for: opportunity, when: { status: open, amount: { over: 1000 } } }
  giant: { title: Giant, for: opportunity, when: { status: open, amount: { over: 5000 } }, then: [{ set_field: { amount: 10 } }] }
  resting: { for: opportunity, when: { status: open }, disabled: not yet }`,
  },
]) as { program: Program }

async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text)
}

describe.each(databases)('scorecards on $name', ({ place }) => {
  let store: Store
  let cards: Map<string, Scorecard>
  const run = (n: number) => {
    const now = START + n * DAY
    return apply(store, program, now, { id: 'me', command: 'apply', clock: now })
  }
  const bring = async (n: number, rows: readonly string[]) => {
    const request = { record: 'opportunities', sourceName: 'crm', program, now: START + n * DAY } as const
    await importFile(store, bytes(['id,stage,status,created,amount', ...rows].join('\n')), request)
  }
  const call = (n: number, opportunity: string) =>
    record(store, program, [{ record: 'activities', values: { kind: 'call', at: day(n), opportunity } }], {
      by: 'robin',
      now: START + n * DAY,
    })
  shareStore(place, async (opened) => {
    store = opened
    const old = day(-2)
    await bring(0, [`a,open,open,${old},2000`, `b,open,open,${old},2000`, `c,open,open,${old},9000`])
    await run(0)
    await run(12)
    // Touched by a person, changed by an import, changed by a rule at once (c), gone by time alone (young).
    await call(13, 'a')
    await bring(14, [`a,open,open,${old},2000`, `b,open,open,${old},500`, `c,open,open,${old},9000`])
    await run(14)
    // It is quiet again, and somebody looks after it.
    await run(25)
    const [again] = (await store.findings({ state: ['open'], rule: 'quiet' })).filter(({ episode }) => episode === 2)
    await store.acknowledge(
      { rule: 'quiet', kind: 'opportunity', id: String(again?.id), episode: 2 },
      'robin',
      START + 25 * DAY,
    )
    const read = await readScorecards(store, program, START + 26 * DAY, { since: null })
    cards = new Map(read.map((card) => [card.rule, card]))
  })

  test('count what opened and what ended it: a person, a source, a rule, time alone', () => {
    expect(cards.get('young')).toMatchObject({
      ...{ opened: 3, open: 0, resolved: 3, medianDays: 3, by: { person: 0, source: 0, rule: 0, time: 3 } },
    })
    expect(cards.get('large')).toMatchObject({ opened: 3, resolved: 2, by: { person: 0, source: 1, rule: 1, time: 0 } })
    expect(cards.get('giant')).toMatchObject({ opened: 1, resolved: 1, by: { person: 0, source: 0, rule: 1, time: 0 } })
    expect(cards.get('quiet')).toMatchObject({
      ...{ opened: 4, open: 3, resolved: 1, reopened: 1, acknowledged: 1, snoozed: 0 },
      by: { person: 1, source: 0, rule: 0, time: 0 },
    })
  })

  test('are as of the instant: what opened, ended or was acknowledged later does not count', async () => {
    const asOf = async (n: number) => {
      const read = await readScorecards(store, program, START + n * DAY, { since: null })
      return new Map(read.map((card) => [card.rule, card]))
    }
    expect((await asOf(-1)).get('young')).toMatchObject({ opened: 0, open: 0, resolved: 0 })
    const first = await asOf(2)
    expect(first.get('young')).toMatchObject({ opened: 3, open: 3, resolved: 0, by: { time: 0 }, medianDays: null })
    expect(first.get('quiet')).toMatchObject({ opened: 0 })
    const later = await asOf(12.9)
    expect(later.get('young')).toMatchObject({ opened: 3, open: 0, resolved: 3 })
    expect(later.get('quiet')).toMatchObject({ opened: 3, open: 3, resolved: 0, reopened: 0, acknowledged: 0 })
  })

  test('what was not known yet is no other, and what had been closed by then is told and not compared', async () => {
    const other = place()
    const own = await openStore(other.url, { create: true })
    const header = 'id,stage,status,created,amount,closed'
    const program_ = loadRules([
      {
        path: 'r.yaml',
        text: `
calendar: { timezone: UTC }
pipelines: { main: { stages: { open: {}, closed: { statuses: [won, lost, abandoned] } } } }
limits: { per_run: { share: 100%, effects: 10000 } }
sources: { crm: { opportunities: { id: id, stage: stage, status: status, created: created, amount: amount, stage_changed: closed } } }
rules: { small: { for: opportunity, when: { status: open, amount: { under: 100 } } } }`,
      },
    ]).program as Program
    const import_ = async (n: number, rows: readonly string[]) => {
      const request = { record: 'opportunities', sourceName: 'crm', program: program_, now: START + n * DAY } as const
      await importFile(own, bytes([header, ...rows].join('\n')), request)
      await apply(own, program_, START + n * DAY, { id: 'me', command: 'apply', clock: START + n * DAY })
    }
    // At an age of ten days a is found; b was known by then, c came in later, d was found when it had long been closed.
    await import_(0, [`b,open,open,${day(0)},500,${day(0)}`])
    await import_(10, [`a,open,open,${day(0)},50,${day(0)}`])
    await import_(12, [`c,open,open,${day(0)},500,${day(0)}`, `d,open,open,${day(0)},50,${day(0)}`])
    await import_(20, [
      ...[`a,closed,lost,${day(0)},50,${day(15)}`, `b,closed,won,${day(0)},500,${day(16)}`],
      ...[`c,closed,won,${day(0)},500,${day(17)}`, `d,closed,lost,${day(0)},50,${day(11)}`],
    ])
    const [card] = await readScorecards(own, program_, START + 21 * DAY, { since: null })
    expect(card?.outcomes).toMatchObject({ n: 1, others: 1, base: 1, unmatched: 0, closedBefore: 1 })
    await own.close()
    await other.remove()
  })

  test('a change ends a finding only where the rule reads what changed, and though the run came a little later', async () => {
    const other = place()
    const own = await openStore(other.url, { create: true })
    const import_ = async (n: number, rows: readonly string[]) => {
      const request = { record: 'opportunities', sourceName: 'crm', program, now: START + n * DAY } as const
      await importFile(own, bytes(['id,stage,status,created,amount', ...rows].join('\n')), request)
    }
    const later = (n: number) => {
      const now = START + n * DAY + 5 * 60_000
      return apply(own, program, now, { id: 'me', command: 'apply', clock: now })
    }
    await import_(0, [`a,open,open,${day(-2)},2000`, `b,open,open,${day(-2)},2000`])
    await later(0)
    // Both are too old to be young by now; the amount of the one changed, the other was lost.
    await import_(8, [`a,open,open,${day(-2)},500`, `b,closed,lost,${day(-2)},2000`])
    await later(8)
    const read = await readScorecards(own, program, START + 9 * DAY, { since: null })
    const by = (rule: string) => read.find((card) => card.rule === rule)?.by
    expect(by('young')).toEqual({ person: 0, source: 1, rule: 0, time: 1 })
    expect(by('large')).toEqual({ person: 0, source: 2, rule: 0, time: 0 })
    await own.close()
    await other.remove()
  })

  test('are of rules in force that open findings, and of those that opened since', async () => {
    expect([...cards.keys()]).toEqual(['quiet', 'young', 'large', 'giant'])
    const later = await readScorecards(store, program, START + 26 * DAY, { since: START + 20 * DAY })
    expect(later.map(({ rule, opened }) => [rule, opened])).toEqual([
      ['quiet', 1],
      ['young', 0],
      ['large', 0],
      ['giant', 0],
    ])
  })

  test('read as a table, and name what is noise and what tells', async () => {
    const noisy = {
      ...(cards.get('young') as Scorecard),
      opened: 40,
      resolved: 38,
      by: { person: 1, source: 1, rule: 0, time: 36 },
    }
    const outcomes = {
      ...{
        n: 40,
        won: 8,
        others: 120,
        unmatched: 3,
        unmatchedWon: 1,
        byAgeAlone: 0,
        closedBefore: 12,
        rate: 0.2,
        base: 0.5,
      },
      lift: { is: 0.4, from: 0.21, to: 0.77 },
    }
    const telling = { ...(cards.get('quiet') as Scorecard), outcomes }
    const none = { n: 0, won: 0, others: 0, byAgeAlone: 0, closedBefore: 0, rate: null, base: null }
    const nobody = { ...none, unmatched: 4, unmatchedWon: 2 }
    const alone = { ...(cards.get('large') as Scorecard), outcomes: { ...nobody, lift: null } }
    const { headers, rows } = scorecardsTable([...cards.values(), telling, alone])
    const table = [headers, ...rows.map((row) => row.map(({ text }) => text))].map((row) => row.join(' | '))
    const said = sayScorecards([
      { ...noisy, noisy: '36 of 38 went away by time alone: nobody had to do anything.' },
      telling,
      alone,
    ])
    await expect(`${table.join('\n')}\n\n${said.join('\n')}\n`).toMatchFileSnapshot('golden/scorecard.txt')
  })
})
