import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { afterEach, describe, expect, inject, it } from 'vitest'
import type { OpenOptions } from '../../src/store/connections.js'
import { openStore } from '../../src/store/open.js'
import { databases, type Place } from '../support/databases.js'
import { account, put } from '../support/plans.js'

const { url: server } = inject('postgres')
const postgres = databases.find(({ name }) => name === 'PostgreSQL')!

/** The address of a database with some of it changed. */
function but(
  url: string,
  { user, password, query = {} }: { user?: string; password?: string; query?: object },
): string {
  const changed = new URL(url)
  if (user !== undefined) changed.username = user
  if (password !== undefined) changed.password = password
  for (const [name, value] of Object.entries(query)) changed.searchParams.set(name, value)
  return changed.href
}

async function run(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

describe('what may be wrong with a PostgreSQL', () => {
  let at: Place
  /** A database without anything in it. */
  const empty = async () => {
    at = postgres.place()
    await run(server, `create database ${nameOf(at.url)}`)
    return at.url
  }
  const nameOf = (url: string) => new URL(url).pathname.slice(1)
  /** A store that was set up. */
  const ready = async () => {
    at = postgres.place()
    await (await openStore(at.url, { create: true })).close()
    return at.url
  }
  afterEach(() => at?.remove())

  /** What a person reads, with what differs from run to run taken out. */
  async function sentence(url: string, options: OpenOptions = { create: true }): Promise<string> {
    const opened = await openStore(url, options).catch((error: Error) => error)
    if (!(opened instanceof Error)) {
      await opened.close()
      return 'opened'
    }
    expect(opened.name).toBe('StoreError')
    expect(opened.message).not.toContain('secret')
    return opened.message.replace(new RegExp(`postgres://\\w*@\\S*?${nameOf(url)}`), 'PLACE')
  }

  it('nobody answers', async () => {
    const listening = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => listening.on('listening', resolve))
    const { port } = listening.address() as { port: number }
    await new Promise((resolve) => listening.close(resolve))
    const says = `No PostgreSQL answers at postgres://ann@127.0.0.1:${port}/sales (connect ECONNREFUSED 127.0.0.1:${port}). Is it running`
    await expect(openStore(`postgres://ann:secret@127.0.0.1:${port}/sales`)).rejects.toThrow(says)
    await expect(openStore('postgres://ann@localhost/sales?host=/nowhere')).rejects.toThrow(
      /^No PostgreSQL answers at /,
    )
    await expect(openStore('postgres://ann@no-such-host.invalid/sales')).rejects.toThrow(/^No PostgreSQL answers at /)
  })

  it('there is no such database', async () => {
    at = postgres.place()
    expect(await sentence(at.url, {})).toBe('There is no database at PLACE; import something first.')
    expect(await sentence(at.url, { create: true, readOnly: true })).toMatch('There is no database at PLACE')
    expect(await sentence(at.url)).toBe('opened')
  })

  it('it is empty', async () => {
    const url = await empty()
    expect(await sentence(url, {})).toBe('There is no database at PLACE; import something first.')
    expect(await sentence(url)).toBe('opened')
  })

  it('it belongs to another program', async () => {
    const url = await empty()
    await run(url, 'create table cats (name text)')
    expect(await sentence(url)).toBe(
      "The database at PLACE belongs to another program: it has tables, but they are not Linewalker's. Name another one.",
    )
  })

  it('it has something that is named as ours is', async () => {
    for (const theirs of [
      'create sequence tasks',
      'create type people as (name text)',
      'create domain holds as text',
    ]) {
      const url = await empty()
      await run(url, theirs)
      expect(await sentence(url)).toMatch(
        /^The database at PLACE belongs to another program \((relation|type) "\w+" already exists\)\. Name another one\.$/,
      )
      await at.remove()
    }
  })

  it('it has no schema to write to', async () => {
    const url = await empty()
    await run(url, 'drop schema public')
    for (const options of [{ create: true }, { readOnly: true }])
      expect(await sentence(url, options)).toMatch(
        /^In the database PLACE there is no schema to write to: .* grant usage, create on schema public to postgres\.$/,
      )
  })

  it('it takes no connections', async () => {
    const url = await ready()
    await run(server, `alter database ${nameOf(url)} allow_connections false`)
    expect(await sentence(url)).toMatch(/^The database PLACE takes no connections\. "alter database/)
  })

  it('it breaks statements off', async () => {
    const url = await ready()
    const store = await openStore(but(url, { query: { options: '-c statement_timeout=30' } }))
    const slow = () => store.read((tx) => sql`select pg_sleep(5)`.execute(tx))
    await expect(slow()).rejects.toThrow(
      /broke a statement off, because it took too long .* set statement_timeout = 0"\.$/,
    )
    await store.close()
  })

  it('it is dropped while it is worked with', async () => {
    const url = await ready()
    const store = await openStore(url)
    const waits = store.read((tx) => sql`select pg_sleep(20)`.execute(tx))
    const told = expect(waits).rejects.toThrow(/was dropped while it was worked with\.|was cut; what was not finished/)
    await pause(50)
    await run(server, `drop database ${nameOf(url)} with (force)`)
    await told
    await expect(store.counts()).rejects.toThrow(/^There is no database at /)
    await store.close()
  })

  it('it is older than 14', async () => {
    const url = await empty()
    await run(
      url,
      'create schema old',
      `create function old.current_setting(text) returns text language sql as
        $$ select case $1 when 'server_version_num' then '130014' when 'server_version' then '13.14' else 'UTF8' end $$`,
      `alter database ${nameOf(url)} set search_path = old, pg_catalog, public`,
    )
    expect(await sentence(url)).toBe('The PostgreSQL at PLACE is version 13.14; 14 or newer is needed.')
  })

  it('it does not hold all texts', async () => {
    at = postgres.place()
    const name = nameOf(at.url)
    await run(server, `create database ${name} template template0 encoding 'LATIN1' locale_provider libc locale 'C'`)
    expect(await sentence(at.url)).toBe('The database PLACE keeps texts as LATIN1; make it with UTF8.')
  })

  it('the password is wrong, or there is none', async () => {
    const url = await ready()
    await run(server, `do $$ begin create role weak login password 'secret'; exception when others then null; end $$`)
    await run(url, 'grant all on all tables in schema public to weak')
    const wrong = 'The PostgreSQL of PLACE does not accept this password.'
    expect(await sentence(but(url, { user: 'weak', password: 'secret2' }))).toBe(wrong)
    expect(await sentence(but(url, { user: 'weak' }))).toBe(
      'The PostgreSQL of PLACE wants a password, and none was given. Set PGPASSWORD, or write postgres://USER:PASSWORD@HOST/NAME.',
    )
    expect(await sentence(but(url, { user: 'weak', password: 'secret' }))).toBe('opened')
    expect(await sentence(but(url, { user: 'nobody_knows' }))).toMatch(
      /^The PostgreSQL of PLACE (does not let you in: .*\. Name another user, or have whoever runs it|wants a password)/,
    )
  })

  it('one has no rights', async () => {
    const url = await ready()
    await run(server, `do $$ begin create role poor login password 'secret'; exception when others then null; end $$`)
    const poor = but(url, { user: 'poor', password: 'secret' })
    expect(await sentence(poor)).toMatch(
      /^You have no right to do this in the database PLACE: permission denied for table settings\. Its owner may say: grant select, insert, update, delete on all tables in schema public to poor/,
    )
    const absent = postgres.place()
    expect(await sentence(but(absent.url, { user: 'poor', password: 'secret' }))).toMatch(
      /^There is no database at PLACE, and you may not/,
    )
    await run(url, 'grant select on all tables in schema public to poor')
    const store = await openStore(poor)
    expect(await store.counts()).toMatchObject({ accounts: 0 })
    await expect(put(store, [account('a')], [])).rejects.toThrow(/^You have no right to do this in the database/)
    await store.close()
  })

  it('one has no rights in a schema of another name, and what is to be granted is named as SQL has it', async () => {
    const url = await ready()
    await run(server, `do $$ begin create role poor login password 'secret'; exception when others then null; end $$`)
    await run(url, 'alter schema public rename to "My Schema"; revoke all on schema "My Schema" from public')
    await run(url, `alter role poor in database ${nameOf(url)} set search_path = "My Schema"`)
    const poor = but(url, { user: 'poor', password: 'secret' })
    for (const options of [{ create: true }, { readOnly: true }])
      expect(await sentence(poor, options)).toMatch(
        /create schema if not exists "My Schema"; grant usage, create on schema "My Schema" to poor/,
      )
    await run(url, 'grant usage on schema "My Schema" to poor')
    expect(await sentence(poor)).toMatch(/grant select, .* on all tables in schema "My Schema" to poor/)
  })

  it('it may only be read', async () => {
    const url = await ready()
    const store = await openStore(but(url, { query: { options: '-c default_transaction_read_only=on' } }))
    expect(await store.counts()).toMatchObject({ accounts: 0 })
    await expect(put(store, [account('a')], [])).rejects.toThrow(
      /may only be read, not written\. Is it a standby, or default_transaction_read_only on\? Name the one that takes writes\.$/,
    )
    await store.close()
  })

  it('the connection is cut in the middle of a write: nothing is half-written, and the next one goes on', async () => {
    const url = await ready()
    const store = await openStore(url)
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${nameOf(url)}'`
    const write = store.write(async (tx) => {
      await tx.updateTable('settings').set({ value: '1' }).where('key', '=', 'schema_version').execute()
      await tx.insertInto('contacts').values({ id: 'c', account: 'a', name: null, email: null }).execute()
      await run(server, cut)
      await pause(20)
      await tx.insertInto('contacts').values({ id: 'd', account: 'a', name: null, email: null }).execute()
    })
    await expect(write).rejects.toThrow(/was cut; what was not finished is not written\. Run it again\.$/)
    const contacts = () => store.read((tx) => tx.selectFrom('contacts').select('id').execute())
    expect(await contacts()).toEqual([])
    await run(server, cut)
    await pause(20)
    await put(store, [account('a')], [])
    expect(await store.counts()).toMatchObject({ accounts: 1 })
    await store.close()
  })

  it('hears when another process wrote, not when itself did, also after its ear was cut off', async () => {
    const url = await ready()
    const [store, other] = [await openStore(url), await openStore(url)]
    const first = await store.changesElsewhere()
    await put(store, [account('a')], [])
    expect(await store.changesElsewhere()).toBe(first)
    await put(other, [account('b')], [])
    const second = await store.changesElsewhere()
    expect(second).toBeGreaterThan(first)
    await run(
      server,
      `select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%' or query = 'select 1'`,
    )
    await pause(20)
    expect(await store.changesElsewhere()).toBeGreaterThan(second)
    await store.close()
    await other.close()
  })
})
