import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { linewalker } from '../cli/support.js'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const container = read('deploy/Containerfile').replaceAll('\\\n', ' ').split('\n')
/** Of each line that begins so, what follows. */
const instructions = (name: string) =>
  container.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1))
const listOf = (name: string) => JSON.parse(instructions(name)[0] ?? '[]') as string[]

const composeText = read('deploy/compose.yaml')
const compose = parse(composeText) as {
  services: Record<string, { command?: string[]; build?: { dockerfile: string }; ports?: string[]; volumes?: string[] }>
  volumes: Record<string, unknown>
}
const { linewalker: served } = compose.services

const unit = read('deploy/linewalker.service')
const [binary = '', ...ofUnit] = unit.match(/^ExecStart=(.*)$/m)?.[1]?.split(' ') ?? []

const NOWHERE = '/a/folder/of/rules/that/nobody/has'
/** The same call, with rules that are not there: whatever else is wrong with it is said before they are missed. */
const withoutRules = (args: readonly string[]) => args.map((arg, i) => (args[i - 1] === '--rules' ? NOWHERE : arg))

describe('what is deployed is called as the command is', () => {
  const calls: [name: string, args: string[]][] = [
    ['the unit', ofUnit],
    ['the container', listOf('CMD')],
    ['compose', served?.command ?? []],
  ]

  test.each(calls)('by %s', async (_, args) => {
    expect(args).toContain('--rules')
    expect(await linewalker(withoutRules(args))).toEqual({
      code: 2,
      out: '',
      err: `There is no folder ${NOWHERE}. Run "linewalker init" to write a starter, or name another folder with --rules.\n`,
    })
    const wrong = await linewalker([...withoutRules(args), '--no-such-option'])
    expect(wrong.err).toMatch(/unknown option/i)
  })

  test('a token is made as compose says', async () => {
    const args = composeText.match(/linewalker (token create .*)/)?.[1]?.split(' ') ?? []
    expect(args.length).toBeGreaterThan(3)
    const { err } = await linewalker([...args, '--rules', NOWHERE])
    expect(err).toMatch(`There is no folder ${NOWHERE}.`)
  })

  test('by the path of the built command', () => {
    const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> }
    expect(listOf('ENTRYPOINT')).toEqual(['node', `/app/${bin.linewalker}`])
    expect(binary).toBe('/usr/bin/linewalker')
  })
})

test('the container is made of what there is', () => {
  const sources = instructions('COPY')
    .filter((line) => !line.startsWith('--from='))
    .flatMap((line) => line.split(/\s+/).slice(0, -1))
  expect(sources).toEqual(expect.arrayContaining(['package.json', 'src', 'rules', 'rules-starter']))
  for (const source of sources) expect(existsSync(join(root, source)), source).toBe(true)
})

test('every port is the one that is served by default', async () => {
  const port = (await linewalker(['serve', '--help'])).out.match(/--port.*?"(\d+)"/s)?.[1]
  expect(instructions('EXPOSE')).toEqual([port])
  expect(container.join('\n')).toContain(`http://127.0.0.1:${port}/readyz`)
  expect(served?.ports).toEqual([`127.0.0.1:${port}:${port}`])
})

test('compose names a file and volumes that there are', () => {
  expect(existsSync(join(root, served?.build?.dockerfile ?? ''))).toBe(true)
  const mounted = Object.values(compose.services).flatMap(({ volumes = [] }) =>
    volumes.map((v) => v.split(':')[0] ?? ''),
  )
  const named = mounted.filter((name) => !name.startsWith('.'))
  expect(named.toSorted()).toEqual(Object.keys(compose.volumes).toSorted())
  for (const path of mounted.filter((name) => name.startsWith('.')))
    expect(existsSync(join(root, 'deploy', path)), path).toBe(true)
})
