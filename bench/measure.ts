import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureBacktest } from './backtest.js'
import { measureEvaluation } from './evaluation.js'
import { measureFindings } from './findings.js'
import type { Ground } from './ground.js'
import { postgresGround } from './ground-postgres.js'
import { sqliteGround } from './ground-sqlite.js'
import { measureImport } from './imports.js'
import { measureLetters } from './letters.js'
import { programOf } from './program.js'
import { measureRequests } from './requests.js'
import { type Measured, shown } from './rows.js'
import { measureStored } from './stored.js'

/** One measurement: where it may write, the rules, and by how much everything is smaller than in a full run. */
export interface Measurement {
  folder: string
  rules: string
  /** 1, or 10 of a quick run. */
  share: number
}

type Measure = (measurement: Measurement, ground: Ground) => Promise<Measured>

const MEASUREMENTS: Readonly<Record<string, Measure>> = {
  evaluation: async ({ rules, share }, ground) => measureEvaluation(ground, 100_000 / share, await programOf(rules)),
  stored: ({ rules, share }, ground) => measureStored(ground, share, rules),
  import: async ({ folder, rules, share }, ground) =>
    measureImport(ground, folder, 100_000 / share, await programOf(rules)),
  findings: async ({ rules, share }, ground) => measureFindings(ground, 20_000 / share, await programOf(rules)),
  backtest: async ({ rules, share }) => measureBacktest(100_000 / share, rules, await programOf(rules)),
  letters: ({ folder, share }) => measureLetters(folder, share),
  requests: ({ folder, rules, share }, ground) => measureRequests(ground, folder, share, rules),
}

/** By how much a measurement is smaller on PostgreSQL, where nothing is to be reached: the bench is to end in ten minutes. */
const SMALLER: Readonly<Record<string, number>> = { evaluation: 5, stored: 20, import: 5, findings: 5 }

async function onPostgres(name: string, measurement: Measurement): Promise<Measured | undefined> {
  const server = process.env.TEST_DATABASE_URL
  if (!server) throw new Error('Where the PostgreSQL is, TEST_DATABASE_URL says.')
  const ground = postgresGround(server)
  try {
    const share = measurement.share * (SMALLER[name] ?? 1)
    const measured = await MEASUREMENTS[name]?.({ ...measurement, share }, ground)
    return (
      measured && {
        ...measured,
        rows: measured.rows.map(({ id, says, ratio }) => shown(`g-${id}`, `On PostgreSQL. ${says}`, ratio)),
      }
    )
  } finally {
    await ground.close()
  }
}

const onSqlite = (name: string, measurement: Measurement): Promise<Measured> | undefined =>
  MEASUREMENTS[name]?.(measurement, sqliteGround(measurement.folder))

// Each measurement runs in a process of its own, whose peak of memory is told.
const [database, name, rules, share] = process.argv.slice(2)
if (name !== undefined && rules !== undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'linewalker-bench-'))
  try {
    const measurement = { folder, rules, share: Number(share) }
    const measured = await (database === 'postgres' ? onPostgres : onSqlite)(name, measurement)
    process.stdout.write(JSON.stringify({ ...measured, peak: process.resourceUsage().maxRSS / 1024 }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
