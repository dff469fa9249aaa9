import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL on which databases may be made, and how the names of those of this run begin. */
    postgres: { url: string; prefix: string }
  }
}

/**
 * Before the first test: a PostgreSQL, that of TEST_DATABASE_URL (of a superuser, where passwords are asked for) or one of our
 * own. Without one the run fails. After the last the databases of the run are gone.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const prefix = `linewalker_test_${randomBytes(4).toString('hex')}_`
  const given = process.env.TEST_DATABASE_URL
  const server = given ? { url: given, stop: () => dropAll(given, prefix) } : await startPostgres()
  project.provide('postgres', { url: server.url, prefix })
  return server.stop
}

async function dropAll(url: string, prefix: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query('select datname from pg_database where starts_with(datname, $1)', [prefix])
  for (const { datname } of rows) await client.query(`drop database ${client.escapeIdentifier(datname)} with (force)`)
  await client.end()
}
