import { describe, expect, test } from 'vitest'
import { apply, record } from '../../src/app.js'
import { loadRules } from '../../src/config/load.js'
import { HOUR } from '../../src/lib/civil.js'
import type { Program } from '../../src/program/program.js'
import { carryOut } from '../../src/scheduler/carry-out.js'
import { writeSetting } from '../../src/store/settings.js'
import type { Store } from '../../src/store/store.js'
import { databases, useStore } from '../support/databases.js'

const NOW = Date.UTC(2026, 2, 20, 9)
const { program: rules } = loadRules([
  {
    path: 'r.yaml',
    text: `
calendar: { timezone: UTC }
pipelines: { main: { stages: { open: {} } } }
limits: { per_run: { share: 100% } }
rules: { large: { for: opportunity, when: { amount: { over: 1000 } }, then: [{ create_task: { assign: dana, title: Look } }] } }
`,
  },
]) as { program: Program }

describe.each(databases)('carrying out what is due on $name', ({ place }) => {
  let store: Store
  let program: Program
  useStore(place, async (opened) => {
    store = opened
    await apply(store, rules, NOW, { id: 'me', command: 'apply', clock: NOW })
    program = { ...rules, number: (await store.inForce())?.number ?? 0 }
  })
  const bring = (amounts: Record<string, number>) =>
    record(
      store,
      program,
      Object.entries(amounts).map(([id, amount]) => ({ record: 'opportunities', id, values: { amount } })),
      { by: 'crm', now: NOW },
    )

  test('only those are planned with which something is to be done; the others are settled', async () => {
    await bring({ small: 1, large: 5000, middle: 1000 })
    const { plan, done } = await carryOut(store, program, NOW)
    expect(plan.families.map(({ family }) => family.id)).toEqual(['large'])
    expect(done.map(({ rule, subject }) => [rule, subject.id])).toEqual([['large', 'large']])
    expect([await store.nextDue(program.number), (await store.opportunity('small'))?.due]).toEqual([null, null])
  })

  test('whoever watches is told how many were assessed, then how many families were carried out', async () => {
    const amounts = Object.fromEntries(Array.from({ length: 2500 }, (_, i) => [`o-${i}`, i % 500 === 0 ? 5000 : 1]))
    await bring(amounts)
    const assessed: number[] = []
    const carriedOut: [number, number][] = []
    await carryOut(store, program, NOW, {
      onProgress: (n) => assessed.push(n),
      onCommit: (families, all) => carriedOut.push([families, all]),
    })
    expect(assessed).toEqual([1000, 2000, 2496, 2497, 2498, 2499, 2500])
    expect(carriedOut.at(-1)).toEqual([5, 5])
  })

  test('where another run has looked later already, everybody who is due is taken up at its instant', async () => {
    await bring({ small: 1, large: 5000 })
    await store.write((tx) => writeSetting(tx, 'last_commit_at', NOW + HOUR))
    const { plan, done } = await carryOut(store, program, NOW)
    expect(plan.at).toBe(NOW + HOUR)
    expect(done.map(({ subject }) => subject.id)).toEqual(['large'])
  })

  /** A database to which others write, at a later instant, whenever somebody plans. */
  const restless = (): Store => {
    let last = NOW
    return {
      ...store,
      lastCommitAt: async () => {
        last += 1000
        return last
      },
    }
  }

  test('where others never rest it ends, says so, and leaves all that is due', async () => {
    await bring({ large: 5000 })
    await expect(carryOut(restless(), program, NOW)).rejects.toMatchObject({ problem: 'busy' })
    expect([await store.findings({}), await store.nextDue(program.number)]).toEqual([[], 0])
    expect((await carryOut(store, program, NOW)).done.map(({ subject }) => subject.id)).toEqual(['large'])
  })

  test('where they do so only after something was carried out, that is told, and the rest is stale', async () => {
    await bring({ large: 5000, other: 6000 })
    let writer: Store = store
    const commit: Store['commit'] = async (families, run) => {
      writer = restless()
      const done = families.filter(({ family }) => family.id === 'large')
      const report = await store.commit(done, run)
      return { ...report, stale: [...report.stale, 'opportunity/other'] }
    }
    const applied = await carryOut({ ...store, commit, lastCommitAt: () => writer.lastCommitAt() }, program, NOW)
    expect([applied.done.map(({ subject }) => subject.id), applied.stale]).toEqual([['large'], ['opportunity/other']])
  })

  test('who cannot be assessed is parked with its reason, and holds up nobody', async () => {
    const [rule] = program.rules
    if (rule?.when.is !== 'leaf') throw new Error('The rule is one comparison.')
    const { operator } = rule.when
    const holds: typeof operator.holds = (value, ...rest) => {
      if (value === 13_000) throw new Error('Thirteen is beyond us.')
      return operator.holds(value, ...rest)
    }
    const { notBefore: _, ...asked } = operator
    const odd: Program = { ...program, rules: [{ ...rule, when: { ...rule.when, operator: { ...asked, holds } } }] }
    await bring({ a: 13, b: 5000, c: 1 })
    const { plan, done } = await carryOut(store, odd, NOW)
    const parked = plan.families.flatMap(({ family, broken }) => (broken ? [[family.id, broken.why]] : []))
    expect(parked).toEqual([['a', expect.stringContaining('Thirteen is beyond us.')]])
    expect(done.map(({ subject }) => subject.id)).toEqual(['b'])
    expect(await store.nextDue(program.number)).toBeGreaterThan(NOW)
  })
})
