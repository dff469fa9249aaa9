import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { operatorNamed } from '../../src/conditions/operators.js'
import type { Operand } from '../../src/conditions/tree.js'
import { NO_ACTIVITY } from '../../src/domain/activities.js'
import type { Opportunity } from '../../src/domain/subjects.js'
import { factsFor } from '../../src/facts/table.js'
import { DAY } from '../../src/lib/civil.js'
import { parseSpan } from '../../src/lib/span.js'
import { insertNew, upsert } from '../../src/store/bulk.js'
import { exact } from '../../src/store/postgres-numbers.js'
import * as rows from '../../src/store/rows.js'
import type { Store } from '../../src/store/store.js'
import { programOf } from '../intake/world.js'
import { databases, shareStore } from '../support/databases.js'
import { account, NOW, opportunity, put } from '../support/plans.js'

const { vocabulary } = programOf(`
fields:
  opportunity: { free: { type: text }, size: { type: number }, signed: { type: date }, nda: { type: flag } }
sources: {}
`)
const BIG = Number.MAX_SAFE_INTEGER
const kind = (last: number, more: object = {}) => ({ n: 1, last, owner: null, in_bin: 0, contacts: [], ...more })

/** Where SQLite and PostgreSQL would go different ways: one row each, by its id. */
const SUBJECTS: Record<string, Partial<Opportunity>> = {
  accented: { name: 'Émile' },
  decomposed: { name: 'E\u0301mile' },
  lower: { name: 'émile' },
  plain: { name: 'emile' },
  percent: { name: '100% sure' },
  number: { name: '100x sure' },
  underscore: { name: 'a_b' },
  backslash: { name: 'a\\b' },
  quotes: { name: `'"$1 ? -- ${'`'}` },
  empty: { name: '' },
  blank: { name: 'blank ' },
  unblank: { name: 'blank' },
  fox: { name: '🦊 den' },
  cut: { name: 'half a fox \ud83e' },
  nul: { name: 'a\u0000b' },
  literal: { name: '\\u0000' },
  big: { amount: BIG },
  bigger: { amount: BIG - 1 },
  negative: { amount: -1 },
  zero: { amount: 0 },
  pushed1: { pushes: 1 },
  pushed2: { pushes: 2 },
  scored: { score: 0.1 + 0.2 },
  tiny: { score: 1e-9 },
  sized: { fields: { size: 12 } },
  sizedText: { fields: { size: '12' } },
  sizedPart: { fields: { size: 12.5 } },
  sizedHuge: { fields: { size: 1e300 } },
  freeText: { fields: { free: 'B' } },
  freeLower: { fields: { free: 'a' } },
  freeNumber: { fields: { free: 7 } },
  freeEmpty: { fields: { free: '' } },
  freeCut: { fields: { free: 'x\ud83e' } },
  signed: { fields: { signed: '2026-02-28' } },
  signedNever: { fields: { signed: '2026-02-30' } },
  signedLeap: { fields: { signed: '2024-02-29' } },
  signedZero: { fields: { signed: '0000-01-01' } },
  signedWords: { fields: { signed: 'February' } },
  yes: { fields: { nda: true } },
  no: { fields: { nda: false } },
  yesInWords: { fields: { nda: 'true' } },
  yesAsNumber: { fields: { nda: 1 } },
  closes: { close_date: '2026-03-16' },
  closesToday: { close_date: '2026-03-15' },
  touched: { activity: { kinds: { call: kind(NOW - DAY), email: kind(NOW - 3 * DAY) }, planned: [] } },
  planned: { activity: { ...NO_ACTIVITY, planned: [{ at: NOW - 1, kind: 'call', owner: true, contact: 'ann' }] } },
  contacts: {
    activity: {
      kinds: { call: kind(0, { contacts: ['ann', 'bob'] }), email: kind(0, { contacts: ['ann'] }) },
      planned: [],
    },
  },
}

const texts = (...values: (string | boolean | number)[]): Operand => ({ is: 'values', values })
const text = (of: string): Operand => ({ is: 'text', text: of })
const number = (of: number): Operand => ({ is: 'number', number: of })
const known: Operand = { is: 'flag', flag: false }
const span = (text: string): Operand => ({ is: 'span', span: parseSpan(text)! })

/** What is asked of the rows above, and whom it finds, in the order of their code points. */
const QUESTIONS: [says: string, fact: string, operator: string, operand: Operand, finds: string[]][] = [
  ['capitals and accents count', 'name', 'is', texts('émile'), ['lower']],
  ['the same letter, composed otherwise, is another text', 'name', 'is', texts('Émile'), ['accented']],
  ['capitals count within, too', 'name', 'contains', text('mile'), ['accented', 'decomposed', 'lower', 'plain']],
  ['% is no wildcard', 'name', 'contains', text('0%'), ['percent']],
  ['_ is no wildcard', 'name', 'contains', text('a_'), ['underscore']],
  ['a backslash is itself', 'name', 'contains', text('\\b'), ['backslash']],
  ['quotes and placeholders are themselves', 'name', 'is', texts(`'"$1 ? -- ${'`'}`), ['quotes']],
  ['a text begins with code points, not with bytes', 'name', 'starts_with', text('🦊 '), ['fox']],
  ['capitals count at the beginning', 'name', 'starts_with', text('e'), ['plain']],
  ['an empty text is known', 'name', 'is', texts(''), ['empty']],
  ['a blank at the end counts', 'name', 'is', texts('blank'), ['unblank']],
  ['half a sign is a sign that stands for none', 'name', 'is', texts('half a fox \ufffd'), ['cut']],
  ['so is NUL', 'name', 'is', texts('a\ufffdb'), ['nul']],
  ['what only looks like an escape is left alone', 'name', 'is', texts('\\u0000'), ['literal']],
  ['integers are exact up to the last', 'amount', 'over', number(BIG - 1), ['big']],
  ['and are so in ranges', 'amount', 'between', { is: 'range', from: BIG - 1, to: BIG }, ['big', 'bigger']],
  ['zero is known, nothing is below what is missing', 'amount', 'under', number(1), ['negative', 'zero']],
  ['a whole number is compared with a part', 'pushes', 'over', number(1.5), ['pushed2']],
  ['parts are as the processor has them', 'score', 'over', number(0.3), ['scored']],
  ['small parts are not rounded away', 'score', 'under', number(1e-8), ['tiny']],
  ['a number in JSON is no text', 'fields.size', 'over', number(11), ['sized', 'sizedHuge', 'sizedPart']],
  ['parts in JSON count', 'fields.size', 'between', { is: 'range', from: 12.1, to: 13 }, ['sizedPart']],
  ['a text in JSON is no number', 'fields.free', 'missing', known, ['freeCut', 'freeEmpty', 'freeLower', 'freeText']],
  ['half a sign in JSON does not break the question', 'fields.free', 'contains', text('x'), ['freeCut']],
  ['only a real day is a date', 'fields.signed', 'missing', known, ['signed', 'signedLeap']],
  [
    'days compare as they follow each other',
    'fields.signed',
    'before',
    { is: 'date', date: '2025-01-01' },
    ['signedLeap'],
  ],
  ['a flag is neither a word nor a number', 'fields.nda', 'is', texts(true), ['yes']],
  ['a flag that is off is known', 'fields.nda', 'is', texts(false), ['no']],
  [
    'a day ends with the zone of the rules, not of the server',
    'close_date',
    'within_next',
    span('6 hours'),
    ['closesToday'],
  ],
  ['the greatest passes over what is missing', 'last_activity', 'within_last', span('2 days'), ['planned', 'touched']],
  ['different values are counted, nulls are none', 'contacts_touched', 'at_least', number(2), ['contacts']],
]

describe.each(databases)('alike on every database: $name', ({ place }) => {
  let store: Store
  shareStore(place, async (opened) => {
    store = opened
    const list = Object.entries(SUBJECTS).map(([id, but]) => rows.opportunities.encode(opportunity(id, but)))
    await store.write((tx) => upsert(tx, store, 'opportunities', ['id'], list))
  })

  it.each(QUESTIONS)('%s', async (_, name, operator, operand, finds) => {
    const fact = factsFor('opportunity', vocabulary).get(name)!
    const when = { is: 'leaf' as const, fact, operator: operatorNamed(operator, fact.kind), operand }
    const found = await store.idsWhere({ subject: 'opportunity', when, now: NOW, vocabulary, people: new Map() })
    expect(found).toEqual([...finds].sort())
  })

  it('texts are in the order of their code points, whatever people are used to', async () => {
    const ids = [
      'B',
      'a',
      'A',
      'b',
      '_',
      '-',
      ' ',
      '0',
      '10',
      '9',
      'é',
      'z',
      'ß',
      'ss',
      '\uffee',
      '🦊',
      '~',
      'a b',
      'a-b',
      'ab',
    ]
    await put(
      store,
      ids.map((id) => account(id)),
      [],
    )
    const order: string[] = []
    for await (const { family } of store.due(NOW, 0, 'all')) if (family.account) order.push(family.account.id)
    const points = (text: string) =>
      [...text].map((sign) => sign.codePointAt(0)!.toString(16).padStart(6, '0')).join('')
    expect(order).toEqual([...ids].sort((a, b) => (points(a) < points(b) ? -1 : 1)))
  })

  it('what has no date comes last', async () => {
    const task = {
      rule: 'r',
      kind: 'opportunity',
      subject: 'x',
      episode: 1,
      assignee: 'dana',
      title: 't',
      created_at: 0,
    }
    const list = [null, 5, null, -5].map((due, i) => ({ ...task, id: `t${i}`, due, state: 'open' }))
    await store.write((tx) => insertNew(tx, store, 'tasks', list))
    expect((await store.tasks({ assignee: 'dana' })).map(({ id }) => id)).toEqual(['t3', 't1', 't0', 't2'])
  })

  it('counts and sums are numbers, beyond what fits into 32 bits', async () => {
    const spent = [BIG, BIG, null].map((amount, i) => ({
      ...{
        rule: 'r',
        kind: 'opportunity',
        id: `s${i}`,
        episode: '1',
        step: 'open',
        at: NOW,
        because: 'x',
        effects: '[]',
      },
      ...{ effect_count: 2_000_000_000, amount: amount ?? 0, approved: 0, link: 1 },
    }))
    expect(await store.spent(NOW)).toEqual({
      effects: 0,
      amount: 0,
      opportunities: new Set(),
      accounts: new Set(),
      closed: 0,
    })
    await store.write((tx) => insertNew(tx, store, 'intents', spent))
    expect(await store.spent(NOW - 1)).toMatchObject({ effects: 6_000_000_000, amount: 2 * BIG })
    expect(await store.sizes()).toEqual({ openOpportunities: Object.keys(SUBJECTS).length, accounts: 20 })
  })

  it('many values are one parameter', async () => {
    const many = Array.from({ length: 70_000 }, (_, i) => ({ id: `none${i}`, kind: 'opportunity' as const }))
    const list = sql<{ n: number }>`select count(*) as n from opportunities
      where id in (select value from ${store.dialect.jsonTexts(sql`${JSON.stringify([...many.map((m) => m.id), 'big'])}`, 'v')})`
    expect((await store.read((tx) => list.execute(tx))).rows).toEqual([{ n: 1 }])
  })

  it('of two rows with one key in one statement the last one stays', async () => {
    const [first, second] = ['first', 'second'].map((name) => rows.accounts.encode(account('twice', { name })))
    await store.write((tx) => upsert(tx, store, 'accounts', ['id'], [first!, second!]))
    expect((await store.account('twice'))?.name).toBe('second')
  })

  it('a key that is taken is passed over, and only new ones come back', async () => {
    const entry = {
      kind: 'account',
      id: 'k',
      fact: 'x',
      from: null,
      to: null,
      at: 1,
      learned_at: 1,
      by: 'me',
      cause: null,
    }
    const write = (...keys: string[]) =>
      store.write((tx) =>
        insertNew(
          tx,
          store,
          'history',
          keys.map((known_as) => ({ ...entry, known_as })),
          ['known_as'],
        ),
      )
    expect(await write('a', 'b', 'a')).toHaveLength(2)
    expect(await write('b', 'c')).toEqual([{ known_as: 'c' }])
  })
})

describe('a number of PostgreSQL', () => {
  it('is exact or refused, never rounded', () => {
    expect(['9007199254740991', '-9007199254740991', '0', '0.5'].map(exact)).toEqual([BIG, -BIG, 0, 0.5])
    for (const text of ['9007199254740993', '-9007199254740993', 'NaN', 'Infinity'])
      expect(() => exact(text)).toThrow(`The database holds ${text}, which is more than`)
  })
})
