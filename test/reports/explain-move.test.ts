import { afterEach, expect, test } from 'vitest'
import { explain } from '../../src/reports/explain/explain.js'
import { programOf, type VirtualTime, virtualTime } from '../scheduler/virtual-time.js'
import { databases } from '../support/databases.js'

const program = programOf(`
calendar: { timezone: UTC }
pipelines: { main: { stages: { open: {} } } }
activities: { touches: [call] }
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, working: { group: input }, parked: { group: input } }
  moves:
    - { from: working, to: cold, when: { any: [{ time_in_bin: { over: 30 days } }, { touches_in_bin: { at_least: 2 } }] } }
    - { from: cold, to: working, when: { time_in_bin: { over: 10 days } } }
    - { from: parked, to: cold, when: { time_in_bin: { over: 10 days }, touches_in_bin: { under: 1 } } }
    - { from: [cold, working], to: parked }
`)
const at = (text: string) => Date.parse(`${text}Z`)

let time: VirtualTime
afterEach(() => time.end())

test('what would keep an account from being moved is never that somebody moves it', async () => {
  time = await virtualTime(databases[0]!.place, program)
  await time.jump(at('2026-03-02T09:00'))
  for (const bin of ['cold', 'working', 'parked']) await time.tell({ record: 'accounts', id: bin, values: { bin } })
  const now = at('2026-04-20T09:00')
  const asked = async (name: string, id: string) => {
    const rule = program.rules.find((one) => one.id === name)!
    const found = (await explain(time.store, program, rule, { kind: 'account', id }, now))!
    const { holds, change } = found
    return { holds, ways: change && [change.deeds, ...change.others].map((deeds) => deeds.join(', and ')) }
  }
  expect(await asked('working-to-cold', 'working')).toEqual({ holds: true, ways: null })
  expect(await asked('cold-to-working', 'cold')).toEqual({ holds: true, ways: null })
  expect(await asked('parked-to-cold', 'parked')).toEqual({ holds: true, ways: ['any touch'] })
  // What would bring a move about may well be that the account stands elsewhere.
  expect((await asked('parked-to-cold', 'working')).holds).toBe(false)
})
