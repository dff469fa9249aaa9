import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadRules, record } from '../../src/index.js'
import type { Program } from '../../src/program/program.js'
import { backUp, restore } from '../../src/store/backup.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'

const NOW = Date.UTC(2026, 2, 20, 9)
const { program } = loadRules([{ path: 'r.yaml', text: 'pipelines: { main: { stages: { open: {} } } }' }]) as {
  program: Program
}

describe('a backup', () => {
  let folder: string
  let store: Store
  const at = (name: string) => join(folder, name)
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'linewalker-backup-'))
    store = await openStore(`sqlite:${at('store.db')}`, { create: true, now: NOW })
    await bring(0, 500)
  })
  afterEach(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const bring = (from: number, to: number) =>
    record(
      store,
      program,
      Array.from({ length: to - from }, (_, i) => ({
        record: 'opportunities' as const,
        id: `o${from + i}`,
        values: { name: 'x'.repeat(500) },
      })),
      { by: 'robin', now: NOW },
    )
  const opportunitiesIn = async (file: string): Promise<number> => {
    const copy = await openStore(`sqlite:${file}`, { readOnly: true })
    try {
      return (await copy.counts()).opportunities
    } finally {
      await copy.close()
    }
  }

  test('holds whole transactions while somebody writes, and leaves nothing beside it', async () => {
    const writing = (async () => {
      for (let i = 500; i < 2_500; i += 500) await bring(i, i + 500)
    })()
    let asked = 0
    await backUp(`sqlite:${at('store.db')}`, at('copy.db'), () => {
      asked += 1
    })
    await writing
    expect(asked).toBeGreaterThan(0)
    expect(readdirSync(folder).filter((name) => name.startsWith('copy.db'))).toEqual(['copy.db'])
    const copied = await opportunitiesIn(at('copy.db'))
    expect(copied % 500).toBe(0)
    expect(copied).toBeGreaterThanOrEqual(500)
  })

  test('comes to an end while somebody goes on writing', async () => {
    let over = false
    const writing = (async () => {
      for (let i = 10_000; !over; i += 1) {
        await bring(i, i + 1)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    })()
    await backUp(at('store.db'), at('copy.db'))
    over = true
    await writing
    expect(await opportunitiesIn(at('copy.db'))).toBeGreaterThanOrEqual(500)
  })

  test('is put back in place of what was there, all of it', async () => {
    await backUp(at('store.db'), at('copy.db'))
    await bring(500, 700)
    await store.close()
    await expect(restore(at('copy.db'), at('store.db'), { overwrite: false })).rejects.toThrow(
      `There is a database at ${at('store.db')} already; --force replaces it.`,
    )
    await restore(at('copy.db'), at('store.db'), { overwrite: true })
    store = await openStore(`sqlite:${at('store.db')}`)
    expect((await store.counts()).opportunities).toBe(500)
    await bring(900, 901)
    expect((await store.counts()).opportunities).toBe(501)
  })

  test('is not put in place of what a process works with, nor a damaged or foreign one anywhere', async () => {
    await backUp(at('store.db'), at('copy.db'))
    await expect(restore(at('copy.db'), at('store.db'), { overwrite: true })).rejects.toThrow(
      `A process works with ${at('store.db')}: end it first.`,
    )
    writeFileSync(at('note.txt'), 'no database at all, but a note of more than a hundred characters'.repeat(9))
    await expect(restore(at('note.txt'), at('new.db'), { overwrite: false })).rejects.toThrow('is not a database')
    await expect(restore(at('none.db'), at('new.db'), { overwrite: false })).rejects.toThrow('There is no backup at')
    expect(existsSync(at('new.db'))).toBe(false)
    expect((await store.counts()).opportunities).toBe(500)
  })

  test('overwrites nothing, and is for a database in a file', async () => {
    copyFileSync(at('store.db'), at('there.db'))
    await expect(backUp(at('store.db'), at('there.db'))).rejects.toThrow('is there already')
    await expect(backUp(at('absent.db'), at('copy.db'))).rejects.toThrow('There is no database at')
    await expect(backUp('postgres://localhost/x', at('copy.db'))).rejects.toThrow('pg_dump')
    expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual([])
  })
})
