import { describe, expect, test } from 'vitest'
import { analyse } from '../../src/analysis/analyse.js'
import { WORLD } from '../../src/analysis/world.js'
import { loadRules } from '../../src/config/load.js'
import { sayWitness } from '../../src/reports/witness-words.js'

const NOW = Date.UTC(2026, 2, 18, 15)

/** What is said of rules over the world of the examples, with the facts that are shown of each witness. */
async function saidOf(text: string, now = NOW) {
  const { program, rules, problems } = loadRules([
    { path: 'world.yaml', text: WORLD },
    { path: 'rules.yaml', text },
  ])
  if (!program || !rules) throw new Error(problems.map(({ message }) => message).join('\n'))
  const warnings = await analyse(program, rules, now)
  return Promise.all(
    warnings.map(async ({ kind, message, witness }) => {
      const lines = await sayWitness(program, witness)
      const shown = lines.filter((line) => line.startsWith('  ')).map((line) => line.trim())
      return { kind, message, shown, proof: lines.join('\n') }
    }),
  )
}

const rulesOf = (one: string, other: string) => `
rules:
  shrink: { for: opportunity, when: { status: open, ${one} }, then: [{ set_field: { amount: 900 } }] }
  grow: { for: opportunity, when: { status: open, ${other} }, then: [{ set_field: { amount: 1100 } }] }
`

describe('circles and the clocks of their witness', () => {
  test.each(['time_in_stage', 'time_in_status'])(
    'only what is longer in its place than it is old would go round by %s: nothing is told',
    async (clock) => {
      const young = 'amount: { under: 950 }, age: { under: 5 days }'
      expect(await saidOf(rulesOf(`amount: { over: 1000 }, ${clock}: { over: 10 days }`, young))).toEqual([])
      expect(await saidOf(rulesOf(`amount: { over: 1000 }, ${clock}: { over: 5 days }`, young))).toEqual([])
    },
  )

  test('a bin no longer than the account is old', async () => {
    const line = (days: number) => `
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, working: { group: working } }
  moves:
    - { from: cold, to: working, when: { time_in_bin: { over: 30 days } } }
    - { from: working, to: cold }
rules:
  new-ones:
    for: account
    when: { bin: cold, time_in_bin: { over: 30 days }, age: { under: ${days} days } }
    then: [{ set_field: { segment: new } }]
  old-ones:
    for: account
    when: { bin: cold, time_in_bin: { over: 30 days }, age: { under: ${days} days }, industry: retail }
    then: [{ set_field: { segment: old } }]
`
    expect(await saidOf(line(20))).toEqual([])
    expect((await saidOf(line(60))).map(({ kind }) => kind)).toEqual(['two-writers'])
  })

  test('what can go round is told, with all that its rules read', async () => {
    const [told, ...more] = await saidOf(
      rulesOf(
        'amount: { over: 1000 }, time_in_stage: { over: 2 days }',
        'amount: { under: 950 }, next_step: { missing: true }',
      ),
    )
    expect(more).toEqual([])
    expect(told).toMatchObject({
      kind: 'ping-pong',
      message:
        'The rules shrink and grow would go round at once, for ever, without anybody doing anything: the chain is broken off after 5 steps.',
    })
    expect(told?.shown.slice(0, 4).map((line) => line.split(':')[0])).toEqual([
      'status',
      'amount',
      'time in stage',
      'next step',
    ])
  })

  test('what goes round at once only while it is young is told, and not that it does for ever', async () => {
    const told = await saidOf(
      rulesOf(
        'amount: { over: 1000 }, time_in_stage: { over: 2 days }',
        'amount: { under: 950 }, age: { under: 5 days }',
      ),
    )
    expect(told.map(({ message }) => message)).toEqual([
      'The rules shrink and grow would go round at once, without anybody doing anything: the chain is broken off after 5 steps.',
    ])
    expect(told[0]?.shown.slice(0, 4)).toEqual([
      'status: open',
      expect.stringMatching(/^amount: /),
      expect.stringMatching(/^time in stage: /),
      expect.stringMatching(/^age: /),
    ])
  })
})

