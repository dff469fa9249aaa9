import { expect, test } from 'vitest'
import { loadTests } from '../../src/config/tests.js'
import { runTests } from '../../src/replay/run-test.js'
import { sayFailedLine } from '../../src/replay/test-words.js'
import { programOf } from '../support/engine.js'

const program = programOf(
  `
  quiet:
    for: opportunity
    when: { status: open, time_since_activity: { over: 5 days } }
    then: [{ create_task: { title: Call } }]
    remind: { every: 1 day, then: [{ notify: { to: owner } }] }
    escalate: [{ after: 2 days, then: [{ notify: { to: manager, urgent: true } }] }]
    on_resolve: [{ close_tasks: {} }]
  rich: { for: opportunity, when: { amount: { at_least: 100 } }, then: [{ move_stage: closed }] }
  seen: { for: opportunity, when: { amount: { at_least: 50 } }, mode: observe, then: [{ notify: { to: owner } }] }
  second: { for: opportunity, when: { stage: second }, then: [{ set_field: { next_step: Call, amount: 7 } }] }
  first-one: { for: opportunity, when: { next_step: Choose }, then: [{ set_field: { next_step: One } }], priority: 2 }
  other-one: { for: opportunity, when: { next_step: Choose }, then: [{ set_field: { next_step: Two } }], priority: 1 }
  worked: { for: account, when: { touches: { at_least: 1 } }, then: [{ create_task: { title: Look } }] }
  waits: { for: opportunity, when: { next_step: Wait }, lasting: 2 days }
`,
  {
    moves: [
      '{ from: cold, to: active, when: { touches: { at_least: 2 } }, then: [{ create_task: { title: Go on } }] }',
    ],
  },
)

const DEAL =
  'given: { deal: { opportunity: { stage: first, owner: dana } }, mill: { account: { bin: cold, owner: dana } } }'

/** What is otherwise than a timeline expects, as people read it. */
async function differences(timeline: string, given = DEAL): Promise<string[]> {
  const { tests, problems } = loadTests([{ path: 'it.test.yaml', text: `${given}\ntimeline:\n${timeline}` }], program)
  expect(problems).toEqual([])
  const { outcomes } = await runTests(tests, program)
  return outcomes.flatMap(({ failed }) =>
    failed.flatMap((line) => [
      line.written,
      ...sayFailedLine(line, program.vocabulary.calendar).map(({ sign, text }) => `${sign} ${text}`),
    ]),
  )
}

