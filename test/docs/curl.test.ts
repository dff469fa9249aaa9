import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateCompany } from '../../examples/brightwater/generate.js'
import {
  importFile,
  loadFolder,
  openHttpGuard,
  openStore,
  type Program,
  type RecordKind,
  type Store,
  serve,
} from '../../src/index.js'
import { blocksOf } from './pages.js'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const calls = blocksOf('README.md')
  .filter(({ note }) => note === 'curl')
  .flatMap(({ text }) => text.trim().split('\n'))

/** A line of a shell as words: what stands between single quotes is one. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

describe('README, on a server with the example company', () => {
  const folder = mkdtempSync(join(tmpdir(), 'linewalker-curl-'))
  const ending: (() => Promise<void>)[] = []
  let url = ''
  let store: Store
  beforeAll(async () => {
    mkdirSync(join(folder, 'rules'))
    for (const from of [join(root, 'rules'), join(root, 'examples/brightwater/rules')])
      for (const file of readdirSync(from)) cpSync(join(from, file), join(folder, 'rules', file))
    const { program } = (await loadFolder(join(folder, 'rules'))) as { program: Program }
    const now = Date.parse('2026-11-20T15:00:00Z')
    store = await openStore(`sqlite:${join(folder, 'store.db')}`, { create: true, now })
    for (const [file, text] of Object.entries(generateCompany({ seed: 7, today: '2026-11-20' }))) {
      const record = file.replace('.csv', '') as RecordKind
      writeFileSync(join(folder, file), text)
      const bytes = (async function* () {
        yield new TextEncoder().encode(text)
      })()
      await importFile(store, bytes, { record, sourceName: 'crm', program, now })
    }
    const http = await openHttpGuard()
    const serving = await serve({
      ...{
        store,
        program,
        http,
        env: {},
        rules: null,
        host: '127.0.0.1',
        port: 0,
        version: '0',
        outbox: join(folder, 'outbox'),
      },
      process: { id: 'readme', command: 'serve' },
      clock: () => now,
      log: { as: 'text', tell: () => undefined, complain: (text) => process.stderr.write(text) },
    })
    url = serving.url
    ending.push(serving.stop, http.close, store.close)
  })
  afterAll(async () => {
    for (const end of ending) await end()
    rmSync(folder, { recursive: true, force: true })
  })

  test('shows some calls', () => {
    expect(calls.length).toBeGreaterThan(5)
    expect(calls.every((line) => line.startsWith('curl '))).toBe(true)
  })

  test.each(calls)('%s', async (line) => {
    const [, ...words] = wordsOf(line.replace('http://127.0.0.1:8123', url))
    const { stdout } = await run('curl', ['--silent', '--show-error', '--fail-with-body', ...words])
    const answer = JSON.parse(stdout) as Record<string, unknown>
    expect(Object.keys(answer).length).toBeGreaterThan(0)
    if (line.includes('PATCH')) {
      const { done } = answer.evaluated as { done: { rule: string; step: string }[] }
      expect(done.map(({ rule, step }) => `${rule} ${step}`)).toContain('overdue-close-date resolve')
    }
    if (line.includes('Idempotency-Key')) {
      const again = await run('curl', ['--silent', '--fail-with-body', ...words])
      expect(again.stdout).toBe(stdout)
    }
  })
})