describe('circles of rules that listen to changes', () => {
  const PIPELINES = `
rules:
  on: { for: opportunity, event: { change: stage }, when: { status: open, stage: discovery }, then: [{ move_stage: proposal }] }
`
  const back = (when: string, event = 'event: { change: stage }, ') =>
    `  back: { for: opportunity, ${event}when: { status: open, stage: proposal${when} }, then: [{ move_stage: discovery }] }\n`

  test('two that hear each other are told, with the change that sets them off', async () => {
    const [told, ...more] = await saidOf(PIPELINES + back(''))
    expect(more).toEqual([])
    expect(told?.kind).toBe('ping-pong')
    expect(told?.message).toBe(
      'The rules on and back would go round at once, for ever, once somebody has changed the stage: the chain is broken off after 5 steps.',
    )
    expect(told?.proof).toContain('somebody sets stage to discovery')
    expect(told?.proof).toContain('link 6 of a chain')
  })

  test('the status to and fro, from one that its stage allows', async () => {
    const [told, ...more] = await saidOf(`
rules:
  a: { for: opportunity, event: { change: status }, when: { status: won, stage: closed }, then: [{ set_status: { to: lost, reason: price } }] }
  b: { for: opportunity, event: { change: status }, when: { status: lost }, then: [{ set_status: won }] }
`)
    expect(more).toEqual([])
    expect(told?.message).toContain(
      'The rules a and b would go round at once, for ever, once somebody has changed the status',
    )
    expect(told?.shown).toEqual(['status: lost', 'stage: closed'])
  })

  test('one that finds and one that hears', async () => {
    const [told, ...more] = await saidOf(PIPELINES + back('', ''))
    expect(more).toEqual([])
    expect(told?.message).toBe(
      'The rules back and on would go round at once, for ever, without anybody doing anything: the chain is broken off after 5 steps.',
    )
    expect(told?.proof).not.toContain('somebody')
  })

  test('one that hears and one that finds in time, however they are written', async () => {
    const [told, ...more] = await saidOf(
      PIPELINES.replace('discovery', 'proposal').replace('move_stage: proposal', 'move_stage: discovery') +
        back(', time_in_stage: { over: 3 days }', '')
          .replace('stage: proposal', 'stage: discovery')
          .replace('move_stage: discovery', 'move_stage: proposal'),
    )
    expect(more).toEqual([])
    expect(told?.message).toBe('The rules back and on go round every 3 days, for ever, without anybody doing anything.')
    expect(told?.proof).not.toContain('somebody')
  })

  test('what somebody sets off is not said to go by itself', async () => {
    const third =
      '  third: { for: opportunity, priority: 5, when: { status: open }, then: [{ set_field: { amount: 975 } }] }\n'
    const [told] = await saidOf(rulesOf('amount: { over: 1000 }', 'amount: { under: 950 }') + third)
    expect(told?.message).toContain('would go round at once, for ever, once somebody has changed the amount:')
    expect(told?.proof).toContain('somebody sets amount')
  })

  test.each([
    [
      'the second asks for what the first does not leave',
      back(', setbacks: 0').replace('stage: proposal', 'stage: quoted'),
    ],
    ['it counts itself out', back(', setbacks: { under: 3 }')],
    ['the second listens to something else', back('', 'event: { change: amount }, ')],
    ['the second listens to people', back('', 'event: { activity: call }, ')],
    ['the second is only watched', back('').replace('for: opp', 'mode: observe, for: opp')],
  ])('nothing is told where %s', async (_why, other) => {
    expect(await saidOf(PIPELINES + other)).toEqual([])
  })
})

describe('circles over what is reckoned', () => {
  const scored = (lines: string, one: string, other: string) => `
scoring: { opportunity: [${lines}] }
rules:
  on: { for: opportunity, when: { status: open, stage: discovery, score: ${one} }, then: [{ move_stage: proposal }] }
  back: { for: opportunity, when: { status: open, stage: proposal, score: ${other} }, then: [{ move_stage: discovery }] }
`
  const AT_ONCE =
    'The rules on and back would go round at once, for ever, without anybody doing anything: the chain is broken off after 5 steps.'
  const more = ['pushes', 'setbacks', 'skips', 'amount', 'touches'].map(
    (fact) => `{ when: { ${fact}: { over: 90 } }, add: 1 }`,
  )

  test.each([
    ['a score', '{ when: { stage: discovery }, add: 10 }'],
    ['a score of more lines than are written out', ['{ when: { stage: discovery }, add: 10 }', ...more].join(', ')],
  ])('%s that follows the stage lets the other rule speak', async (_what, lines) => {
    const told = await saidOf(scored(lines, '{ at_least: 10 }', '{ under: 10 }'))
    expect(told.map(({ message }) => message)).toEqual([AT_ONCE])
  })

  test('a score that stays as it is lets only one of them speak', async () => {
    expect(await saidOf(scored('{ when: { source: web }, add: 10 }', '{ at_least: 10 }', '{ under: 10 }'))).toEqual([])
  })
})
