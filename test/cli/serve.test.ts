import { describe, expect, test } from 'vitest'
import { MIGRATIONS } from '../../src/store/migrations/index.js'
import { migrate } from '../../src/store/migrations/run.js'
import { openStore } from '../../src/store/open.js'
import { openSqlite } from '../../src/store/sqlite.js'
import { linewalker, shareCompany } from './support.js'

describe('a server', () => {
  shareCompany()

  /** A database as the first version made it. */
  async function writeOldDatabase(path: string): Promise<void> {
    const connections = await openSqlite(path, { create: true })
    await migrate(connections.writer!, connections, 5, MIGRATIONS.slice(0, 1))
    await connections.close()
  }

  test.each([
    ['with HTTP', ['--port', '0'], /^Serving .*old\.db at http:/],
    ['without HTTP', ['--no-http'], /^Walking .*old\.db without HTTP\.$/m],
  ])('%s brings an older database up to date by itself', async (how, args, says) => {
    const db = `sqlite:${how.replace(' ', '-')}-old.db`
    await writeOldDatabase(db.slice('sqlite:'.length))
    await expect(openStore(db)).rejects.toThrow(/older Linewalker/)
    const ran = await linewalker(['serve', '--db', db, ...args], { until: 'Ctrl-C ends it.' })
    expect(ran).toMatchObject({ code: 0, err: expect.stringMatching(says) })
    await (await openStore(db)).close()
  })

  test.each([
    ['json', /^\{"level":"warn","time":"[^"]*","by":"robin","msg":"stopped"\}$/m],
    ['text', /^Stopped by robin at /m],
  ])('--no-http --log %s tells what happens so', async (how, says) => {
    const db = `sqlite:log-${how}.db`
    await (await openStore(db, { create: true })).close()
    await linewalker(['stop', '--db', db])
    const ran = await linewalker(['serve', '--no-http', '--log', how, '--db', db], { until: 'topped' })
    expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(says) })
  })

  test.each([
    [['--port', '9000'], 'With --no-http nothing listens. Leave --port out, or --no-http.\n'],
    [['--host', '::1', '--port', '1'], 'With --no-http nothing listens. Leave --host and --port out, or --no-http.\n'],
    [['--at', '2026-03-16'], 'A server works now: --at is of plan, apply and loop --once.\n'],
  ])('--no-http takes no %j', async (args, err) => {
    expect(await linewalker(['serve', '--no-http', ...args])).toEqual({ code: 2, out: '', err })
  })

  test('a port is a number', async () => {
    const err = '"70000" is no port: a number from 0 to 65535.\n'
    expect(await linewalker(['serve', '--port', '70000'])).toEqual({ code: 2, out: '', err })
  })
})
