import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { analyse } from '../../src/analysis/analyse.js'
import { isRulesFile, loadRules } from '../../src/config/load.js'

const NOW = Date.UTC(2026, 2, 18, 15)
const folder = (dir: string) =>
  readdirSync(new URL(`../../${dir}`, import.meta.url))
    .filter(isRulesFile)
    .map((name) => `${dir}/${name}`)

/** Of files of one name the later stands in for the earlier, as where a company has its own. */
const load = (...dirs: string[]) => {
  const named = new Map(dirs.flatMap(folder).map((file) => [file.slice(file.lastIndexOf('/') + 1), file]))
  const texts = [...named.values()].map((path) => ({
    path,
    text: readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'),
  }))
  const { program, rules, problems } = loadRules(texts)
  if (!program || !rules) throw new Error(problems.map(({ message }) => message).join('\n'))
  return { program, rules }
}

describe('what ships has no warning', () => {
  test.each([
    ['the packs', ['rules']],
    ['the packs with the starter', ['rules', 'rules-starter']],
    ['the packs in Brightwater', ['rules', 'examples/brightwater/rules']],
  ])('%s', async (_name, dirs) => {
    const { program, rules } = load(...dirs)
    const warnings = await analyse(program, rules, NOW)
    expect(warnings.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([])
  })
})
