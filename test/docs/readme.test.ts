import { expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { linewalker } from '../cli/support.js'
import { textOf } from './pages.js'

const readme = textOf('README.md')
/** Its first paragraph that begins so, on one line and without emphasis. */
const paragraph = (begin: string, text: string) =>
  (text.split('\n\n').find((one) => one.startsWith(begin)) ?? '').replaceAll('**', '').replaceAll(/\s+/g, ' ').trim()

test('the exit codes are those that the help tells', async () => {
  const { out } = await linewalker(['--help'])
  expect(paragraph('Exit codes:', readme)).toBe(paragraph('Exit codes:', out))
  expect(paragraph('Exit codes:', out)).toMatch(/^Exit codes: 0 fine; 1 .*; 2 .*; 130 Ctrl-C, 143 SIGTERM\.$/)
})

test('every command stands in the table, and nothing else', () => {
  const rows = [...readme.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell)
  const named = rows.flatMap((cell) => [...cell.matchAll(/`([a-z]+)/g)].map(([, name]) => name))
  expect(new Set(named)).toEqual(new Set(COMMANDS.map(({ usage }) => usage.split(' ')[0])))
})

test('the version is the one of the package', () => {
  const { version } = JSON.parse(textOf('package.json')) as { version: string }
  expect(readme).toContain(`This is version ${version},`)
})

test('what is said of --at is so', async () => {
  expect(readme).toContain('Two work now and take no `--at`: `serve`, and `loop` without `--once`.')
  for (const command of ['serve', 'loop'])
    expect(await linewalker([command, '--at', '2026-03-16', '--rules', 'rules'])).toMatchObject({ code: 2, out: '' })
})
