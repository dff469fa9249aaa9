import { readdirSync, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { generateCompany } from '../../examples/brightwater/generate.js'
import { loadRules } from '../../src/config/load.js'
import type { Life } from '../../src/domain/life.js'
import type { Person } from '../../src/domain/subjects.js'
import { importFile } from '../../src/intake/import-file.js'
import type { Program } from '../../src/program/program.js'
import { pastOf } from '../../src/replay/past.js'
import { createWorld } from '../../src/replay/world.js'
import { openStore } from '../../src/store/open.js'
import type { Place } from '../support/databases.js'

/** The day up to which the example company has lived. */
export const NOW = Date.UTC(2026, 10, 20, 17)

function exampleProgram(): Program {
  const files = ['rules', 'examples/brightwater/rules'].flatMap((folder) =>
    readdirSync(new URL(`../../${folder}`, import.meta.url))
      .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
      .map((name) => `${folder}/${name}`),
  )
  // A file of the company stands in place of the pack's of that name.
  const named = new Map(files.map((path) => [path.slice(path.lastIndexOf('/')), path]))
  const texts = [...named.values()].map((path) => ({
    path,
    text: readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'),
  }))
  const { program, problems } = loadRules(texts)
  if (!program) throw new Error(problems.map((one) => one.message).join('\n'))
  // A replay knows no limits: what runs live beside it has none either.
  return { ...program, limits: { effects: 1_000_000, share: 100, amount: null } }
}

/** The rules of the example company, with the packs. */
export const program = exampleProgram()
/** The lives of the example company's families, as its files tell them, and its people. */
export async function readLives(place: Place): Promise<{ lives: Life[]; people: readonly Person[] }> {
  const store = await openStore(place.url, { create: true, now: NOW })
  try {
    const files = generateCompany({ seed: 7, today: '2026-11-20' })
    for (const record of ['people', 'accounts', 'contacts', 'opportunities', 'activities', 'changes'] as const) {
      const text = files[`${record}.csv`]
      const read = await importFile(store, Readable.from([Buffer.from(text)]), {
        record,
        sourceName: 'crm',
        program,
        now: NOW,
      })
      if ('problems' in read) throw new Error(JSON.stringify(read.problems))
    }
    return { lives: await store.lives(await store.everyFamily()), people: [...(await store.people()).values()] }
  } finally {
    await store.close()
    await place.remove()
  }
}

/** Would a store take all of it from a person? The example company has some records that were never in order. */
export function isAllowed(life: Life): boolean {
  const world = createWorld()
  world.bringIntoForce(program, 0)
  return pastOf(life).every(({ change, at }) => world.take(change, { at, by: 'history' }).outcome !== 'rejected')
}
