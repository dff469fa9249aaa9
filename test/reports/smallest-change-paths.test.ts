import { describe, expect, test } from 'vitest'
import { loadRules } from '../../src/config/load.js'
import type { Account, Opportunity } from '../../src/domain/subjects.js'
import { assess } from '../../src/engine/assess.js'
import { snapshotOf } from '../../src/engine/snapshots.js'
import { smallestChange } from '../../src/reports/deeds/smallest-change.js'
import { account, day, opportunity } from '../support/engine.js'

const NOW = day(100)

describe('a way of several steps', () => {
  test('where no move leads directly, through as few bins as lead there, and past those that ask for what is missing', async () => {
    const line = `
pipelines: { main: { stages: { only: {} } } }
activities: { touches: [call] }
assembly_line:
  starts_in: dead
  bins:
    dead: { group: nurture }
    checked: { group: working, requires: [industry] }
    working: { group: working }
    parked: { group: nurture }
    client: { group: avoid }
  moves:
    - { from: dead, to: [checked, working] }
    - { from: checked, to: client }
    - { from: working, to: [parked, dead] }
    - { from: parked, to: client }
    - { from: client, to: parked }
`
    const told = async (kind: 'account' | 'opportunity', when: string, of: Partial<Account> = {}) => {
      const { program, problems } = loadRules([
        { path: 'r.yaml', text: `${line}\nrules: { it: { for: ${kind}, when: ${when} } }` },
      ])
      if (!program) throw new Error(JSON.stringify(problems))
      const family = {
        account: account('A', { bin: 'dead', ...of }),
        opportunities: kind === 'account' ? [] : [opportunity('O', { account: 'A', stage: 'only', pipeline: 'main' })],
      }
      const subject = { kind, id: kind === 'account' ? 'A' : 'O' }
      const { snapshot } = assess(program, snapshotOf(program, new Map(), family, subject, NOW))
      return (await smallestChange(program, program.rules[0]!.when, snapshot))?.deeds ?? null
    }
    expect(await told('account', '{ bin: parked }')).toEqual(['set bin to working, then to parked'])
    expect(await told('opportunity', '{ account.bin: parked }')).toEqual(['set account.bin to working, then to parked'])
    expect(await told('account', '{ bin: client }')).toEqual(['set bin to working, then to parked, then to client'])
    expect(await told('account', '{ bin: client }', { industry: 'retail' })).toEqual([
      'set bin to checked, then to client',
    ])
    // Of as many changes two that are done by themselves ask for less than a way of two and something else.
    expect(await told('account', '{ any: [{ bin: client }, { segment: small, industry: retail }] }')).toEqual([
      'set segment to small',
      'set industry to retail',
    ])
    expect(await told('account', '{ bin: dead, time_in_bin: { under: 3 days } }', { bin_since: day(1) })).toEqual([
      'set bin to working, then back to dead',
    ])
  })

  test('a clock of what it is begins anew where it goes away and comes back, as the pipeline allows', async () => {
    const told = async (when: string, row: Partial<Opportunity>, backwards = 'allowed', kind = 'opportunity') => {
      const { program, problems } = loadRules([
        {
          path: 'r.yaml',
          text: `
pipelines:
  main:
    stages: { first: { statuses: [open] }, second: {}, closed: { statuses: [won, lost] } }
    backwards: ${backwards}
    reasons: { lost: [price] }
activities: { touches: [call] }
rules: { it: { for: ${kind}, when: ${when} } }`,
        },
      ])
      if (!program) throw new Error(JSON.stringify(problems))
      const of = opportunity('O', { pipeline: 'main', account: 'A', status_since: day(1), stage_since: day(1), ...row })
      const subject =
        kind === 'account' ? { kind: 'account' as const, id: 'A' } : { kind: 'opportunity' as const, id: 'O' }
      const family = { account: account('A'), opportunities: [of] }
      const { snapshot } = assess(program, snapshotOf(program, new Map(), family, subject, NOW))
      return (await smallestChange(program, program.rules[0]!.when, snapshot))?.deeds ?? null
    }
    const recent = '{ status: won, time_in_status: { under: 30 days } }'
    expect(await told(recent, { status: 'won', stage: 'second' })).toEqual(['set status to open, then back to won'])
    expect(await told(`{ stage: closed, ${recent.slice(1)}`, { status: 'won', stage: 'closed' })).toEqual([
      'set status to open and its stage to first, then back to won and its stage to closed',
    ])
    expect(
      await told('{ stage: closed, status: won, time_in_stage: { under: 9 days } }', {
        status: 'won',
        stage: 'closed',
      }),
    ).toEqual(['set stage to second, then back to closed'])
    expect(await told('{ stage: second, time_in_stage: { under: 9 days } }', { stage: 'second' })).toEqual([
      'set stage to first, then back to second',
    ])
    expect(await told('{ stage: second, time_in_stage: { under: 9 days } }', { stage: 'second' }, 'refused')).toBeNull()
    expect(await told('{ status: open, time_in_status: { under: 9 days } }', { stage: 'second' })).toEqual([
      'set status to won, or to lost or abandoned with a reason, then back to open',
    ])
    // It is back in time: the clock of the account's last closing, too.
    expect(
      await told(
        '{ open_opportunities: 0, time_since_last_opportunity_closed: { under: 9 days } }',
        { status: 'won', stage: 'second' },
        'allowed',
        'account',
      ),
    ).toEqual(['set status of O to lost or abandoned with a reason'])
    expect(
      await told(
        '{ won_opportunities: 1, time_since_last_opportunity_closed: { under: 9 days } }',
        { status: 'won', stage: 'second' },
        'allowed',
        'account',
      ),
    ).toEqual(['set status of O to open, then back to won'])
  })
})
