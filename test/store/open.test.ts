import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { afterEach, describe, expect, it } from 'vitest'
import { MIGRATIONS } from '../../src/store/migrations/index.js'
import { migrate } from '../../src/store/migrations/run.js'
import { openStore } from '../../src/store/open.js'
import { databases, type Place } from '../support/databases.js'
import { account, collect, inForce, nothing, put, run } from '../support/plans.js'

const KNOWN = MIGRATIONS.length

describe.each(databases)('opening a store on $name', ({ name, place, schema }) => {
  let at: Place
  const fresh = () => {
    at = place()
    return at
  }
  afterEach(() => at?.remove())

  it('sets up an absent database, once, for a command that writes', async () => {
    const { url } = fresh()
    await expect(openStore(url)).rejects.toThrow(/^There is no database at .*; import something first\.$/)
    await (await openStore(url, { create: true })).close()
    const again = await openStore(url, { create: true })
    await put(again, [account('a')], [])
    await again.close()
    const reader = await openStore(url, { readOnly: true })
    expect(await reader.counts()).toMatchObject({ accounts: 1 })
    await expect(reader.write(async () => 1)).rejects.toThrow(/opened for reading only/)
    await reader.close()
  })

  it('is set up by several commands at once as by one', async () => {
    const { url } = fresh()
    const stores = await Promise.all([1, 2, 3].map(() => openStore(url, { create: true })))
    for (const store of stores) expect(await store.counts()).toMatchObject({ accounts: 0 })
    await Promise.all(stores.map((store) => store.close()))
  })

  it('has the schema of the golden file', async () => {
    const store = await openStore(fresh().url, { create: true })
    await expect(await schema(store)).toMatchFileSnapshot(`golden/schema.${name.toLowerCase()}.sql`)
    await store.close()
  })

  it('keeps an older program away from a newer schema, also while it runs', async () => {
    const { url } = fresh()
    const store = await openStore(url, { create: true })
    await put(store, [account('a')], [])
    await inForce(store)
    await store.write((tx) =>
      tx.updateTable('settings').set({ value: '99' }).where('key', '=', 'schema_version').execute(),
    )
    const sentence = new RegExp(
      `^This store was written by a newer Linewalker .* has schema 99, this program knows ${KNOWN}`,
    )
    await expect(store.commit([nothing({ kind: 'account', id: 'a' })], run())).rejects.toThrow(sentence)
    await store.close()
    await expect(openStore(url)).rejects.toThrow(sentence)
    await expect(openStore(url, { create: true, migrate: true })).rejects.toThrow(sentence)
  })

  it('migrates an older schema only when asked to', async () => {
    const { url } = fresh()
    const store = await openStore(url, { create: true })
    await store.write((tx) =>
      tx.updateTable('settings').set({ value: '0' }).where('key', '=', 'schema_version').execute(),
    )
    await store.close()
    await expect(openStore(url, { create: true })).rejects.toThrow(
      /^This store was written by an older Linewalker .*: run linewalker migrate\.$/,
    )
  })

  it('takes the steps that are lacking, whole or not at all', async () => {
    fresh()
    const connections = await at.connect()
    const writer = connections.writer!
    const second = {
      name: 'a colour for people',
      up: async (db: typeof writer) => void (await sql`alter table people add column colour text`.execute(db)),
    }
    const failing = {
      name: 'fails half-way',
      up: async (db: typeof writer) => {
        await sql`alter table people add column shape text`.execute(db)
        throw new Error('half-way')
      },
    }
    const to = (list: typeof MIGRATIONS) => migrate(writer, connections, 5, list)
    expect(await to(MIGRATIONS)).toEqual(MIGRATIONS.map(({ name }) => name))
    await expect(to([...MIGRATIONS, second, failing])).rejects.toThrow('half-way')
    expect(await to([...MIGRATIONS, second])).toEqual(['a colour for people'])
    expect(await to([...MIGRATIONS, second])).toEqual([])
    const settings = await writer.selectFrom('settings').selectAll().orderBy('key').execute()
    expect(settings).toEqual([
      { key: 'schema_since', value: '5' },
      { key: 'schema_version', value: String(KNOWN + 1) },
    ])
    await connections.close()
  })
})

