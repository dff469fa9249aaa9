import fc from 'fast-check'
import { expect, test } from 'vitest'
import { summarise } from '../../src/domain/activities.js'
import { ANYTHING } from '../../src/domain/wakes.js'
import { planFamily } from '../../src/engine/family.js'
import type { FamilyRun } from '../../src/engine/family-run.js'
import type { FamilyState } from '../../src/engine/plan.js'
import { quietly } from '../../src/engine/quiet.js'
import { HOUR } from '../../src/lib/civil.js'
import { account, day, opportunity, programOf, START } from '../support/engine.js'

const RULES = `
  quiet: { for: opportunity, when: { status: open, time_since_activity: { over: 5 days } }, lasting: 1 day }
  big: { for: opportunity, when: { amount: { at_least: 5000 }, account.score: { at_least: 10 } }, cooldown: 3 days }
  calls: { for: account, when: { activities.call: { at_least: 2 }, time_since_activity: { over: 36 hours } } }
`
const MORE = `
scoring: { account: [{ when: { time_since_activity: { under: 2 days } }, add: 10 }] }
health:
  when: { status: open }
  indicators: { age: { at_risk: 20 days, poor: 30 days }, time_since_activity: { at_risk: 4 days } }
`
const program = programOf(RULES, {
  more: MORE,
  moves: ['{ from: cold, to: active, when: { open_opportunities: { at_least: 2 } } }'],
})

const runOf = (under: typeof program): FamilyRun => ({
  program: under,
  people: new Map(),
  now: START,
  held: new Map(),
  permits: new Set(),
  baseline: new Set(),
  done: new Set(),
  only: null,
  explains: true,
  everything: false,
  editedAt: () => null,
  alone: false,
  isReworded: () => false,
})

/** Somewhere in the life of a family: what was planned, what was done, since when it is due. */
const families = fc.record({
  statuses: fc.array(fc.constantFrom('open' as const, 'won' as const), { minLength: 1, maxLength: 2 }),
  amount: fc.constantFrom(1_000_000, 6_000_000),
  calls: fc.array(fc.integer({ min: 0, max: 30 * 24 }), { maxLength: 5 }),
  changed: fc.integer({ min: 0, max: 20 * 24 }),
  due: fc.option(fc.integer({ min: 0, max: 30 * 24 })),
  program: fc.constantFrom(0, 1, 2),
  /** Of the program at hand: 0 is one that is not in force, under which nothing was reckoned. */
  number: fc.constantFrom(0, 1, 1),
  now: fc.integer({ min: 20 * 24, max: 40 * 24 }),
})

test('who is passed by in silence is one whose plan would do nothing, and the same is reckoned of it', async () => {
  let passed = 0
  await fc.assert(
    fc.asyncProperty(
      families,
      async ({ statuses, amount, calls, changed, due, program: under, number, now: hours }) => {
        const now = START + hours * HOUR
        const activities = calls.map((h) => ({ kind: 'call', at: START + h * HOUR, by_owner: true, contact: null }))
        const more = {
          activity: summarise(activities, START + changed * HOUR, null),
          last_change: START + changed * HOUR,
          due: due === null ? null : START + due * HOUR,
          due_program: under,
        }
        const state: FamilyState = {
          family: {
            account: account('A', { ...more, score: 0 }),
            opportunities: statuses.map((status, i) =>
              opportunity(`O${i}`, { ...more, account: 'A', status, amount, created: day(0) }),
            ),
          },
          findings: [],
          holds: [],
          events: [],
          done: [],
        }
        const run: FamilyRun = { ...runOf({ ...program, number }), now }
        const { account: owner, opportunities } = state.family
        const isDue = (row: { due: number | null; due_program: number }) =>
          row.due_program !== number || (row.due !== null && row.due <= now)
        const seen = [
          ...(owner && isDue(owner) ? [{ opportunity: null, account: owner, opportunities, involved: false }] : []),
          ...opportunities
            .filter(isDue)
            .map((one) => ({ opportunity: one, account: owner, opportunities, involved: false })),
        ]
        const left = seen.map((one) => quietly(run, one))
        if (left.some((one) => one === null)) return
        passed += seen.length
        const { plan } = await planFamily(state, run)
        expect([plan.intents, plan.findings, plan.holds, plan.history]).toEqual([[], [], [], []])
        expect(plan.reckonings).toEqual(left)
      },
    ),
    { seed: 4, numRuns: 1500 },
  )
  expect(passed).toBeGreaterThan(100)
})

test('who was never reckoned is not taken up at an instant that has passed', () => {
  // Quiet for more than five days from the sixth on, until a call that was planned for the tenth.
  const call = { kind: 'call', at: day(10), by_owner: true, contact: null }
  const left = (number: number) => {
    const one = opportunity('O', {
      activity: summarise([call], START, null),
      last_change: START,
      due: day(6),
      due_program: number,
    })
    const run = { program: { ...program, number }, people: new Map(), now: day(11) }
    return quietly(run, { opportunity: one, account: null, opportunities: [], involved: false })
  }
  expect(left(1)).toBeNull()
  expect(left(0)?.subject.id).toBe('O')
})

test('where anything of an account is read, so is its score', async () => {
  const anything = { ...program, wakes: { ...program.wakes, account: new Set([ANYTHING]) } }
  const called = summarise([{ kind: 'call', at: day(10), by_owner: true, contact: null }], day(10), null)
  // The score moves from 10 to 0 two days after the call: no rule of the account holds then.
  const reckoned = { activity: called, last_change: day(10), due_program: 1 }
  const owner = account('A', { ...reckoned, due: day(12), score: 10 })
  const one = opportunity('O', { ...reckoned, account: 'A', amount: 6_000_000, due: day(15), score: null })
  const sighted = { account: owner, opportunities: [one], involved: false }
  const quiet = { people: new Map(), now: day(12), settles: true }
  const late = { ...one, due: day(12) }
  const state: FamilyState = {
    family: { account: owner, opportunities: [one] },
    findings: [],
    holds: [],
    events: [],
    done: [],
  }
  const planned = []
  for (const under of [program, anything]) {
    expect(quietly({ ...quiet, program: under }, { ...sighted, opportunity: null })).toBeNull()
    expect(quietly({ ...quiet, program: under }, { ...sighted, opportunity: late })).toBeNull()
    const { plan } = await planFamily(state, { ...runOf(under), now: day(12) })
    planned.push(plan.reckonings.map(({ subject }) => subject.kind).sort())
  }
  expect(planned).toEqual([
    ['account', 'opportunity'],
    ['account', 'opportunity'],
  ])
})
