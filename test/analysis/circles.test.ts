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
    warnings.map(async ({ kind, message, witness }) => ({
      kind,
      message,
      shown: (await sayWitness(program, witness)).filter((line) => line.startsWith('  ')).map((line) => line.trim()),
    })),
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
