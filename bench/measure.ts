import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programOf } from './build.js'
import { measureEvaluation } from './evaluation.js'
import type { Measured } from './rows.js'

/** One measurement: where it may write, the rules, and by how much everything is smaller than in a full run. */
export interface Measurement {
  folder: string
  rules: string
  /** 1, or 10 of a quick run. */
  share: number
}

const MEASUREMENTS: Readonly<Record<string, (measurement: Measurement) => Promise<Measured>>> = {
  evaluation: async ({ folder, rules, share }) =>
    measureEvaluation({
      path: join(folder, 'bench.db'),
      size: 100_000 / share,
      program: await programOf(rules),
      turns: 5,
    }),
}

export const NAMES = Object.keys(MEASUREMENTS)

const [name, rules, share] = process.argv.slice(2)
if (name !== undefined && rules !== undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'linewalker-bench-'))
  try {
    const measured = await MEASUREMENTS[name]?.({ folder, rules, share: Number(share) })
    process.stdout.write(JSON.stringify({ ...measured, peak: process.resourceUsage().maxRSS / 1024 }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
