import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { harmless, outputOf } from '../../src/cli/output.js'
import { formatTable, wrapped } from '../../src/cli/tables.js'
import { importCompany, linewalker, shareCompany } from './support.js'

const plain = { width: Number.POSITIVE_INFINITY, colours: false }
const cells = (...texts: string[]) => texts.map((text) => ({ text }))

describe('tables', () => {
  test('fit the terminal, one line a row', () => {
    const table = { headers: ['name', 'says'], rows: [cells('Acme', 'x'.repeat(300)), cells('日本語の会社', 'short')] }
    for (const width of [30, 40, 80, 120]) {
      const lines = formatTable(table, { ...plain, width }).split('\n')
      expect(lines).toHaveLength(4)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width)
    }
  })

  test('cut what people copy last', () => {
    const table = {
      headers: ['id', 'says'],
      rows: [cells('quiet/opportunity/O-1/1', 'a long sentence that may be cut')],
      whole: [0],
    }
    expect(formatTable(table, { ...plain, width: 40 })).toContain('quiet/opportunity/O-1/1')
  })

  test('leave out empty columns before those that may go and hold something', () => {
    const table = {
      headers: ['rule', 'opened', 'nothing', 'open'],
      rows: [cells('quiet', '5', '', '2'), cells('no-next-step', '1', '', '')],
      ...{ right: [1, 2, 3], whole: [0], spare: [3] },
    }
    const lines = (width: number) => formatTable(table, { ...plain, width }).split('\n')
    expect(lines(40)[0]).toBe('rule          opened  nothing  open')
    expect([lines(30)[0], lines(30).at(-1)]).toEqual(['rule          opened  open', '(empty: nothing)'])
    expect([lines(20)[0], lines(20).at(-1)]).toEqual(['rule          opened', '(too narrow for: open; empty: nothing)'])
  })

  test('put beneath each row what has no room, whole where people copy it, and break sentences between words', () => {
    const table = {
      headers: ['for', 'task', 'of', 'id'],
      rows: [
        cells(
          'Dana Ruiz',
          'Set an honest close date for Pumps, or close it',
          'Pumps',
          'a-long-rule/opportunity/OPP 1/open#1',
        ),
        cells('Lee', 'Call', 'Valves', 'r/1'),
      ],
      ...{ whole: [3], broken: [1], below: [2, 3] },
    }
    expect(formatTable(table, { ...plain, width: 36 })).toBe(
      [
        'for        task',
        '    of',
        '    id',
        '------------------------------------',
        'Dana Ruiz  Set an honest close date',
        '           for Pumps, or close it',
        '    Pumps',
        '    a-long-rule/opportunity/OPP 1/open#1',
        'Lee        Call',
        '    Valves',
        '    r/1',
      ].join('\n'),
    )
    // Where there is room, and in a pipe, a row is a line.
    for (const width of [120, plain.width]) expect(formatTable(table, { ...plain, width }).split('\n')).toHaveLength(4)
  })

  test('never cut the heading of a number: what may go goes first', () => {
    const table = {
      headers: ['rule', 'by person', 'again'],
      rows: [cells('quiet', '5', '1')],
      ...{ right: [1, 2], whole: [0], spare: [2] },
    }
    expect(formatTable(table, { ...plain, width: 18 }).split('\n')).toEqual([
      ...['rule   by person', '-----  ---------', 'quiet          5', '(too narrow for: again)'],
    ])
  })

  test('sentences are broken between words, further in behind the first line; in a pipe a sentence is a line', () => {
    const text = '  2026-03-02  opened: because of this and that'
    expect(wrapped(text, { width: 30 }, 4)).toEqual(['  2026-03-02  opened: because', '      of this and that'])
    for (const { length } of wrapped(`${text} ${text}`, { width: 20 }, 2)) expect(length).toBeLessThanOrEqual(20)
    expect(wrapped(text, plain)).toEqual([text])
  })

  test('what would steer a terminal is shown as blanks', () => {
    expect(harmless('a\u001b[2Jb\nc\u202ed')).toBe('a [2Jb c d')
    const table = { headers: ['name'], rows: [cells('\u001b]0;owned\u0007\nnext')] }
    expect(formatTable(table, plain)).toBe('name\n---------------\n ]0;owned  next')
  })
})

