import { describe, expect, test } from 'vitest'
import { saidOf } from './said.js'

const LINE = `
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, working: { group: working }, parked: { group: nurture }, bad: { group: avoid, requires: [industry] } }
  moves:
    - { from: cold, to: working, when: { touches: { at_least: 1 } } }
    - { from: [cold, working], to: [parked, bad] }
    - { from: [working, parked, bad], to: cold }
    - { from: working, to: cold }
`
const LOSE = '[{ set_status: { to: lost, reason: timing } }, { move_stage: closed }]'
const ABANDON = '[{ set_status: { to: abandoned, reason: old } }, { move_stage: closed }]'

const rule = (name: string, when: string, then: string, more = '') =>
  `  ${name}: { for: opportunity, when: { status: open, ${when} }, then: ${then}${more} }\n`
const pair = (strong: [string, string, string?], weak: [string, string, string?]) =>
  `rules:\n${rule('strong', strong[0], strong[1], strong[2] ?? ', priority: 10')}${rule('weak', ...weak)}`

const overruled = async (text: string) =>
  (await saidOf(text)).map(({ said, shown }) => ({ said: said.replace(/^\S+ /, ''), shown: shown.join('\n') }))

describe('always overruled', () => {
  test.each([
    ['the status', pair(['age: { over: 365 days }', LOSE], ['age: { over: 400 days }', ABANDON]), 'status'],
    [
      'the reason of one status',
      pair(['age: { over: 365 days }', LOSE], ['age: { over: 400 days }', LOSE.replace('timing', 'old')]),
      'status',
    ],
    [
      'the stage',
      pair(
        ['stage: discovery, amount: { over: 5 }', '[{ move_stage: proposal }]'],
        ['stage: discovery, amount: { over: 9 }', '[{ move_stage: closed }, { set_status: won }]'],
      ),
      'stage',
    ],
    [
      "a rule's bin, by a move",
      `${LINE}rules:\n  weak: { for: account, when: { bin: cold, touches: { at_least: 2 } }, then: [{ move_bin: parked }] }\n`,
      'bin',
    ],
    [
      "a rule's bin, by a rule",
      `${LINE}rules:
  strong: { for: account, priority: 3, when: { bin: cold, touches: 0 }, then: [{ move_bin: parked }] }
  weak: { for: account, when: { bin: cold, touches: 0, segment: small }, then: [{ move_bin: working }] }
`,
      'bin',
    ],
  ])('%s', async (_what, text, fact) => {
    const [one, ...more] = await overruled(text)
    expect(more).toEqual([])
    expect(one?.said).toMatch(
      new RegExp(
        `^always-overruled: The rule weak never gets to write ${fact}: whenever it could, .* does it first\\.$`,
      ),
    )
    expect(one?.shown).toMatch(/weak is overruled: .* left to (strong|cold-to-working)/)
  })

  const late: [string, string] = ['age: { over: 400 days }', ABANDON]
  test.each([
    ['both write the same', pair(['age: { over: 100 days }', LOSE], ['age: { over: 120 days }', LOSE])],
    [
      'a rule does what a move does, and tells of it',
      `${LINE}rules:\n  other: { for: account, when: { bin: cold, touches: { at_least: 2 } }, then: [{ move_bin: working }, { notify: lee }] }\n`,
    ],
    ['the other one holds of less', pair(['age: { over: 500 days }', LOSE], late)],
    [
      'the other one waits between its findings',
      pair(['age: { over: 365 days }', LOSE, ', priority: 10, cooldown: 9 days'], late),
    ],
    [
      'one pipeline has other reasons',
      `pipelines: { pilot: { stages: { one: {} }, reasons: { lost: [price] } } }\n${pair(['age: { over: 365 days }', '[{ set_status: { to: lost, reason: timing } }]'], late)}`,
    ],
    [
      'the other one may be refused, for want of what a stage requires',
      `pipelines: { pilot: { stages: { one: {}, two: { requires: [source] }, three: {} } } }\n${pair(
        ['stage: one, pushes: { over: 2 }', '[{ move_stage: two }]'],
        ['stage: one, pushes: { over: 3 }', '[{ move_stage: three }]'],
      )}`,
    ],
    [
      'one pipeline has no stage as the other one asks for',
      `pipelines: { pilot: { stages: { discovery: {}, three: {} } } }\n${pair(
        ['stage: discovery, pushes: { over: 2 }', '[{ move_stage: proposal }]'],
        ['stage: discovery, pushes: { over: 3 }', '[{ move_stage: three }]'],
      )}`,
    ],
    [
      'a third one now and then writes before',
      `${pair(['age: { over: 365 days }', LOSE], late)}${rule('third', 'amount: { over: 5 }', '[{ move_stage: quoted }]', ', priority: 11')}`,
    ],
    [
      'a third one now and then leads it to where the other one is refused',
      `pipelines: { pilot: { stages: { one: {}, two: { statuses: [open] } } } }\n${pair(
        ['pipeline: pilot, pushes: { over: 2 }, stage: one', '[{ set_status: { to: lost, reason: old } }]'],
        ['pipeline: pilot, pushes: { over: 3 }, stage: one', '[{ set_status: { to: abandoned, reason: old } }]'],
      )}${rule('third', 'pipeline: pilot, stage: one, amount: { over: 5 }', '[{ move_stage: two }]', ', priority: 11')}`,
    ],
    [
      'it is a move, and goes before rules',
      `${LINE}rules:\n  other: { for: account, when: { bin: cold, touches: { at_least: 0 } }, then: [{ move_bin: parked }] }\n`,
    ],
    [
      'the bin into which the other one moves requires what may be unknown',
      `${LINE}rules:
  strong: { for: account, priority: 3, when: { bin: cold, touches: 0 }, then: [{ move_bin: bad }] }
  weak: { for: account, when: { bin: cold, touches: 0, segment: small }, then: [{ move_bin: working }] }
`,
    ],
    [
      'it acts on accounts to avoid, and the other one does not',
      `${LINE}${pair(
        ['source: { missing: true }', '[{ set_field: { source: web } }]'],
        ['source: { missing: true }, pushes: 3', '[{ set_field: { source: fair } }]', ', even_if_avoided: true'],
      )}`,
    ],
  ])('is not told where %s', async (_why, text) => {
    const said = (await overruled(text)).map((one) => one.said)
    expect(said.filter((one) => /^always-overruled/.test(one))).toEqual([])
  })
})
