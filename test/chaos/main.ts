/**
 * `npm run chaos`: kills the loop at 200 seeded random moments while 2,000 changes are walked, committed and delivered, on
 * SQLite and on PostgreSQL. Arguments: kills, changes, seed, and the name of one of the two.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../support/postgres.js'
import { runChaos } from './run.js'

const [kills = 200, changes = 2_000, seed = 7] = process.argv.slice(2, 5).map(Number)
const only = process.argv[5]
const folder = mkdtempSync(join(tmpdir(), 'linewalker-chaos-'))
const server = await startPostgres()
const client = new pg.Client(server.url)
await client.connect()
await client.query('create database chaos')
await client.end()
const postgres = new URL(server.url)
postgres.pathname = 'chaos'

let failed = false
const say = (name: string) => (line: string) => process.stdout.write(`${name}: ${line}\n`)
for (const [name, url] of [
  ['SQLite', `sqlite:${join(folder, 'chaos.db')}`],
  ['PostgreSQL', postgres.href],
] as const) {
  if (only !== undefined && only !== name) continue
  const tell = say(name)
  tell(`${kills} kills, ${changes} changes, seed ${seed}`)
  const { wrong, counts } = await runChaos({ url, seed, changes, kills, life: 2_500, say: tell })
  tell(JSON.stringify(counts))
  for (const line of wrong) tell(`WRONG ${line}`)
  tell(wrong.length === 0 ? 'nothing lost, nothing twice' : `${wrong.length} wrong`)
  failed ||= wrong.length > 0
}
await server.stop()
rmSync(folder, { recursive: true, force: true })
process.exit(failed ? 1 : 0)
