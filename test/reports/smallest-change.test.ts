import { describe, expect, test } from 'vitest'
import { verdict } from '../../src/conditions/verdict.js'
import { loadRules } from '../../src/config/load.js'
import { summarise } from '../../src/domain/activities.js'
import type { Account, Opportunity } from '../../src/domain/subjects.js'
import { assess } from '../../src/engine/assess.js'
import { snapshotOf } from '../../src/engine/snapshots.js'
import type { Snapshot } from '../../src/facts/fact.js'
import type { Program } from '../../src/program/program.js'
import { askedForBy } from '../../src/reports/deeds/reluctance.js'
import { smallestChange } from '../../src/reports/deeds/smallest-change.js'
import { account, day, opportunity, programOf } from '../support/engine.js'

const NOW = day(100)

const see = (program: Program, row: Opportunity, of: Account | null = null): Snapshot => {
  const family = { account: of, opportunities: [row] }
  return assess(program, snapshotOf(program, new Map(), family, { kind: 'opportunity', id: row.id }, NOW)).snapshot
}

/** One rule; the row as it is; and the row as it is after somebody did what was told. */
interface Case {
  when: string
  row?: Partial<Opportunity>
  told: string[] | null
  done?: Partial<Opportunity>
}

const touched = (at: number) => ({
  activity: summarise([{ kind: 'call', at, by_owner: true, contact: null }], NOW, null),
})

const touched3 = (): Partial<Opportunity> => {
  const calls = [1, 2, 3].map((n) => ({ kind: 'call', at: day(n), by_owner: true, contact: null }))
  return { activity: summarise(calls, NOW, null) }
}

const CASES: Record<string, Case> = {
  'a touch ends a silence': {
    when: '{ status: open, time_since_activity: { over: 14 days } }',
    told: ['any touch'],
    done: touched(NOW),
  },
  'a touch by the owner, where only that counts': {
    when: '{ time_since_owner_activity: { over: 14 days } }',
    told: ['a touch by the owner'],
    done: touched(NOW),
  },
  'what is missing is set': {
    when: '{ close_date: { missing: true } }',
    told: ['set close date'],
    done: { close_date: '2026-05-01' },
  },
  'an overdue date is set anew': {
    when: '{ close_date: { before: today }, time_in_stage: { over: 30 days } }',
    row: { close_date: '2026-03-01' },
    told: ['set close date on or after today'],
    done: { close_date: '2026-04-11' },
  },
  'of all that must hold the cheapest is taken away': {
    when: '{ amount: { at_least: 500 }, time_in_stage: { over: 30 days } }',
    told: ['set stage to second or third'],
    done: { stage: 'second', stage_since: NOW },
  },
  'of any each has to go': {
    when: '{ any: [{ next_step: { missing: true } }, { time_since_activity: { over: 7 days } }] }',
    told: ['any touch', 'set next step'],
    done: { next_step: 'Call', ...touched(NOW) },
  },
  'what does not hold is caused': {
    when: '{ amount: { over: 5000 }, next_step: { missing: true } }',
    told: ['set amount to over 5,000'],
    done: { amount: 5_001_000 },
  },
  'several touches': { when: '{ touches: { at_least: 3 } }', told: ['3 touches'] },
  'a certain kind of activity': { when: '{ activities.payment: { at_least: 2 } }', told: ['2 times a payment'] },
  'a planned touch': { when: '{ next_activity: { missing: true } }', told: ['plan a touch'] },
  'time goes one way': { when: '{ age: { over: 14 days } }', told: null },
  'nobody waits on purpose': { when: '{ time_since_activity: { over: 200 days } }', told: null },
  'a new stage begins its clock anew': {
    when: '{ stage: second, time_in_stage: { over: 2 days } }',
    told: null,
  },
  'a stage that forbids the status asks for both at once': {
    when: '{ stage: closed }',
    told: ['set stage to closed', 'set status to won, or to lost or abandoned with a reason'],
    done: { stage: 'closed', status: 'won', stage_since: NOW, status_since: NOW },
  },
  'what no record can bring about is not told': { when: '{ status: open, stage: closed }', told: null },
  'who ends it says why': {
    when: '{ status: open, time_in_status: { under: 1000 days } }',
    told: ['set status to won, or to lost or abandoned with a reason'],
    done: { status: 'won', status_since: NOW },
  },
  'pushes are made': {
    when: '{ pushes: { at_least: 3 } }',
    row: { close_date: '2026-05-01', pushes: 1 },
    told: ['push its close date back twice more'],
    done: { close_date: '2026-05-03', pushes: 3 },
  },
  'one push, where earlier would not do': {
    when: '{ pushes: { at_least: 1 } }',
    row: { close_date: '2026-05-01' },
    told: ['push its close date back'],
  },
  'a close date and pushes, where there is none': {
    when: '{ pushes: { at_least: 1 } }',
    told: ['set close date and push it back'],
  },
  'pushes cannot be taken back': { when: '{ pushes: { under: 3 } }', row: { pushes: 3 }, told: null },
  'back to an earlier stage': {
    when: '{ setbacks: { at_least: 1 } }',
    row: { stage: 'third' },
    told: ['set stage to first or second'],
    done: { stage: 'first', setbacks: 1 },
  },
  'back again and again': {
    when: '{ setbacks: { at_least: 2 } }',
    row: { stage: 'second' },
    told: ['move it back twice: set stage to first, then to second, then to first'],
  },
  'an amount that falls': {
    when: '{ amount_drop: { over: 20% } }',
    row: { amount_high: 1_000_000 },
    told: ['set amount to at most 799'],
    done: { amount: 799_000, amount_high: 1_000_000 },
  },
  'touches are not taken back': { when: '{ touches: { under: 3 } }', row: touched3(), told: null },
  'a threshold that varies: the row that applies': {
    when: '{ time_since_activity: { over: { by: stage, first: 7 days, else: 300 days } } }',
    told: ['any touch'],
    done: touched(NOW),
  },
}

