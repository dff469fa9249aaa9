import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type RulesWatch, watchRules } from '../../src/scheduler/watch.js'

let root: string
let watching: RulesWatch | null = null
const heard = vi.fn()
const folder = (name: string) => {
  mkdirSync(join(root, name))
  writeFileSync(join(root, name, 'a.yaml'), 'rules: {}\n')
}
const edit = (name: string, text: string) => writeFileSync(join(root, name, 'a.yaml'), text)
const start = async () => {
  watching = await watchRules(join(root, 'rules'), heard, { settled: 20, look: 40 })
}
const isHeard = async () => {
  await vi.waitFor(() => expect(heard).toHaveBeenCalled(), 5_000)
  // Whatever is still on its way of the same change.
  await new Promise((resolve) => setTimeout(resolve, 300))
  heard.mockClear()
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'linewalker-watch-'))
  heard.mockClear()
})
afterEach(async () => {
  await watching?.close()
  rmSync(root, { recursive: true, force: true })
})

test('an edit is heard; what is no rules file is not', async () => {
  folder('rules')
  await start()
  edit('rules', 'rules: { }\n')
  await isHeard()
  writeFileSync(join(root, 'rules', 'notes.txt'), 'nothing')
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(heard).not.toHaveBeenCalled()
})

test('another folder put in its place is heard, and so are later edits of it', async () => {
  folder('rules')
  folder('new')
  await start()
  renameSync(join(root, 'rules'), join(root, 'old'))
  renameSync(join(root, 'new'), join(root, 'rules'))
  await isHeard()
  edit('rules', 'rules: { }\n')
  await isHeard()
})

test('a link that leads elsewhere is heard, and so are later edits there', async () => {
  folder('one')
  folder('two')
  symlinkSync('one', join(root, 'rules'))
  await start()
  symlinkSync('two', join(root, 'next'))
  renameSync(join(root, 'next'), join(root, 'rules'))
  await isHeard()
  edit('two', 'rules: { }\n')
  await isHeard()
})

test('a folder that is removed and made again is heard each time', async () => {
  folder('rules')
  await start()
  rmSync(join(root, 'rules'), { recursive: true })
  await isHeard()
  folder('rules')
  await isHeard()
  edit('rules', 'rules: { }\n')
  await isHeard()
})

test('a folder removed and made again at once is heard, and so are later edits of it', async () => {
  folder('rules')
  await start()
  for (const text of ['rules: { }\n', 'rules: {  }\n', 'rules: {   }\n']) {
    rmSync(join(root, 'rules'), { recursive: true })
    folder('rules')
    await isHeard()
    edit('rules', text)
    await isHeard()
  }
})