describe('looks', () => {
  shareCompany(importCompany)

  test('the very cells that are wrong are coloured', async () => {
    const { out } = await linewalker(['health', '--view', 'unhealthy'], { colours: true, width: 200 })
    const red = (text: string) => `\u001b[31m${text}\u001b[39m`
    const line = out.split('\n').find((one) => one.includes('Acme filters')) ?? ''
    expect(line).toContain(red('2026-03-10'))
    expect(line).toContain(red('73 days'))
    expect(line).not.toContain(red('80,000 USD'))
  })

  test('the lists of a rep are read at 80 columns: nothing is cut, and ids are whole', async () => {
    await linewalker(['apply'])
    for (const list of ['tasks', 'findings', 'letters']) {
      const { out } = await linewalker([list, '--at', '2026-03-19'], { width: 80 })
      const pipe = await linewalker([list, '--at', '2026-03-19'], { width: plain.width })
      expect(out).not.toContain('…')
      expect(out).not.toContain('too narrow')
      const json = JSON.parse((await linewalker([list, '--json', '--at', '2026-03-19'])).out)
      const ids = json[list].map((one: { id?: string; finding?: string }) => one.finding ?? one.id) as string[]
      for (const id of ids) {
        expect(out.split('\n')).toContain(`    ${id}`)
        expect(pipe.out.split('\n').filter((line) => line.endsWith(id))).toHaveLength(1)
      }
      await expect(out).toMatchFileSnapshot(`golden/narrow-${list}.txt`)
    }
    // What is overdue says so, in a pipe too; by name, not by id.
    expect((await linewalker(['tasks', '--at', '2026-03-18'])).out).not.toContain('overdue')
    expect((await linewalker(['tasks', '--at', '2026-03-19'])).out).toMatch(
      /^Dana Ruiz +overdue +2026-03-18 +Re-engage Acme Water +Acme pumps +quiet\/opportunity\/O-1\/1\/open#1$/m,
    )
  })

  test('no escape sequence without colours', async () => {
    for (const args of [['health'], ['plan'], ['explain', 'quiet', 'O-1'], ['--help']]) {
      expect((await linewalker(args)).out).not.toContain('\u001b')
    }
  })

  test('every command has help with an example', async () => {
    const { out } = await linewalker(['--help'])
    const names = [...out.matchAll(/^ {2}([a-z]+)(?: \[| <| {2,})/gm)]
      .map((match) => match[1] as string)
      .filter((name) => name !== 'help')
    expect(names.length).toBeGreaterThan(15)
    for (const name of names) {
      const help = await linewalker([name, '--help'])
      expect(help.code).toBe(0)
      expect(help.out).toContain(`$ linewalker ${name}`)
    }
  })

  test('DATABASE_URL is used where --db is not given', async () => {
    const env = { DATABASE_URL: 'sqlite:other.db' }
    expect(await linewalker(['import', 'accounts', 'csv/accounts.csv', '--source', 'crm'], { env })).toMatchObject({
      code: 0,
    })
    expect(existsSync('other.db')).toBe(true)
    const empty = { env: { DATABASE_URL: '' } }
    const wanted = ['import', 'accounts', 'csv/accounts.csv', '--source', 'crm']
    expect(await linewalker(wanted, empty)).toMatchObject({ code: 0 })
    expect(existsSync('linewalker.db')).toBe(true)
  })
})

describe('the streams of the process', () => {
  const stream = (isTTY: boolean, columns = 90) => ({ isTTY, columns, write: () => true })

  test('colours and a width only where a terminal shows them, and never against NO_COLOR', () => {
    expect(outputOf(stream(true), stream(true), {})).toMatchObject({ colours: true, width: 90, errIsTerminal: true })
    expect(outputOf(stream(true), stream(true), { NO_COLOR: '1' }).colours).toBe(false)
    expect(outputOf(stream(true), stream(true), { NO_COLOR: '' }).colours).toBe(true)
    expect(outputOf(stream(true), stream(true), { TERM: 'dumb' }).colours).toBe(false)
    expect(outputOf(stream(false), stream(true), {})).toMatchObject({ colours: false, width: Number.POSITIVE_INFINITY })
  })
})

describe('init', () => {
  shareCompany()

  test('writes a starter that checks without a problem, with the schema beside it', async () => {
    expect(await linewalker(['init', 'starter'])).toMatchObject({ code: 0, err: '' })
    expect(await linewalker(['check', 'starter'])).toMatchObject({ code: 0, err: '' })
    expect(readFileSync('starter/hygiene.yaml', 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=linewalker\.schema\.json\n/,
    )
    expect(JSON.parse(readFileSync('starter/linewalker.schema.json', 'utf8')).$schema).toContain('2020-12')
  })

  test('never overwrites', async () => {
    writeFileSync('starter/limits.yaml', '# mine\n')
    const { code, out } = await linewalker(['init', 'starter'])
    expect(code).toBe(0)
    expect(out).toMatch(/^Kept \d+ that were there already:/)
    expect(readFileSync('starter/limits.yaml', 'utf8')).toBe('# mine\n')
  })
})
