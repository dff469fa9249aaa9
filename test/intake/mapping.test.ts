import { describe, expect, test } from 'vitest'
import type { RecordKind } from '../../src/domain/incoming.js'
import { compileMapping } from '../../src/intake/mapping.js'
import { databases } from '../support/databases.js'
import { NOW, programOf, world } from './world.js'

/** Reads one row by a mapping in YAML: its values, or why it is rejected. */
const read = (record: RecordKind, yaml: string, row: Record<string, unknown>, more = '') => {
  const program = programOf(`sources: { crm: { ${more} ${record}: ${yaml} } }`)
  const compiled = compileMapping(record, program.sections.sources!.crm!, 'crm', program.vocabulary)
  if ('problems' in compiled) return compiled.problems.map(({ message }) => message)
  const incoming = compiled.mapping.read(row, 2)
  return 'rejected' in incoming ? incoming.rejected : { id: incoming.id, ...incoming.values }
}
const opportunity = (what: string, row: Record<string, unknown>, more = '') =>
  read('opportunities', `{ id: id, ${what} }`, { id: 'o1', ...row }, more)

describe('where a value comes from', () => {
  test.each([
    ['name: Name', { Name: ' Acme ' }, 'Acme'],
    ['name: [Long, Short]', { Long: '', Short: 'A' }, 'A'],
    ['name: { text: "{{ product }} for {{ account }}" }', { product: 'GTX', account: 'Acme' }, 'GTX for Acme'],
    ['name: { text: "{{ row[\'Deal Name\'] }}!" }', { 'Deal Name': 'Big' }, 'Big!'],
    ['name: { text: "for {{ account }}" }', { account: '' }, 'for unknown'],
    ['name: { value: 7 }', {}, '7'],
    ['name: { column: c, map: { x: y } }', { c: 'x' }, 'y'],
    ['name: { column: c, map: { x: y }, else: z }', { c: 'other' }, 'z'],
    ['name: { column: c, map: { x: y }, else: z }', { c: '' }, 'z'],
    ['name: { column: c, map: { x: y } }', { c: '' }, null],
    ['name: opportunity.name', { opportunity: { name: 'Nested' } }, 'Nested'],
    ['name: opportunity.name', { 'opportunity.name': 'Flat' }, 'Flat'],
    ['name: n', { n: 12 }, '12'],
  ])('%s of %j', (what, row, meant) => {
    expect(opportunity(what, row)).toEqual({ id: 'o1', name: meant })
  })

  test('texts that mean "unknown" are unknown, whatever the fact', () => {
    const row = { name: 'None', amount: 'None', close_date: '', stage: 'N/A' }
    const what = 'name: name, amount: amount, close_date: close_date, stage: stage'
    expect(opportunity(what, row, 'empty: [None, N/A],')).toEqual({
      id: 'o1',
      name: null,
      amount: null,
      close_date: null,
      stage: null,
    })
  })

  test('ids are text: nineteen digits and leading zeros arrive unharmed', () => {
    expect(read('accounts', '{ id: id }', { id: '0034567890123456789' })).toEqual({ id: '0034567890123456789' })
    expect(read('accounts', '{ id: id }', { id: 1234567890123456789n.toString() })).toEqual({
      id: '1234567890123456789',
    })
    expect(read('accounts', '{ id: id }', { id: 12345678901234567000 })).toBe('Column id holds no single value.')
  })
})

