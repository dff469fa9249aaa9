import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { databases, type Place } from '../support/databases.js'
import { linewalker } from './support.js'

const { url: server } = inject('postgres')
const postgres = databases.find(({ name }) => name === 'PostgreSQL')!

const RULES = `
pipelines: { main: { stages: { first: {}, closed: { statuses: [won, lost, abandoned] } } } }
sources: { crm: { opportunities: { id: id, account: account, next_step: next_step } } }
rules:
  plain: { for: opportunity, when: { next_step: { missing: true } }, then: [{ create_task: { assign: dana, title: Ask } }] }
people: { dana: { name: Dana } }
limits: { per_run: { effects: 100000, share: 100% } }
`
const ROWS = 3_500

describe('the command line on a PostgreSQL', () => {
  let at: Place
  let folder: string
  let admin: pg.Client
  const name = () => new URL(at.url).pathname.slice(1)
  const call = (db: string, ...args: string[]) => linewalker([...args, '--rules', folder, '--db', db])
  const bring = (db: string) => call(db, 'import', 'opportunities', join(folder, 'deals.csv'), '--source', 'crm')
  const inside = async (...statements: string[]) => {
    const client = new pg.Client(at.url)
    await client.connect()
    for (const statement of statements) await client.query(statement)
    await client.end()
  }
  const as = (user: string, query: Record<string, string> = {}) => {
    const url = new URL(at.url)
    url.username = user
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value)
    return url.href
  }
  beforeEach(async () => {
    at = postgres.place()
    folder = mkdtempSync(join(tmpdir(), 'linewalker-cli-'))
    writeFileSync(join(folder, 'rules.yaml'), RULES)
    const rows = Array.from({ length: ROWS }, (_, i) => `d${i},a${i % 900},`)
    writeFileSync(join(folder, 'deals.csv'), ['id,account,next_step', ...rows].join('\n'))
    admin = new pg.Client(server)
    await admin.connect()
  })
  afterEach(async () => {
    await admin.end()
    await at.remove()
    rmSync(folder, { recursive: true })
  })

  it('says what is wrong in one sentence, ends with 2 and prints nothing else', async () => {
    await admin.query(`create database ${name()}`)
    const foreign = async () => inside('create table cats (name text)')
    const expectWrong = async (db: string, says: RegExp) => {
      for (const command of [['apply'], ['plan'], ['findings', '--json']]) {
        const ran = await call(db, ...command)
        expect([ran.code, ran.out, ran.err.trim().split('\n').length], ran.err).toEqual([2, '', 1])
        expect(ran.err).toMatch(says)
      }
      const ran = await bring(db)
      expect([ran.code, ran.out], ran.err).toEqual([2, ''])
    }
    await expectWrong('postgres://ann@localhost:1/nowhere', /^No PostgreSQL answers at /)
    await foreign()
    await expectWrong(at.url, /belongs to another program/)
    await inside('drop table cats')
    expect((await bring(at.url)).code).toBe(0)
    await admin.query(
      `do $$ begin create role stranger login; exception when duplicate_object or unique_violation then null; end $$`,
    )
    await expectWrong(as('stranger'), /^You have no right to do this in the database/)
    const readOnly = as('postgres', { options: '-c default_transaction_read_only=on' })
    // What says nothing new writes nothing.
    expect((await bring(readOnly)).code).toBe(0)
    writeFileSync(join(folder, 'deals.csv'), 'id,account,next_step\nd1,a1,call\n')
    for (const ran of [await call(readOnly, 'apply'), await bring(readOnly)]) {
      expect([ran.code, ran.out], ran.err).toEqual([2, ''])
      expect(ran.err).toMatch(/may only be read, not written\. .* Name the one that takes writes\.\n/)
    }
    expect((await call(readOnly, 'plan')).code).toBe(0)
  })

  it('an import and an apply whose connections are cut say so; the next ones go on from there', async () => {
    const counted = async (table: string) => {
      const client = new pg.Client(at.url)
      client.on('error', () => undefined)
      try {
        await client.connect()
        const { rows } = await client.query(`select count(*)::int as n from ${table}`)
        return rows[0].n as number
      } finally {
        await client.end()
      }
    }
    /** Cuts every connection again and again from when a table has so many rows, until the work has ended. */
    const cutWhile = async <T>(work: Promise<T>, table: string, from: number): Promise<T> => {
      let over = false
      const done = work.finally(() => {
        over = true
      })
      while (!over && (await counted(table).catch(() => 0)) < from) await pause(5)
      while (!over) {
        await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name()}'`)
        await pause(2)
      }
      return done
    }
    const cut = /^The connection to \S+ was cut; what was not finished is not written\. Run it again\.\n$/
    const imported = await cutWhile(bring(at.url), 'opportunities', 1)
    expect([imported.code, imported.out], imported.err).toEqual([2, ''])
    expect(imported.err).toMatch(cut)
    const there = await counted('opportunities')
    expect(there % 1000).toBe(0)
    expect(there).toBeLessThan(ROWS)
    expect((await bring(at.url)).code).toBe(0)
    expect(await counted('opportunities')).toBe(ROWS)

    const applied = await cutWhile(call(at.url, 'apply', '--json'), 'tasks', 1)
    expect([applied.code, applied.out], applied.err).toEqual([2, ''])
    expect(applied.err).toMatch(cut)
    expect(await counted('tasks')).toBe(await counted('findings'))
    expect((await call(at.url, 'apply', '--json')).code).toBe(0)
    expect([await counted('tasks'), await counted('intents')]).toEqual([ROWS, ROWS])
  })
})
