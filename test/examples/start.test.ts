import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from '../cli/process.js'

const root = join(import.meta.dirname, '../..')
const data = mkdtempSync(join(tmpdir(), 'linewalker-start-'))

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })

describe('what npm start does', () => {
  let child: ChildProcess
  let out = ''
  let ended: Promise<number | null>
  let url = ''
  beforeAll(async () => {
    ensureBuilt()
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    const args = ['--import', 'tsx', 'examples/start.ts', '2026-11-23', '--data', data, '--port', String(port)]
    child = spawn(process.execPath, args, {
      cwd: root,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    ended = new Promise((resolve) => child.on('exit', resolve))
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        out += chunk
        if (out.includes(`at ${url} `) && out.includes('Ctrl-C ends it.')) resolve()
      }
      child.stdout?.on('data', hear)
      child.stderr?.on('data', hear)
      child.on('exit', (code) => reject(new Error(`It ended with ${code}:\n${out}`)))
    })
  })
  afterAll(async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(data, { recursive: true, force: true })
  })

  it('checks, imports, plans, applies, and writes the letters of Monday', () => {
    expect(out).toContain('no problems')
    expect(out).toMatch(/read +new +changed/)
    expect(out).toMatch(/\d+ intents carried out|\d+ applied/)
    expect(existsSync(join(data, 'brightwater.db'))).toBe(true)
    expect(readdirSync(join(data, 'outbox')).filter((file) => file.endsWith('.eml')).length).toBeGreaterThan(5)
  })

  it('opens the server on what it made', async () => {
    const answer = await fetch(`${url}/api/v1/findings?limit=3`)
    expect(answer.status).toBe(200)
    expect(((await answer.json()) as { findings: unknown[] }).findings).toHaveLength(3)
  })

  it('leads on with commands that work', async () => {
    const [, id] = /explain \S+ (OPP-\d+)/.exec(out) ?? []
    const answer = await fetch(`${url}/api/v1/opportunities/${id}`)
    expect(answer.status).toBe(200)
  })

  it('ends when it is told to', async () => {
    child.kill('SIGTERM')
    expect(await ended).not.toBe(2)
    await expect(fetch(`${url}/healthz`)).rejects.toThrow()
  })
})