describe('what may be wrong with a SQLite file', () => {
  let at: Place
  const path = () => {
    at = databases[0]!.place()
    return at.url.slice('sqlite:'.length)
  }
  afterEach(() => at?.remove())

  it('is said in a sentence', async () => {
    const file = path()
    const wrong = async (url: string) => {
      const store = await openStore(url, { create: true }).catch((error: Error) => error)
      if (!(store instanceof Error)) await store.close()
      return store instanceof Error
        ? [store.name, store.message.replaceAll(file, 'FILE').replaceAll(join(file, '..'), 'DIR')]
        : []
    }
    writeFileSync(file, 'This is a letter to my grandmother, and no database at all. '.repeat(50))
    expect(await wrong(file)).toEqual(['StoreError', 'FILE is not a database.'])
    expect(await wrong(join(file, '../nowhere/x.db'))).toEqual([
      'StoreError',
      'There is no folder DIR/nowhere to keep the database DIR/nowhere/x.db in.',
    ])
    mkdirSync(join(file, '../folder'))
    expect(await wrong(join(file, '../folder'))).toEqual(['StoreError', 'DIR/folder is a folder, not a database.'])
    expect(await wrong('oracle:x')).toEqual([
      'StoreError',
      '"oracle:…" names no database; write sqlite:PATH, such as sqlite:linewalker.db, or postgres://USER@HOST/NAME.',
    ])
    for (const rest of ['//u:secret@h/d', '//me@corp:secret@h/d', 'u:secret@h', '//h/d?user=u&password=secret'])
      expect((await wrong(`mysql:${rest}`))[1]).toMatch(/^"mysql:…" names no database/)
    expect((await wrong(' postgres://u:secret@127.0.0.1:1/d'))[1]).toMatch(
      'No PostgreSQL answers at postgres://u@127.0.0.1:1/d',
    )
    expect(await wrong('/proc/linewalker.db')).toEqual([
      'StoreError',
      'The database /proc/linewalker.db cannot be opened: no right to, or no such place.',
    ])
  })

  it('of which one may not write the folder is said to be so, to who reads and to who writes', async () => {
    const file = path()
    await (await openStore(file, { create: true })).close()
    const folder = join(file, '..')
    const isRoot = process.geteuid?.() === 0
    chmodSync(file, 0o666)
    chmodSync(folder, 0o555)
    if (isRoot) process.seteuid?.(65_534)
    try {
      for (const options of [{ readOnly: true }, { create: true }])
        await expect(openStore(file, options)).rejects.toThrow(
          `You have no right to write in ${folder}, where what is new of the database ${file} lies beside it`,
        )
    } finally {
      if (isRoot) process.seteuid?.(0)
      chmodSync(folder, 0o755)
    }
  })

  it('leaves the database of another program as it is', async () => {
    const file = path()
    const theirs = new Sqlite(file)
    theirs.exec('create table cats (name text)')
    theirs.close()
    await expect(openStore(file, { create: true })).rejects.toThrow(/belongs to another program/)
    const after = new Sqlite(file)
    expect(after.pragma('journal_mode', { simple: true })).toBe('delete')
    expect(after.prepare('select count(*) as n from sqlite_master').get()).toEqual({ n: 1 })
    after.close()
  })

  it('an empty file is set up by who writes, and is absent to who reads', async () => {
    const file = path()
    writeFileSync(file, '')
    await expect(openStore(file, { readOnly: true })).rejects.toThrow(/import something first/)
    await (await openStore(file, { create: true })).close()
    const store = await openStore(file, { readOnly: true })
    expect(await collect(store.due(0, 1))).toEqual([])
    await store.close()
  })

  it('works in memory over a single connection', async () => {
    const store = await openStore('sqlite::memory:', { create: true })
    await put(store, [account('a'), account('b')], [])
    expect((await collect(store.due(0, 0))).map((s) => s.family.account?.id)).toEqual(['a', 'b'])
    await store.close()
  })
})