test('tells what happened since the line before, reminders and escalations in order, and nothing else', async () => {
  const right = `
  - { at: 2026-03-02, do: { deal: { activity: call } }, expect: nothing }
  - { at: 2026-03-07, expect: { deal: { quiet: { opens: [{ create_task: { assign: dana } }] } } } }
  - { at: 2026-03-08, expect: { deal: { quiet: { reminds: [{ notify: { to: dana } }] } } } }
  - { at: 2026-03-10, expect: { deal: { quiet: { reminds: [{ notify: {} }, { notify: {} }], escalates: [{ notify: { to: lee, urgent: true } }] } } } }
  - { at: 2026-03-10T12:00, do: { deal: { activity: call } }, expect: { deal: { quiet: { resolves: [{ close_tasks: {} }] } } } }
`
  expect(await differences(right)).toEqual([])
  expect(await differences(right.replace('[{ notify: {} }, { notify: {} }]', '[{ notify: {} }]'))).not.toEqual([])
  expect(await differences(right.replace('urgent: true', 'urgent: false'))).not.toEqual([])
  expect(await differences(right.replace(/expect: { deal: { quiet: { opens.*/, 'expect: nothing }'))).toContain(
    '+     opens:',
  )
})

test('a line without "expect" leaves what happened to the next one', async () => {
  const opens = 'deal: { quiet: { opens: [{ create_task: {} }], reminds: [{ notify: {} }] } }'
  expect(
    await differences(`  - { at: 2026-03-02 }\n  - { at: 2026-03-07 }\n  - { at: 2026-03-08, expect: { ${opens} } }`),
  ).toEqual([])
})

test('pending is told when it begins, and may be said as long as it stands', async () => {
  const at = (day: number, more: string) => `  - { at: 2026-03-0${day}, ${more} }\n`
  const begins = at(2, 'do: { deal: { next_step: Wait } }, expect: { deal: { waits: pending } }')
  expect(await differences(begins + at(3, 'expect: nothing'))).toEqual([])
  expect(await differences(begins + at(3, 'expect: { deal: { waits: pending } }'))).toEqual([])
  expect(await differences(begins + at(4, 'expect: { deal: { waits: { opens: [] } } }'))).toEqual([])
  expect(await differences(begins + at(4, 'expect: { deal: { waits: pending } }'))).toContain('-     pending')
  expect(await differences(at(2, 'do: { deal: { next_step: Wait } }, expect: nothing'))).toContain('+     pending')
})

test('a refusal says what would have been done', async () => {
  const line = (steps: string) =>
    `  - { at: 2026-03-02, do: { deal: { amount: 100 } }, expect: { deal: { rich: ${steps}, seen: { opens: [] } } } }`
  expect(await differences(line('{ refused: [{ move_stage: closed }] }'))).toEqual([])
  expect(await differences(line('{ opens: [], refused: [{ move_stage: closed }] }'))).toEqual([])
  const said = await differences(line('{ opens: [{ move_stage: closed }] }'))
  expect(said).toContain('+     refused:')
  expect(said.join('\n')).toContain('# refused: Stage closed does not allow the status open')
})

test('says what was withheld, overruled or left out', async () => {
  const said = await differences(`
  - { at: 2026-03-02, do: { deal: { amount: 60, next_step: Choose, owner: lee } }, expect: { deal: { seen: { opens: [{ notify: {} }] }, first-one: { opens: [{ set_field: { next_step: One } }], resolves: [] }, other-one: { opens: [{ set_field: {} }], resolves: [] } } } }`)
  expect(said.join('\n')).toContain('# notify withheld: the rule only observes')
  expect(said.join('\n')).toContain('# set_field is overruled by first-one')
})

test('each field is an effect of its own, amounts are in units', async () => {
  const line = (amount: number) =>
    `  - { at: 2026-03-02, do: { deal: { stage: second } }, expect: { deal: { second: { opens: [{ set_field: { amount: ${amount}, next_step: Call } }] } } } }`
  expect(await differences(line(7))).toEqual([])
  expect(await differences(line(8))).not.toEqual([])
})

test('a move says to which bin, and what else it does', async () => {
  const line = (move: string) => `
  - { at: 2026-03-02, do: { mill: { activity: [call, call] } }, expect: { mill: { worked: { opens: [{ create_task: { title: Look } }] }, cold-to-active: ${move} } } }`
  expect(await differences(line('{ moves: active, opens: [{ create_task: { title: Go on } }] }'))).toEqual([])
  expect(await differences(line('{ moves: active }'))).toContain('+     opens:')
})

test('acknowledged, snoozed, deleted: what people do counts', async () => {
  const opened = `
  - { at: 2026-03-02, do: { deal: { activity: call } } }
  - { at: 2026-03-07, expect: { deal: { quiet: { opens: [{ create_task: {} }] } } } }
`
  const acknowledged = `${opened}  - { at: 2026-03-07T01:00, do: { deal: { acknowledge: quiet } }, expect: nothing }
  - { at: 2026-03-09, expect: { deal: { quiet: { reminds: [{ notify: {} }, { notify: {} }] } } } }`
  expect(await differences(acknowledged)).toEqual([])
  const snoozed = `${opened}  - { at: 2026-03-07T01:00, do: { deal: { snooze: { rule: quiet, until: 2026-03-10 } } }, expect: nothing }
  - { at: 2026-03-10, expect: nothing }
  - { at: 2026-03-11, expect: { deal: { quiet: { reminds: [{ notify: {} }] } } } }`
  expect(await differences(snoozed)).toEqual([])
  const deleted = `${opened}  - { at: 2026-03-08, do: { deal: { delete: true } }, expect: { deal: { quiet: { resolves: [] } } } }
  - { at: 2026-03-20, expect: nothing }`
  expect(await differences(deleted)).toEqual([])
})

test('what cannot be done fails its line, with the reason', async () => {
  const said = await differences(`
  - { at: 2026-03-02, do: { deal: { acknowledge: quiet }, mill: { bin: dead } }, expect: nothing }`)
  expect(said).toEqual([
    '2026-03-02',
    '+ could not be done: There is no open finding of quiet on deal.',
    '+ could not be done: No move leads from cold to dead; from there it may go to active.',
  ])
})

test('a finding that opens twice between two lines wants a line between', async () => {
  const said = await differences(`
  - { at: 2026-03-02, do: { deal: { activity: { kind: call, at: 2026-03-08 } } } }
  - { at: 2026-03-14, expect: { deal: { quiet: { opens: [{ create_task: {} }, { create_task: {} }], resolves: [{ close_tasks: {} }], reminds: [{ notify: {} }, { notify: {} }] } } } }`)
  expect(said.join('\n')).toContain('opened 2 times since the line before')
})

test('only the rules that a test names are told, but all of them act', async () => {
  const line = '  - { at: 2026-03-02, do: { deal: { stage: second } }, expect: nothing }'
  expect(await differences(line, `rules: quiet\n${DEAL}`)).toEqual([])
  expect(await differences(line)).not.toEqual([])
})

/** What a story reaches of a rule: `holds stage is second`, … */
async function reached(text: string, rule: string): Promise<string[]> {
  const { tests, problems } = loadTests([{ path: 'it.test.yaml', text }], program)
  expect(problems).toEqual([])
  const { coverage } = await runTests(tests, program)
  const items = coverage.find((one) => one.rule === rule)?.items ?? []
  return items.flatMap(({ is, what, reached: isReached }) => (isReached ? [`${is} ${what}`.trim()] : []))
}

test('reaches only what a line expects or sees: not the rules that act unseen, and nothing after the last expectation', async () => {
  const lines = `timeline:
  - { at: 2026-03-02, expect: nothing }
  - { at: 2026-03-03, do: { deal: { amount: 60 } }, expect: { deal: { seen: { opens: [] } } } }
  - { at: 2026-03-04, do: { deal: { stage: second } } }`
  const seen = ['speaks', 'holds amount at least 50', 'fails amount at least 50']
  expect(await reached(`${DEAL}\n${lines}`, 'seen')).toEqual(seen)
  expect(await reached(`${DEAL}\n${lines}`, 'second')).toEqual(['fails stage is second'])
  const unseen = `rules: quiet\n${DEAL}\n${lines.replace('{ deal: { seen: { opens: [] } } }', 'nothing')}`
  expect(await reached(unseen, 'seen')).toEqual([])
  expect(await reached(unseen, 'quiet')).toEqual(['holds status is open', 'fails time since activity over 5 days'])
  const later = `${DEAL}\n${lines}\n  - { at: 2026-03-05, expect: { deal: { second: { opens: [{ set_field: {} }, { set_field: {} }] } } } }`
  expect(await reached(later, 'second')).toEqual(['speaks', 'holds stage is second', 'fails stage is second'])
})
