import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { generateCompany } from './generate.js'

/** Writes the company's CSV files into a folder, which is made where it is missing. */
export function writeCompany(folder: string, options: { seed: number; today: string }): void {
  mkdirSync(folder, { recursive: true })
  for (const [file, text] of Object.entries(generateCompany(options))) writeFileSync(join(folder, file), text)
}

// npx tsx examples/brightwater/write.ts FOLDER TODAY [SEED]
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder, today, seed = '1'] = process.argv.slice(2)
  if (!folder || !today) {
    process.stderr.write('Say where and for which day: write.ts FOLDER YYYY-MM-DD [SEED]\n')
    process.exit(2)
  }
  writeCompany(folder, { seed: Number(seed), today })
}
