import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadRules } from '../src/config/load.js'
import type { Program } from '../src/program/program.js'

/** The rules of the bench, with more of them as YAML laid beside. */
export async function programOf(folder: string, more = ''): Promise<Program> {
  const { program, problems } = loadRules([
    { path: 'bench.yaml', text: await readFile(join(folder, 'bench.yaml'), 'utf8') },
    ...(more === '' ? [] : [{ path: 'more.yaml', text: more }]),
  ])
  if (!program) throw new Error(problems.map((p) => `${p.place.file}:${p.place.line} ${p.message}`).join('\n'))
  return program
}
