import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Store } from '../../src/store/store.js'
import { ensureBuilt, start } from '../cli/process.js'
import { databases, type Place, useStore } from '../support/databases.js'
import { bring } from './actors.js'
import { contradictions, readAll } from './oracle.js'
import { DUE } from './size.js'
import { FILES, T0, UNLIMITED_RULES } from './world.js'

const LONG = new Date(T0).toISOString()

/** Two to an account: one has been quiet, the other is given up. */
const MANY = [
  'id,account,stage,stage_changed,status,amount,owner,next_step',
  ...Array.from({ length: DUE }, (_, i) => {
    const stage = i % 2 ? 'second' : 'third'
    return `k${i},k${Math.floor(i / 2)},${stage},${LONG},open,2000,dana,${i % 2 ? 'x' : ''}`
  }),
].join('\n')

describe.each(databases)(`two processes with apply at once on $name, ${DUE} due`, ({ place }) => {
  let at: Place
  let store: Store
  let folder: string
  useStore(place, async (opened, there) => {
    store = opened
    at = there
    ensureBuilt()
    folder = mkdtempSync(join(tmpdir(), 'linewalker-two-'))
    writeFileSync(join(folder, 'rules.yaml'), UNLIMITED_RULES)
    await bring(store, 'people', FILES.people, T0)
    await bring(store, 'opportunities', MANY, T0)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('both finish, and everything is done once', { timeout: 600_000 }, async () => {
    const command = ['apply', '--rules', folder, '--db', at.url, '--json']
    const [one, other] = await Promise.all([start(folder, ...command).ended, start(folder, ...command).ended])
    expect([one.code, other.code, one.err, other.err], `${one.out}${other.out}`).toEqual([0, 0, '', ''])
    const all = await readAll(store)
    const opened = (rule: string) => all.intents.filter((i) => i.rule === rule && i.step === 'open').length
    expect({ quiet: opened('quiet'), given_up: opened('give-up') }).toEqual({ quiet: DUE / 2, given_up: DUE / 2 })
    expect(all.tasks.filter((task) => task.state === 'open')).toHaveLength(DUE / 2)
    expect(all.notices).toHaveLength(2 * DUE)
    expect(all.accounts.filter((a) => a.bin === 'active-opportunity')).toHaveLength(DUE / 2)
    expect(contradictions(all)).toEqual([])
    expect(await store.nextDue(1)).toBeNull()
    expect(all.processes).toEqual([])
  })
})