describe('what a value means', () => {
  test.each([
    ['amount', '1234.5', 1234500],
    ['amount', '-0.001', -1],
    ['amount', '0.1230000', 123],
    ['amount', '9007199254740.991', 9007199254740991],
    ['close_date', '2026-03-31', '2026-03-31'],
    ['close_date', '2026-04-01T03:00:00Z', '2026-03-31'],
    ['created', '2026-03-31', Date.UTC(2026, 2, 31, 4)],
    ['created', '2026-03-31T10:00:00+02:00', Date.UTC(2026, 2, 31, 8)],
    ['pushes', '3', 3],
    ['origin', 'marketing', 'marketing'],
  ])('%s: %s', (name, text, meant) => {
    expect(opportunity(`${name}: c`, { c: text })).toEqual({ id: 'o1', [name]: meant })
  })

  test.each([
    ['amount', '1,234.50', '"1,234.50" in column c is not a plain number such as 1234.50.'],
    ['amount', '$5', '"$5" in column c is not a plain number such as 1234.50.'],
    ['amount', '1e5', '"1e5" in column c is not a plain number such as 1234.50.'],
    ['amount', '1.0005', '"1.0005" in column c is finer than a thousandth.'],
    ['amount', '9007199254740.992', '"9007199254740.992" in column c is too large an amount.'],
    ['close_date', '31/02/2026', '"31/02/2026" in column c is not a date of the form yyyy-MM-dd.'],
    ['close_date', '2026-02-30', '"2026-02-30" in column c is not a date of the form yyyy-MM-dd.'],
    ['created', 'yesterday', '"yesterday" in column c is not a date of the form yyyy-MM-dd.'],
    ['stage', 'Proposal', '"Proposal" in column c is not a stage; did you mean proposal?'],
    ['status', 'Closed', '"Closed" in column c is not a status (only open, won, lost, abandoned).'],
    ['pushes', '1.5', '"1.5" in column c is not a whole number.'],
    ['name', 'a\u0000b', '"a\\u0000b" in column c holds a character that no text may hold.'],
    ['name', 'a\uD800', '"a\\ud800" in column c holds a character that no text may hold.'],
  ])('%s: %s is rejected with a sentence', (name, text, why) => {
    expect(opportunity(`${name}: c`, { c: text })).toBe(why)
  })

  test('a text that the map does not list rejects the row', () => {
    expect(opportunity('stage: { column: Stage, map: { P: proposal } }', { Stage: 'Q' })).toBe(
      '"Q" in column Stage is not in the map of the source.',
    )
  })

  test('dates are read as the source or the column declares, several forms in order', () => {
    const what = 'close_date: c, created: { column: d, dates: dd.MM.yyyy }'
    const us = 'dates: [M/d/yyyy, yyyy/MM/dd],'
    const midnight = Date.UTC(2026, 3, 3, 4)
    expect(opportunity(what, { c: '4/3/2026', d: '03.04.2026' }, us)).toEqual({
      id: 'o1',
      close_date: '2026-04-03',
      created: midnight,
    })
    expect(opportunity(what, { c: '2026/04/03', d: '' }, us)).toMatchObject({ close_date: '2026-04-03' })
    expect(opportunity(what, { c: '2026-04-03', d: '' }, us)).toBe(
      '"2026-04-03" in column c is not a date of the form M/d/yyyy or yyyy/MM/dd.',
    )
  })

  test('custom fields by their type', () => {
    const fields = 'fields: { budget: b, competitor: c, nda: n, signed: s }'
    expect(opportunity(fields, { b: '10', c: 'acme', n: 'Yes', s: '2026-01-02' })).toEqual({
      id: 'o1',
      'fields.budget': 10_000,
      'fields.competitor': 'acme',
      'fields.nda': true,
      'fields.signed': '2026-01-02',
    })
    expect(opportunity(fields, { b: '', c: 'initech', n: '', s: '' })).toBe(
      '"initech" in column c is not a value of fields.competitor (only acme, globex).',
    )
  })

  test('the values of a past change as those of its fact', () => {
    const change = (row: Record<string, string>) =>
      read('changes', '{ at: at, fact: fact, from: from, to: to, opportunity: o }', {
        at: '2026-01-05',
        o: 'o1',
        ...row,
      })
    expect(change({ fact: 'amount', from: '', to: '5' })).toMatchObject({ fact: 'amount', from: null, to: 5000 })
    expect(change({ fact: 'close_date', from: '2026-01-31', to: '2026-02-28' })).toMatchObject({ to: '2026-02-28' })
    expect(change({ fact: 'fields.budget', from: '', to: '1' })).toMatchObject({ to: 1000 })
    expect(change({ fact: 'name', from: '', to: 'x' })).toBe('"name" is no fact of an opportunity whose past is kept.')
  })
})

