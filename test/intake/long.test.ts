import { describe, expect, test } from 'vitest'
import { receive } from '../../src/intake/hooks/receive.js'
import { readSaid, type Said } from '../../src/intake/record.js'
import { databases } from '../support/databases.js'
import { become, hookProgram, request, takeAll } from './hooks/world.js'
import { counts, NOW, programOf, world } from './world.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** Signs that no database can make shorter: 9,000 of them fit into no index of PostgreSQL. */
function signs(n: number): string {
  let text = ''
  for (let i = 0, seed = 7; i < n; i += 1) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    text += ALPHABET[(seed >> 12) % ALPHABET.length]
  }
  return text
}
const LONG = signs(9_000)
const QUOTED = JSON.stringify(`${LONG.slice(0, 59)}…`)
const RULE = 'An id has 1 to 200 characters, and no control characters.'

describe.each(databases)('texts that fit into no index, on $name', (database) => {
  test('as an id they reject their row, and the rest is taken', async () => {
    const w = await world(database)
    const why = async (record: Parameters<typeof w.take>[0], text: string) => {
      const report = await w.take(record, text)
      expect(counts(report)).toMatchObject({ new: 1, rejected: report.read - 1 })
      return report.rejections.map(({ reason }) => reason)
    }
    const no = (row: number, column: string) => `row ${row}: ${QUOTED} in column ${column} is no id. ${RULE}`
    const people = `id,name,email,role,manager,team,active,timezone\n${LONG},,,,,,,\np1,,,,,,,\np2,,,,${LONG},,,\np3,,,,,${LONG},,`
    expect(await why('people', people)).toEqual([no(2, 'id'), no(4, 'manager'), no(5, 'team')])
    const accounts = `id,name,owner,created,bin,bin_changed,employees\na1,,dana,,,,\n${LONG},,,,,,\na2,,${LONG},,,,`
    expect(await why('accounts', accounts)).toEqual([no(3, 'id'), no(4, 'owner')])
    expect(await why('contacts', `id,account,name\n${LONG},a1,\nc1,${LONG},\nc2,a1,${LONG}`)).toEqual([
      no(2, 'id'),
      no(3, 'account'),
    ])
    const header = 'id,name,account,stage,status,amount,owner,created,close_date,next_step,stage_changed,competitor,nda'
    const row = (id: string, name: string, account: string, owner: string, step = '') =>
      `${id},${name},${account},discovery,,,${owner},,,${step},,,`
    expect(
      await why(
        'opportunities',
        [
          header,
          row(LONG, 'n', '', ''),
          row('o1', LONG, 'a1', 'dana', LONG),
          row('o2', 'n', LONG, ''),
          row('o3', 'n', '', LONG),
        ].join('\n'),
      ),
    ).toEqual([no(2, 'id'), no(4, 'account'), no(5, 'owner')])
    const activities = `kind,at,by,opportunity,account,contact\ncall,2026-02-01,,${LONG},,\ncall,2026-02-01,,o1,,${LONG}\ncall,2026-02-01,dana,o1,,`
    expect(await why('activities', activities)).toEqual([no(2, 'opportunity'), no(3, 'contact')])
    const changes = `at,fact,from,to,by,opportunity,account\n2026-02-01,owner,,${LONG},,o1,\n2026-02-01,owner,,eve,,o1,`
    expect(await why('changes', changes)).toEqual([no(2, 'to')])
    expect((await w.rows('opportunities')).map(({ name, next_step }) => [name, next_step])).toEqual([[LONG, LONG]])
    await w.close()
  })

  test('as what a field was they are kept, once', async () => {
    const w = await world(
      database,
      programOf(`fields: { opportunity: { competitor: { type: choice, of: [acme] }, nda: { type: flag }, note: { type: text } } }
scoring: {}
sources: { crm: { dates: yyyy-MM-dd, opportunities: { id: id, stage: stage }, changes: { at: at, fact: fact, to: to, opportunity: o } } }`),
    )
    await w.take('opportunities', 'id,stage\no1,discovery')
    const text = `at,fact,to,o\n2026-02-01,fields.note,${LONG},o1\n2026-02-01,fields.note,${LONG.slice(1)},o1`
    expect(counts(await w.take('changes', text))).toMatchObject({ new: 2, rejected: 0 })
    expect(counts(await w.take('changes', text))).toMatchObject({ unchanged: 2 })
    await w.close()
  })

  test('in what a CRM sends they are refused with their place', async () => {
    const program = hookProgram(
      'sources: { crm: { hook: { type: generic, secret: "s" }, opportunities: { id: id, owner: owner, stage: stage } } }',
    )
    const w = await world(database, program)
    const hook = program.sections.sources!.crm!.hook!
    for (const data of [{ id: LONG }, { id: 'o1', owner: LONG }, { id: 'o2', owner: 'dana' }]) {
      const event = {
        id: `${data.id}\0`,
        data: { stage: 'new', ...data },
        specversion: '1.0',
        type: 'deal',
        source: 'x',
      }
      const received = receive('crm', hook, request(JSON.stringify(event), {}, NOW), true)
      if ('is' in received) throw new Error(received.is)
      await w.store.keepHook(received.hook, received.events)
    }
    await takeAll(w, program, NOW)
    expect(Object.values(await become(w)).sort()).toEqual([
      `not_understood: ${QUOTED} in column id is no id. ${RULE}`,
      `not_understood: ${QUOTED} in column owner is no id. ${RULE}`,
      'taken',
    ])
    expect((await w.rows('opportunities')).map(({ id, owner }) => [id, owner])).toEqual([['o2', 'dana']])
    await w.close()
  })
})

test.each([
  [{ record: 'opportunities', id: LONG, values: {} }, `${QUOTED} is no id. ${RULE}`],
  [{ record: 'opportunities', id: 'a\u0000b', values: {} }, '"a\\u0000b" holds a character that no text may hold.'],
  [{ record: 'opportunities', id: 'a', values: { owner: 'x\ny' } }, `"x\\ny" in owner is no id. ${RULE}`],
  [
    { record: 'accounts', id: 'a', values: { owner: '\ud800' } },
    '"\\ud800" in owner holds a character that no text may hold.',
  ],
] as [Said, string][])('a program is told so as well', (said, why) => {
  expect(readSaid(said, programOf().vocabulary, 1)).toMatchObject({ rejected: why })
})
