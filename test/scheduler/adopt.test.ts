import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadFolder } from '../../src/app.js'
import type { Program } from '../../src/program/program.js'
import { openAdopter } from '../../src/scheduler/adopt.js'
import type { LoopEvent } from '../../src/scheduler/events.js'
import { ProgramHeldError, StoreError } from '../../src/store/errors.js'

const HELD = new ProgramHeldError('mine', { number: 3, digest: 'theirs', process: 'you', command: 'serve' })
let folder: string
let inForce: string
/** Why rules cannot be taken into force. */
let refusal: Error | null
let events: LoopEvent[]
const adopter = (read = () => loadFolder(folder)) =>
  openAdopter({
    rules: { folder, read },
    adopt: async ({ digest }: Program) => {
      if (digest === inForce) return false
      if (refusal) throw refusal
      inForce = digest
      return true
    },
    tell: (event) => events.push(event),
  })
const write = (text: string) => writeFileSync(join(folder, 'rules.yaml'), text)
const said = () =>
  events.splice(0).map((event) => (event.is === 'rules_kept' ? (event.why ?? event.problems.length) : event.is))

beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'linewalker-adopt-')), 'rules')
  mkdirSync(folder)
  write('calendar: { timezone: UTC }\n')
  inForce = (await loadFolder(folder)).program?.digest ?? ''
  refusal = null
  events = []
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

test('a folder that is away is told once, tried again every five seconds, and told again when it is back', async () => {
  const { noteChange, adoptRules } = adopter()
  rmSync(folder, { recursive: true })
  noteChange()
  expect(await adoptRules(10_000)).toBe(15_000)
  expect(await adoptRules(15_000)).toBe(20_000)
  const why = `The rules cannot be read: ENOENT: no such file or directory, scandir '${folder}'.`
  expect(said()).toEqual([`${why} The last good rules stay in force.`])
  mkdirSync(folder)
  expect(await adoptRules(20_000)).toBe(25_000)
  expect(said()).toEqual([`There is no rules file (*.yaml) in ${folder}. The last good rules stay in force.`])
  write('calendar: { timezone: UTC }\n')
  expect(await adoptRules(25_000)).toBeNull()
  expect(said()).toEqual(['rules_fine'])
})

test('rules with problems wait for the next change; where they are mended by it that is told', async () => {
  const { noteChange, adoptRules } = adopter()
  write('calender: {}\n')
  noteChange()
  expect(await adoptRules(0)).toBeNull()
  expect(said()).toEqual([1])
  write('calendar: { timezone: UTC }\n')
  expect(await adoptRules(0)).toBeNull()
  expect(said()).toEqual([])
  noteChange()
  expect(await adoptRules(0)).toBeNull()
  expect(said()).toEqual(['rules_fine'])
})

test('rules that another process holds off are told once, and come into force without another change', async () => {
  const { noteChange, adoptRules } = adopter()
  write('calendar: { timezone: Europe/Berlin }\n')
  refusal = HELD
  noteChange()
  expect(await adoptRules(0)).toBe(5_000)
  expect(await adoptRules(5_000)).toBe(10_000)
  expect(said()).toEqual([HELD.message])
  const before = inForce
  refusal = null
  expect(await adoptRules(10_000)).toBeNull()
  expect(inForce).not.toBe(before)
})

test('an error in reading that is not the file system speaking is thrown once, and tried again', async () => {
  const mistake = new Error('our own mistake')
  let isMistaken = true
  const { noteChange, adoptRules } = adopter(async () => (isMistaken ? Promise.reject(mistake) : loadFolder(folder)))
  const before = inForce
  write('calendar: { timezone: Europe/Berlin }\n')
  noteChange()
  await expect(adoptRules(0)).rejects.toBe(mistake)
  expect(await adoptRules(1_000)).toBe(6_000)
  expect(inForce).toBe(before)
  isMistaken = false
  expect(await adoptRules(2_000)).toBeNull()
  expect([inForce === before, said()]).toEqual([false, []])
  isMistaken = true
  expect(await adoptRules(3_000)).toBeNull()
})

test('rules that a busy database does not take are an error once, and come into force without another change', async () => {
  const busy = new StoreError('busy', 'Another process holds the database.')
  refusal = busy
  const { noteChange, adoptRules } = adopter()
  const before = inForce
  write('calendar: { timezone: Europe/Berlin }\n')
  noteChange()
  await expect(adoptRules(0)).rejects.toBe(busy)
  expect(await adoptRules(1_000)).toBe(6_000)
  refusal = null
  expect(await adoptRules(2_000)).toBeNull()
  expect([inForce === before, said()]).toEqual([false, []])
})

test('a change that comes while the folder is being read is read too', async () => {
  let reads = 0
  const { noteChange, adoptRules } = openAdopter({
    rules: {
      folder,
      read: async () => {
        reads += 1
        if (reads === 1) noteChange()
        return loadFolder(folder)
      },
    },
    adopt: async () => false,
    tell: (event) => events.push(event),
  })
  noteChange()
  await adoptRules(0)
  await adoptRules(1)
  await adoptRules(2)
  expect(reads).toBe(2)
})
