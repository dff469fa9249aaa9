import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open.js'
import { importCompany, linewalker, shareCompany } from './support.js'

describe('the loop', () => {
  shareCompany(importCompany)

  test('one round does what is due, gathers notices, and writes letters into the outbox', async () => {
    const first = await linewalker(['loop', '--once', '--at', '2026-04-01T09:00', '--outbox', 'out'])
    expect(first).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/intents carried out\./) })
    const ran = await linewalker(['loop', '--once', '--at', '2026-04-02T08:30', '--outbox', 'out'])
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toMatch(/letters? written of notices\./)
    expect(ran.out).toMatch(/Delivered: email .*: Written to out\/2026-04-02-\w+-[0-9a-f]{12}\.eml/)
    const files = readdirSync('out')
    expect(files.length).toBeGreaterThan(0)
    const mail = await PostalMime.parse(readFileSync(join('out', files[0] as string)))
    expect(mail.to?.[0]?.address).toMatch(/@example\.com$/)
    const again = await linewalker(['loop', '--once', '--at', '2026-04-02T08:31', '--outbox', 'out', '--json'])
    expect(JSON.parse(again.out)).toEqual({
      intents: 0,
      gathered: 0,
      letters: { delivered: 0, waiting: 0, dead: 0, uncertain: 0 },
    })
  })

  test('a letter that was given up is asked for again by its id', async () => {
    const { letters } = JSON.parse((await linewalker(['letters', '--json'])).out) as { letters: { id: string }[] }
    const id = letters[0]?.id as string
    expect((await linewalker(['letters', 'retry', id])).out).toBe(`It is delivered: ${id}.\n`)
    const store = await openStore('sqlite:linewalker.db')
    await store.write((tx) =>
      tx.updateTable('letters').set({ state: 'dead', reason: '550' }).where('id', '=', id).execute(),
    )
    await store.close()
    const held = (await linewalker(['letters', '--held'])).out
    expect(held).toMatch(/dead/)
    expect(held).toContain(id)
    expect(await linewalker(['letters', 'retry', id])).toMatchObject({
      code: 0,
      out: `It waits to be sent again: ${id}. A running loop sends it.\n`,
    })
    expect(JSON.parse((await linewalker(['letters', '--held', '--json'])).out)).toMatchObject({
      letters: [{ id, state: 'waiting', reason: 'robin asked for it again.' }],
    })
    expect(await linewalker(['letters', 'retry', `${id}x`])).toMatchObject({
      code: 2,
      err: `There is no letter "${id}x". Did you mean "${id}"?\n`,
    })
  })

  test('only a single round can be of another instant', async () => {
    expect(await linewalker(['loop', '--at', '2026-04-02'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/loop --once --at/),
    })
  })

  test('SIGTERM ends a running loop cleanly: it lets go of its rules', async () => {
    const main = join(import.meta.dirname, '../../src/cli/main.ts')
    const child = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), main, 'loop', '--db', 'sqlite:running.db'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let said = ''
    child.stderr.on('data', (chunk) => {
      said += String(chunk)
    })
    await once(child.stdout, 'data')
    const store = await openStore('sqlite:running.db')
    const processes = () => store.read((tx) => tx.selectFrom('processes').select('command').execute())
    expect(await processes()).toEqual([{ command: 'linewalker loop' }])
    await pause(200)
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    expect((await ended)[0]).toBe(143)
    expect(await processes()).toEqual([])
    expect(said).toMatch(/nothing is half-written/)
    await store.close()
  })
})
