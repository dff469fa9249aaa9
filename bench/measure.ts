import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { programOf } from './build.js'
import { measureEvaluation } from './evaluation.js'
import { measureFindings } from './findings.js'
import { measureImport } from './imports.js'
import { measureLetters } from './letters.js'
import type { Measured } from './rows.js'
import { measureStored } from './stored.js'

/** One measurement: where it may write, the rules, and by how much everything is smaller than in a full run. */
export interface Measurement {
  folder: string
  rules: string
  /** 1, or 10 of a quick run. */
  share: number
}

/** Each runs in a process of its own, whose peak of memory is told. */
const MEASUREMENTS: Readonly<Record<string, (measurement: Measurement) => Promise<Measured>>> = {
  evaluation: async ({ folder, rules, share }) =>
    measureEvaluation(join(folder, 'bench.db'), 100_000 / share, await programOf(rules)),
  stored: ({ folder, rules, share }) => measureStored(folder, share, rules),
  import: async ({ folder, rules, share }) => measureImport(folder, 100_000 / share, await programOf(rules)),
  letters: ({ folder, share }) => measureLetters(folder, share),
  findings: async ({ folder, rules, share }) => measureFindings(folder, 20_000 / share, await programOf(rules)),
}

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
