import { describe, expect, test } from 'vitest'
import { apply, record } from '../../src/app.js'
import { loadRules } from '../../src/config/load.js'
import type { Program } from '../../src/program/program.js'
import { openEvaluator } from '../../src/scheduler/evaluate.js'
import { StoppedError } from '../../src/store/errors.js'
import type { Store } from '../../src/store/store.js'
import { databases, useStore } from '../support/databases.js'

const NOW = Date.UTC(2026, 2, 20, 9)
const { program: rules } = loadRules([
  {
    path: 'r.yaml',
    text: `
calendar: { timezone: UTC }
pipelines: { main: { stages: { open: {}, closed: { statuses: [won, lost, abandoned] } } } }
limits: { per_run: { share: 100% } }
rules:
  large: { for: opportunity, when: { status: open, amount: { over: 1000 } }, then: [{ set_field: { next_step: call } }] }
`,
  },
]) as { program: Program }

describe.each(databases)('evaluating at once on $name', ({ place }) => {
  let store: Store
  let program: Program
  let rounds: number
  let evaluator: ReturnType<typeof openEvaluator>
  useStore(place, async (opened) => {
    store = opened
    await apply(store, rules, NOW, { id: 'me', command: 'apply', clock: NOW })
    program = { ...rules, number: (await store.inForce())?.number ?? 0 }
    rounds = 0
    evaluator = openEvaluator({
      store,
      program: () => program,
      clock: () => NOW,
      told: () => {
        rounds += 1
      },
    })
  })
  const bring = (...ids: string[]) =>
    record(
      store,
      program,
      ids.map((id) => ({ record: 'opportunities', id, values: { amount: 5000 } })),
      { by: 'robin', now: NOW },
    )
  const family = (id: string) => ({ kind: 'opportunity', id }) as const

  test('evaluates those that are named, and nobody else who is due', async () => {
    await bring('a', 'b')
    const { done } = await evaluator.evaluate([family('a')])
    expect(done.map(({ subject }) => subject.id)).toEqual(['a'])
    expect((await store.opportunity('a'))?.next_step).toBe('call')
    expect((await store.opportunity('b'))?.next_step).toBeNull()
    expect((await store.opportunity('b'))?.due).toBe(0)
  })

  test('what is asked meanwhile is evaluated together, and each is told of its own', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    await bring(...ids)
    const all = await Promise.all(ids.map((id) => evaluator.evaluate([family(id)])))
    expect(all.map(({ done }) => done.map(({ subject }) => subject.id))).toEqual(ids.map((id) => [id]))
    expect(all.every(({ plan, stale }) => plan.families.length === 1 && stale.length === 0)).toBe(true)
    expect(rounds).toBe(1)
    await evaluator.idle()
  })

  test('what stands in the way is told to all who wait, and the next are evaluated again', async () => {
    await bring('a', 'b')
    await store.stop('robin', NOW)
    const answers = await Promise.allSettled([evaluator.evaluate([family('a')]), evaluator.evaluate([family('b')])])
    for (const answer of answers) expect(answer.status === 'rejected' && answer.reason).toBeInstanceOf(StoppedError)
    await store.resume()
    expect((await evaluator.evaluate([family('b')])).done).toHaveLength(1)
  })
})
