import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startPostgres } from '../test/support/postgres.js'
import type { Measured, Row } from './rows.js'

/** What is measured on which database. */
const MEASUREMENTS = {
  sqlite: ['evaluation', 'stored', 'import', 'findings', 'letters', 'requests', 'backtest'],
  postgres: ['evaluation', 'stored', 'import', 'findings'],
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    json: { type: 'string' },
    only: { type: 'string' },
    database: { type: 'string' },
  },
})
const here = dirname(fileURLToPath(import.meta.url))
const project = join(here, '..', '..', '..')

/** With as much memory as there is V8 lets garbage lie for long, and a peak says nothing; in so much all must be able to work. */
const HEAP = '--max-old-space-size=300'

/** Runs one measurement in a process of its own; those on PostgreSQL share the server at this address. */
async function measure(database: string, name: string, server: string): Promise<Measured & { peak: number }> {
  const args = [
    HEAP,
    join(here, 'measure.js'),
    database,
    name,
    join(project, 'bench', 'rules'),
    values.quick ? '10' : '1',
  ]
  const env = { ...process.env, TEST_DATABASE_URL: server }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`The measurement ${name} on ${database} failed.`)
  return JSON.parse(text)
}

const versions = Object.fromEntries(
  ['better-sqlite3', 'json-rules-engine', 'kysely', 'pg'].map((name) => [
    name,
    (JSON.parse(readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8')) as { version: string })
      .version,
  ]),
)
const machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  processors: cpus().length,
  memory_mb: Math.round(totalmem() / 2 ** 20),
}

const say = (text: string) => process.stdout.write(`${text}\n`)
const digits = (n: number) => (n >= 100 ? n.toFixed(0) : n >= 0.1 ? n.toFixed(2) : n.toFixed(4))
const rows: Row[] = []
say(`Node ${process.version}, ${machine.processors} × ${machine.processor}. Ratios are of medians within this run.\n`)
const wanted = Object.entries(MEASUREMENTS).flatMap(([database, names]) =>
  values.database === undefined || values.database === database ? names.map((name) => ({ database, name })) : [],
)
const chosen = wanted.filter(({ name }) => values.only?.split(',').includes(name) ?? true)
const theirs = process.env.TEST_DATABASE_URL ?? ''
const started = theirs === '' && chosen.some(({ database }) => database === 'postgres') ? await startPostgres() : null
for (const { database, name } of chosen) {
  const { rows: found, times, peak } = await measure(database, name, started?.url ?? theirs)
  rows.push(...found)
  for (const { id, says, ratio, goal, ok } of found) {
    const aim = goal === null ? 'shown' : `${ok ? 'reaches' : 'MISSES'} ${digits(goal)}`
    say(`${id.padEnd(11)}${digits(ratio).padStart(9)}   ${aim.padEnd(15)}${says}.`)
  }
  for (const [what, took] of Object.entries(times)) say(`${''.padEnd(11)}${took.padStart(12)}   ${what}`)
  say(`${''.padEnd(11)}${`${Math.round(peak)} MB`.padStart(12)}   peak memory of this measurement\n`)
  rows.push({
    id: `memory-${database === 'postgres' ? 'g-' : ''}${name}`,
    says: `Peak memory of the measurement ${name} on ${database}, as a share of 500 MB`,
    ratio: peak / 500,
    goal: 1,
    ok: peak <= 500,
  })
}
await started?.stop()
if (values.json !== undefined) {
  writeFileSync(
    values.json,
    `${JSON.stringify({ versions: { node: process.version, ...versions }, machine, rows }, null, 2)}\n`,
  )
}
