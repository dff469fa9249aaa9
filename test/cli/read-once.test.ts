import { expect, test } from 'vitest'
import { tellPlanned } from '../../src/cli/run-words.js'
import { loadFolder, openStore, parseInstant, planNow, type Store } from '../../src/index.js'
import { importCompany, shareCompany } from './support.js'

shareCompany(importCompany)

/** The store, with every question that is asked of it noted by name. */
function listening(store: Store): { store: Store; asked: string[] } {
  const asked: string[] = []
  const heard = Object.entries(store).map(([name, value]) => [
    name,
    typeof value !== 'function'
      ? value
      : (...args: unknown[]) => {
          asked.push(name)
          return Reflect.apply(value, store, args)
        },
  ])
  return { store: Object.fromEntries(heard) as Store, asked }
}

test('whatever a plan has to tell, people and names are read once', async () => {
  const { program } = await loadFolder('rules')
  if (!program) throw new Error('The company has rules.')
  const now = parseInstant('2026-03-16T09:00', program.vocabulary.calendar) as number
  const store = await openStore('sqlite:linewalker.db')
  const plan = await planNow(store, program, now)
  const intents = plan.families.flatMap((family) => family.intents)
  expect(new Set(intents.map(({ rule }) => rule)).size).toBeGreaterThan(2)
  expect(plan.held.length).toBeGreaterThan(0)
  const { store: heard, asked } = listening(store)
  const written: string[] = []
  const output = {
    out: (text: string) => void written.push(text),
    err: () => undefined,
    errIsTerminal: false,
    width: 120,
    colours: false,
  }
  const call = {
    output,
    env: {},
    clock: () => now,
    user: 'robin',
    secret: () => '',
    onInterrupt: () => undefined,
    args: [],
    options: {},
    json: false,
  }
  await tellPlanned({ call, store: heard, program, limit: 3 }, intents, plan)
  await store.close()
  expect(asked.sort()).toEqual(['heldByRule', 'namesOf', 'people'])
  expect(written.join('')).toContain('O-2 (Acme filters)')
})
