import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Incoming } from '../../src/domain/incoming.js'
import { commit, plan } from '../../src/engine/run.js'
import { HOUR, MINUTE } from '../../src/lib/civil.js'
import type { Program } from '../../src/program/program.js'
import { type Happened, replay, type Timed } from '../../src/replay/run.js'
import { createWorld } from '../../src/replay/world.js'
import { type Chance, chance } from '../support/chance.js'
import { programOf } from '../support/engine.js'

const START = Date.UTC(2026, 2, 6, 14)
/** Over a weekend in which New York sets its clocks forward. */
const HOURS = 44

const span = (at: Chance) =>
  at.pick([
    `${at.int(1, 300)} minutes`,
    `${at.int(1, 30)} hours`,
    `${at.int(1, 9)} business hours`,
    '1 day',
    '2 days',
    '1 business day',
  ])

function someLine(at: Chance): string {
  return at.pick([
    () => `time_since_activity: { ${at.pick(['over', 'under'])}: ${span(at)} }`,
    () => `time_since_owner_activity: { over: ${span(at)} }`,
    () => `time_in_stage: { ${at.pick(['over', 'under'])}: ${span(at)} }`,
    () => `age: { over: ${span(at)} }`,
    () => `next_activity: { missing: ${at.often(0.5)} }`,
    () => `next_activity: { within_next: ${span(at)} }`,
    () => `last_activity: { within_last: ${span(at)} }`,
    () => `close_date: { ${at.pick(['before: today', 'within_next: 1 day', 'in: this week'])} }`,
    () => `status: ${at.pick(['open', '[open, won]'])}`,
    () => `stage: { is_not: ${at.pick(['first', 'second'])} }`,
    () => `touches: { at_least: ${at.int(0, 3)} }`,
    () => `amount: { at_least: ${at.int(0, 3)} }`,
    () => `health: { is: [at_risk, poor] }`,
    () => `account.${at.pick(['touches', 'open_opportunities', 'won_opportunities'])}: { at_least: ${at.int(1, 3)} }`,
    () => `account.time_since_activity: { over: ${span(at)} }`,
    () => `account.segment: ${at.pick(['big', '[big, small]'])}`,
    () => `account.owner.team: west`,
  ])()
}

function someCondition(at: Chance, depth = 2): string {
  if (depth === 0 || at.often(0.4)) return `{ ${someLine(at)} }`
  const parts = at.times(at.int(1, 3), () => someCondition(at, depth - 1)).join(', ')
  return at.pick([
    () => `{ all: [${parts}] }`,
    () => `{ any: [${parts}] }`,
    () => `{ not: ${someCondition(at, depth - 1)} }`,
  ])()
}

function someProgram(at: Chance): Program {
  const rules = at.times(at.int(2, 4), (n) => {
    const lasting = at.often(0.4) ? `, lasting: ${span(at)}` : ''
    const cooldown = at.often(0.3) ? `, cooldown: ${span(at)}` : ''
    const remind = at.often(0.3)
      ? `, remind: { every: ${at.int(3, 40)} hours, then: [{ create_task: { title: Again } }] }`
      : ''
    const escalate = at.often(0.3) ? `, escalate: [{ after: ${span(at)}, then: [{ create_task: { title: Up } }] }]` : ''
    const act = at.often(0.15) ? ', then: [{ move_stage: third }]' : ''
    return `  rule-${n}: { for: opportunity, when: ${someCondition(at)}${lasting}${cooldown}${remind}${escalate}${act} }`
  })
  const more = `calendar: { timezone: America/New_York }
health: { when: { status: open }, indicators: { time_since_activity: { at_risk: 5 hours, poor: 1 day }, age: { poor: 40 hours } } }`
  const moves = [
    '{ from: cold, to: active, when: { touches_in_bin: { at_least: 2 }, time_in_bin: { over: 3 hours } } }',
  ]
  return programOf(rules.join('\n'), { more, moves })
}