describe('the smallest change', () => {
  test.each(Object.entries(CASES))('%s', async (_, { when, row, told, done }) => {
    const program = programOf(`  it: { for: opportunity, when: ${when} }`)
    const rule = program.rules[0]!
    const before = opportunity('O', row)
    const change = await smallestChange(program, rule.when, see(program, before))
    expect(change?.deeds ?? null).toEqual(told)
    if (!done) return
    const { holds } = verdict(rule.when, see(program, before))
    expect(change?.would).toBe(holds ? 'clear' : 'cause')
    expect(verdict(rule.when, see(program, { ...before, ...done })).holds).toBe(!holds)
  })

  test('deeds about the account say so', async () => {
    const program = programOf('  it: { for: opportunity, when: { account.segment: { missing: true } } }')
    const row = opportunity('O', { account: 'acme' })
    expect(await smallestChange(program, program.rules[0]!.when, see(program, row, account('acme')))).toMatchObject({
      would: 'clear',
      deeds: ['set account.segment'],
    })
  })

  test('what is reckoned is brought about by what it rests on', async () => {
    const more = `
fields: { opportunity: { budget: { type: money }, pain: { type: text } } }
qualification: { needs: { budget: fields.budget, need: fields.pain, timing: close_date } }
health:
  when: { status: open }
  indicators:
    quiet: { when: { time_since_activity: { over: 30 days } }, level: poor }
    no-date: { when: { close_date: { missing: true } }, level: at_risk }
scoring: { opportunity: [{ when: { origin: marketing }, add: 5 }, { when: { touches: { at_least: 1 } }, add: 10 }] }
`
    const told = async (when: string) => {
      const program = programOf(`  it: { for: opportunity, when: ${when} }`, { more })
      return (await smallestChange(program, program.rules[0]!.when, see(program, opportunity('O'))))?.deeds ?? null
    }
    expect(await told('{ health: poor }')).toEqual(['any touch'])
    expect(await told('{ health: [poor, at_risk] }')).toEqual([
      'set status to won, or to lost or abandoned with a reason',
    ])
    expect(await told('{ any: [{ health: [poor, at_risk] }, { health: { missing: true } }] }')).toEqual([
      'any touch',
      'set close date',
    ])
    expect(await told('{ health.no-date: at_risk }')).toEqual(['set close date'])
    expect(await told('{ qualification: { under: 2 } }')).toEqual(['set fields.budget', 'set fields.pain'])
    expect(await told('{ qualification.timing: true }')).toEqual(['set close date'])
    expect(await told('{ score: { at_least: 10 } }')).toEqual(['any touch'])
    expect(await told('{ score: { at_least: 15 } }')).toEqual(['any touch', 'set origin to marketing'])
    expect(await told('{ score: { at_least: 16 } }')).toBeNull()
  })

  test('what a stage or a bin requires is filled in with it, and only allowed moves are told', async () => {
    const pipelines = `
pipelines: { main: { stages: { first: {}, second: { requires: [amount, next_step] }, third: {} }, backwards: refused } }
activities: { touches: [call] }
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, warm: { group: working }, twin: { group: avoid, requires: [duplicate_of] }, island: { group: nurture } }
  moves: [{ from: cold, to: warm }, { from: warm, to: [cold, twin] }, { from: island, to: cold }]
`
    const told = async (kind: string, when: string, row: Opportunity | null, of: Account | null) => {
      const { program, problems } = loadRules([
        { path: 'r.yaml', text: `${pipelines}\nrules: { it: { for: ${kind}, when: ${when} } }` },
      ])
      if (!program) throw new Error(JSON.stringify(problems))
      const subject = row ? { kind: 'opportunity' as const, id: row.id } : { kind: 'account' as const, id: of!.id }
      const family = { account: of, opportunities: row ? [row] : [] }
      const { snapshot } = assess(program, snapshotOf(program, new Map(), family, subject, NOW))
      return (await smallestChange(program, program.rules[0]!.when, snapshot))?.deeds ?? null
    }
    expect(await told('opportunity', '{ stage: second }', opportunity('O'), null)).toEqual([
      'set stage to second',
      'set next step',
    ])
    expect(await told('opportunity', '{ stage: first }', opportunity('O', { stage: 'third' }), null)).toBeNull()
    expect(await told('account', '{ bin: island }', null, account('A'))).toBeNull()
    expect(await told('account', '{ bin: twin }', null, account('A'))).toEqual([
      'set bin to warm, then to twin',
      'set duplicate of',
    ])
    expect(await told('account', '{ bin: twin }', null, account('A', { bin: 'warm' }))).toEqual([
      'set bin to twin',
      'set duplicate of',
    ])
    expect(await told('account', '{ bin: cold }', null, account('A'))).toEqual(['set bin to warm'])
    expect(await told('account', '{ open_opportunities: { at_least: 2 } }', null, account('A'))).toEqual([
      'add 2 open opportunities',
    ])
    expect(await told('opportunity', '{ incomplete: true }', opportunity('O', { stage: 'second' }), null)).toEqual([
      'set next step',
    ])
  })

  test('of ways that are equally small some are told, what the rule asks for first, and what nobody does honestly last', async () => {
    const row = { stage: 'second', stage_since: day(1), amount: 700_000, amount_high: 1_000_000 }
    const told = async (rule: string, changed: Partial<Opportunity> = {}) => {
      const program = programOf(`  it: { for: opportunity, ${rule} }`)
      const [one] = program.rules
      const asksFor = askedForBy(one!, [], program)
      const found = await smallestChange(
        program,
        one!.when,
        see(program, opportunity('O', { ...row, ...changed })),
        asksFor,
      )
      return found && [found.deeds, ...found.others.map(({ deeds }) => deeds)].map((deeds) => deeds.join(', and '))
    }
    const ended = 'set status to won, or to lost or abandoned with a reason'
    const shrunk = 'when: { status: open, stage: [second, third], amount_drop: { over: 20% } }'
    const moved = 'set stage to first'
    const raised = 'set amount to at least 800'
    expect(await told(`title: It has shrunk, ${shrunk}`)).toEqual([ended, moved, raised])
    expect(await told(`title: The amount has shrunk, ${shrunk}`)).toEqual([raised, ended, moved])
    const task = (title: string) => `then: [{ create_task: { assign: owner, title: "${title}" } }]`
    expect(await told(`title: The amount has shrunk, ${shrunk}, ${task('Move {{ amount }} to its stage')}`)).toEqual([
      ...[moved, ended, raised],
    ])
    const dated = 'when: { status: open, stage: second, close_date: { before: today } }'
    const anew = 'set close date on or after today'
    const late = { close_date: '2026-03-01' }
    expect(await told(dated, late)).toEqual([anew, ended, 'set stage to first or third'])
    expect(await told(`${dated}, ${task('Close it: won or lost?')}`, late)).toEqual([
      ended,
      anew,
      'set stage to first or third',
    ])
    // To take away what is known is told only where nothing else would do.
    expect(await told('when: { owner: { missing: false } }', { owner: 'dana' })).toEqual(['take owner away'])
    expect(await told('when: { amount: { at_least: 500 } }')).toEqual(['set amount to under 500'])
  })

  test('opportunities are added, open or ended, where that is what is missing', async () => {
    const more = `
pipelines:
  main:
    stages: { first: { statuses: [open] }, closed: { statuses: [won, lost, abandoned] } }
    reasons: { lost: [price] }
`
    const told = async (when: string, rows: readonly Partial<Opportunity>[] = []) => {
      const { program } = loadRules([
        { path: 'r.yaml', text: `${more}\nrules: { it: { for: account, when: ${when} } }` },
      ])
      const opportunities = rows.map((row, n) => opportunity(`O${n}`, { account: 'A', stage: 'first', ...row }))
      const family = { account: account('A'), opportunities }
      const of = snapshotOf(program!, new Map(), family, { kind: 'account', id: 'A' }, NOW)
      const found = await smallestChange(program!, program!.rules[0]!.when, assess(program!, of).snapshot)
      return found && [found.deeds, ...found.others.map(({ deeds }) => deeds)].map((deeds) => deeds.join(', and '))
    }
    const bought =
      '{ won_opportunities: { at_least: 1 }, open_opportunities: 0, time_since_last_opportunity_closed: { under: 1 year } }'
    expect(await told(bought)).toEqual(['add a won opportunity'])
    expect(await told(bought, [{}])).toEqual(['set status of O0 to won and its stage to closed'])
    expect(await told('{ lost_opportunities: { at_least: 2 } }')).toEqual(['add 2 lost opportunities, with a reason'])
  })

  test('a search without an end is broken off, and others have their turn while it lasts', async () => {
    const names = Array.from({ length: 14 }, (_, n) => `n${n}`)
    const more = `
fields: { opportunity: { ${names.map((name) => `${name}: { type: text }`).join(', ')} } }
qualification: { needs: { ${names.map((name) => `${name}: fields.${name}`).join(', ')} } }
`
    const program = programOf('  it: { for: opportunity, when: { qualification: { at_least: 14 } } }', { more })
    let turns = 0
    let ended = false
    const count = () => {
      turns += 1
      if (!ended) setImmediate(count)
    }
    setImmediate(count)
    expect(await smallestChange(program, program.rules[0]!.when, see(program, opportunity('O')))).toBeNull()
    ended = true
    expect(turns).toBeGreaterThan(50)
  })
})
