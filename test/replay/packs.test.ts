import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadRules } from '../../src/config/load.js'
import { loadTests } from '../../src/config/tests.js'
import { percentOf } from '../../src/replay/coverage.js'
import { runTests } from '../../src/replay/run-test.js'
import { sayFailedLine } from '../../src/replay/test-words.js'

const root = new URL('../../', import.meta.url).pathname
const read = (folder: string) =>
  readdirSync(`${root}${folder}`)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => ({ path: `${folder}/${file}`, text: readFileSync(`${root}${folder}/${file}`, 'utf8') }))

/** Files of several folders; of two of the same name the later takes the place of the earlier, as in `npm start`. */
const over = (...folders: string[]) => {
  const files = folders.flatMap(read)
  return [...new Map(files.map((file) => [file.path.slice(file.path.lastIndexOf('/')), file])).values()]
}

async function run(files: { path: string; text: string }[]) {
  const isTest = ({ path }: { path: string }) => path.endsWith('.test.yaml')
  const { program, problems } = loadRules(files.filter((file) => !isTest(file)))
  expect(problems).toEqual([])
  const loaded = loadTests(files.filter(isTest), program!)
  expect(loaded.problems).toEqual([])
  const { outcomes, coverage } = await runTests(loaded.tests, program!)
  const { calendar } = program!.vocabulary
  const failed = outcomes.flatMap(({ test: { name }, failed: lines }) =>
    lines.flatMap((line) => [
      name,
      line.written,
      ...sayFailedLine(line, calendar).map(({ sign, text }) => sign + text),
    ]),
  )
  return { failed: failed.join('\n'), coverage, outcomes }
}

describe('the stories of the packs', () => {
  test('come out as written, and reach every rule, every line of its condition and every step', async () => {
    const { failed, coverage, outcomes } = await run(over('rules', 'rules-starter'))
    expect(failed).toBe('')
    const missed = coverage.flatMap(({ rule, items }) =>
      items.filter(({ reached }) => !reached).map(({ is, what }) => `${rule} ${is} ${what}`),
    )
    expect(missed).toEqual([])
    expect(percentOf(coverage)).toBe(100)
    expect(outcomes.length).toBeGreaterThan(30)
  })

  test('come out as written in the example company too, beside its own', async () => {
    const { failed, outcomes } = await run(over('rules', 'examples/brightwater/rules'))
    expect(failed).toBe('')
    expect(outcomes.length).toBeGreaterThan(30)
  })

  test('fail where the rules are other ones', async () => {
    const files = over('rules', 'rules-starter').map(({ path, text }) => ({
      path,
      text: path.endsWith('hygiene.yaml') ? text.replace('negotiation: 7 days', 'negotiation: 8 days') : text,
    }))
    const { failed } = await run(files)
    expect(failed).toContain('how long an opportunity may be quiet depends on its stage and its account\n2026-03-09')
  })
})