/** A history on full minutes: activities done and planned, facts with new values. */
function someHistory(at: Chance): Timed[] {
  const told = (minute: number, record: Omit<Incoming, 'line'>): Timed => ({
    change: { do: 'record', record: { ...record, line: 0 } },
    at: START + minute * MINUTE,
    by: 'dana',
  })
  const first = ['A', 'B'].map((account) => told(0, { record: 'accounts', id: account, values: { owner: 'dana' } }))
  const deals = ['O1', 'O2', 'O3'].map((id, n) =>
    told(0, {
      record: 'opportunities',
      id,
      values: { account: ['A', 'A', 'B'][n] ?? null, owner: 'dana', amount: n, created: START - at.int(0, 60) * HOUR },
    }),
  )
  const later = at.times(at.int(5, 25), (n) => {
    const minute = at.int(1, HOURS * 60)
    const opportunity = at.pick(['O1', 'O2', 'O3'])
    const now = START + minute * MINUTE
    const values = at.pick([
      () => ({ stage: at.pick(['first', 'second', 'third']) }),
      () => ({ amount: at.int(0, 4) }),
      () => ({ status: at.pick(['open', 'won']) }),
      () => ({ close_date: at.pick(['2026-03-06', '2026-03-08', '2026-03-10']) }),
    ])()
    const account = at.pick(['A', 'B'])
    if (at.often(0.15)) {
      const values = at.pick<Incoming['values']>([
        { segment: at.pick(['big', 'small']) },
        { owner: at.pick(['dana', 'lee']) },
      ])
      return told(minute, { record: 'accounts', id: account, values })
    }
    if (at.often(0.05))
      return told(minute, { record: 'people', id: 'dana', values: { team: at.pick(['west', 'east']) } })
    if (at.often(0.4)) return told(minute, { record: 'opportunities', id: opportunity, values })
    const when = at.often(0.3) ? now + at.int(1, 900) * MINUTE : now - at.int(0, 200) * MINUTE
    return told(minute, {
      record: 'activities',
      id: `a${n}`,
      values: { kind: 'call', at: when, by: at.pick(['dana', 'lee']), opportunity },
    })
  })
  return [...first, ...deals, ...later].sort((a, b) => a.at - b.at)
}

const how = { refuses: 'nothing' } as const
const lineOf = (happened: Happened): string[] => {
  const at = new Date(happened.at).toISOString()
  if (happened.is === 'finding') {
    const { rule, id, episode, state } = happened.finding
    return [`${at} ${rule} ${id} ${episode} ${state}`]
  }
  return happened.is === 'intent' ? [`${at} ${happened.intent.key.join('/')}`] : []
}

test('what an event-driven replay finds is what looking at everybody every minute finds, at the same instants', async () => {
  let lines = 0
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const at = chance(seed)
      const program = someProgram(at)
      const changes = someHistory(at).map((one) => ({ ...one, ...how }))
      const driven: string[] = []
      const world = createWorld()
      const own = world.bringIntoForce(program, START)
      const to = START + HOURS * HOUR
      const done = await replay(world, own, { changes, from: START, to, on: (one) => void driven.push(...lineOf(one)) })

      const brute: string[] = []
      const every = createWorld()
      const same = every.bringIntoForce(program, START)
      const left = [...changes]
      for (let now = START; now <= to; now += MINUTE) {
        while (left[0] && left[0].at <= now) {
          const { change, ...manner } = left.shift()!
          every.take(change, manner)
        }
        const planned = await plan(every, same, now, { everything: true })
        await commit(every, planned)
        for (const family of planned.families) {
          for (const intent of family.intents) brute.push(...lineOf({ is: 'intent', at: now, intent, family }))
          for (const finding of family.findings) brute.push(...lineOf({ is: 'finding', at: now, finding }))
        }
      }
      expect(driven.sort()).toEqual(brute.sort())
      expect(done.runs).toBeLessThan(HOURS * 60)
      lines += driven.length
    }),
    { numRuns: 5, seed: 20_260_306 },
  )
  expect(lines).toBeGreaterThan(40)
})