describe('an activity without an id', () => {
  test('has the hash of its row as its id, counted where the row repeats, the same in every import', () => {
    const program = programOf()
    const ids = () => {
      const compiled = compileMapping('activities', program.sections.sources!.crm!, 'crm', program.vocabulary)
      if ('problems' in compiled) throw new Error()
      const row = { kind: 'call', at: '2026-01-02', by: '', opportunity: '', account: 'a', contact: '' }
      return [row, row, { ...row, rejected_because: 'row 2: why' }, { ...row, at: '2026-01-03' }].map((r, i) => {
        const incoming = compiled.mapping.read(r, i)
        return 'rejected' in incoming ? '' : incoming.id
      })
    }
    const [first, second, third, other] = ids()
    expect(first).toMatch(/^[0-9a-f]{24}$/)
    expect([second, third]).toEqual([`${first}-2`, `${first}-3`])
    expect(other).not.toBe(first)
    expect(ids()).toEqual([first, second, third, other])
  })
})

describe.each(databases)('what is wrong with the whole, on $name', (database) => {
  test('a slip in the source is told before anything is read', () => {
    expect(opportunity('amount: { column: c, map: { P: "1,000" } }', {})).toEqual([
      'sources.crm.opportunities.amount: "1,000" is not a plain number such as 1234.50.',
    ])
    expect(read('people', '{ id: id }', {})).toBe('There is no id in column id.')
  })

  test('a column that the file lacks is named, with those that are there', async () => {
    const w = await world(database)
    const result = await w.bring('contacts', 'ID,account,nmae\n1,a,b\n')
    expect(result).toEqual({
      problems: [
        {
          message: 'The file has no column "id", no column "name".',
          hint: 'It has "ID", "account", "nmae". Did you mean "ID" for "id", "nmae" for "name"?',
        },
      ],
    })
    expect(await w.rows('contacts')).toEqual([])
    const wide = Array.from({ length: 14 }, (_, i) => `c${i}`)
    const twice = programOf(
      `sources: { crm: { opportunities: { id: ID, name: Name, stage: Stage, status: { column: Stage, map: { Won: won }, else: open } } } }`,
    )
    expect(await w.bring('opportunities', `${wide.join(',')}\n`, { now: NOW, program: twice })).toEqual({
      problems: [
        {
          message: 'The file has no column "ID", no column "Name", no column "Stage".',
          hint: `It has ${wide
            .slice(0, 10)
            .map((name) => `"${name}"`)
            .join(', ')} and 4 more.`,
        },
      ],
    })
    expect(await w.bring('contacts', 'id,id,account,name\n1,1,a,b\n')).toEqual({
      problems: [{ message: 'The file has "id" more than once; which one is meant cannot be told.' }],
    })
    await w.close()
  })

  test('so are a source and a kind of record that nobody declared', async () => {
    const w = await world(database, programOf('sources: { crm: { accounts: { id: id } } }'))
    expect(await w.bring('people', 'id\n1\n')).toEqual({
      problems: [
        {
          message: 'The source crm does not say how to read people; it maps accounts.',
          hint: 'Add people under sources.crm.',
        },
      ],
    })
    const other = programOf('sources: { crn: { accounts: { id: id } } }')
    expect(await w.bring('accounts', 'id\n1\n', { now: NOW, program: other })).toEqual({
      problems: [{ message: 'There is no source "crm"; the rules declare crn.', hint: 'Did you mean "crn"?' }],
    })
    await w.close()
  })
})
