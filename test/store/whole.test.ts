import { sql } from 'kysely'
import { afterEach, describe, expect, it } from 'vitest'
import type { OpenOptions } from '../../src/store/connections.js'
import { openStore } from '../../src/store/open.js'
import { databases, type Place } from '../support/databases.js'

describe.each(databases)('a database on $name', ({ place }) => {
  let at: Place
  afterEach(() => at.remove())

  /** A fresh one in which somebody has done this. */
  async function changedBy(statements: readonly string[], { ours = false } = {}): Promise<string> {
    at = place()
    if (ours) await (await openStore(at.url, { create: true })).close()
    const connections = await at.connect()
    for (const statement of statements) await sql.raw(statement).execute(connections.writer!)
    await connections.close()
    return at.url
  }

  async function sentence(url: string, options: OpenOptions): Promise<string> {
    const opened = await openStore(url, options).catch((error: Error) => error)
    if (opened instanceof Error) {
      expect(opened.name, opened.stack).toBe('StoreError')
      return opened.message.replace(/(\/|postgres:)\S+/, 'PLACE')
    }
    await opened.close()
    return 'opened'
  }

  const WAYS = [{ create: true }, { readOnly: true }, { create: true, migrate: true }]

  it.each([
    [['create table settings (name text, theme text)']],
    [['create table settings (key integer, value integer)', 'create table people (id text)']],
    [
      [
        'create table settings (key text, value text)',
        'create table tasks (id text)',
        "insert into settings values ('a', 'b')",
      ],
    ],
    [['create table settings (key text, value text)', "insert into settings values ('schema_version', '6')"]],
    [['create table silences (id text)', 'create table settings (id text)']],
    [['create view settings as select 1 as one']],
  ])('with tables named as ours belongs to another program: %j', async (statements) => {
    const url = await changedBy(statements)
    for (const options of WAYS)
      expect(await sentence(url, options)).toBe(
        "The database at PLACE belongs to another program: it has tables, but they are not Linewalker's. Name another one.",
      )
  })

  it.each([
    ['drop table tasks', 'it lacks tasks'],
    ['drop table settings', 'it does not say which schema it has'],
    ["delete from settings where key = 'schema_version'", 'it does not say which schema it has'],
    ["update settings set value = 'abc' where key = 'schema_version'", 'its schema_version is "abc"'],
    ["update settings set value = '-1' where key = 'schema_version'", 'its schema_version is "-1"'],
  ])('of which something is gone is not whole: %s', async (statement, why) => {
    const url = await changedBy([statement], { ours: true })
    for (const options of WAYS)
      expect(await sentence(url, options)).toBe(`The database PLACE is not whole: ${why}. Restore a backup of it.`)
  })

  it('of which a column or a table goes while it is open is not whole', async () => {
    const url = await changedBy([], { ours: true })
    const store = await openStore(url)
    await store.write((tx) => sql`drop table silences`.execute(tx))
    await store.write((tx) => sql`alter table people rename column team to squad`.execute(tx))
    await expect(store.read((tx) => tx.selectFrom('people').select('team').execute())).rejects.toThrow(
      / is not whole: .*team.*\. Restore a backup/,
    )
    await expect(store.read((tx) => tx.selectFrom('silences').selectAll().execute())).rejects.toThrow(
      / is not whole: .*silences.*\. Restore a backup/,
    )
    const slip = store.read((tx) => sql`select nothing_of_the_kind from people`.execute(tx))
    await expect(slip).rejects.not.toThrow(/not whole/)
    await store.close()
  })
})
