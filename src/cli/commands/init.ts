import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isTestFile } from '../../index.js'
import type { CliCommand } from '../command.js'
import { printJson, printLines } from '../command.js'
import { RULES, rulesFolderOf } from '../environment.js'
import { CallError, codeOf, FINE } from '../errors.js'
import { paintFor } from '../output.js'
import { inPackage } from '../package.js'

const SCHEMA = 'linewalker.schema.json'
const TESTS_SCHEMA = 'linewalker-tests.schema.json'
/** Of every rules file: where an editor finds the schema. The copy has it beside it, so that it works without a network. */
const MODELINE = /(yaml-language-server:\s*\$schema=)\S+/

/** Writes a starter: the packs, people and a source to edit, and the schema for editors. Never overwrites a file. */
export const init: CliCommand = {
  usage: 'init [dir]',
  summary: 'Write a starter folder of rules.',
  args: { dir: { says: 'where to write it (default: "rules")' } },
  examples: ['linewalker init', 'linewalker init rules/north'],
  run: async (call) => {
    const dir = call.args[0] ?? rulesFolderOf(call)
    const written: string[] = []
    const kept: string[] = []
    await mkdir(dir, { recursive: true }).catch((error: unknown) => {
      throw codeOf(error) === 'EEXIST'
        ? new CallError(`${dir} is a file, not a folder.`, 'Name another folder.')
        : error
    })
    for (const { name, from } of await starterFiles()) {
      const to = join(dir, name)
      const isNew = await write(from, to)
      ;(isNew ? written : kept).push(to)
    }
    if (call.json) printJson(call, { dir, written, kept })
    else tell(call, dir, written, kept)
    return FINE
  },
}

async function starterFiles(): Promise<{ name: string; from: string }[]> {
  const folders = await Promise.all(
    ['rules', 'rules-starter'].map(async (folder) => {
      const names = await readdir(inPackage(folder))
      return names.map((name) => ({ name, from: inPackage(folder, name) }))
    }),
  )
  const schemas = [SCHEMA, TESTS_SCHEMA].map((name) => ({ name, from: inPackage('schemas', name) }))
  return [...folders.flat(), ...schemas].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** False where a file is there already: it is left as it is. */
async function write(from: string, to: string): Promise<boolean> {
  try {
    if (/\.ya?ml$/.test(from)) {
      const text = await readFile(from, 'utf8')
      await writeFile(to, text.replace(MODELINE, `$1${isTestFile(from) ? TESTS_SCHEMA : SCHEMA}`), { flag: 'wx' })
    } else await copyFile(from, to, 1)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

function tell(
  call: Parameters<CliCommand['run']>[0],
  dir: string,
  written: readonly string[],
  kept: readonly string[],
): void {
  const paint = paintFor(call.output)
  const where = dir === RULES ? '' : ` --rules ${dir}`
  if (written.length > 0) printLines(call, `Wrote ${written.length} files:`, ...written.map((path) => `  ${path}`))
  if (kept.length > 0) {
    printLines(call, `Kept ${kept.length} that were there already:`, ...kept.map((path) => paint.quiet(`  ${path}`)))
  }
  printLines(
    call,
    '',
    'Edit people.yaml and sources.yaml so that they fit your company. Then:',
    `  linewalker check${where}`,
    `  linewalker import opportunities export.csv --source crm${where}`,
    `  linewalker plan${where}`,
    '',
    'So that an editor completes your own names, whenever they change:',
    `  linewalker schema --out ${join(dir, SCHEMA)}${where}`,
  )
}
