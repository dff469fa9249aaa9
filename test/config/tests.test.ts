import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { formatProblems } from '../../src/config/formats.js'
import { loadTests } from '../../src/config/tests.js'
import { publishedTestsSchema } from '../../src/config/tests-shape.js'
import { programOf } from '../support/engine.js'

const root = new URL('../../', import.meta.url).pathname
const program = programOf(
  `
  quiet: { for: opportunity, when: { time_since_activity: { over: 5 days } }, lasting: 1 day, remind: { every: 1 day, then: [] } }
  big: { for: opportunity, when: { amount: { at_least: 100 } }, then: [{ create_task: { title: Look } }] }
  old: { for: opportunity, when: { age: { over: 5 days } }, disabled: not yet }
  paid: { for: opportunity, event: { activity: payment }, then: [{ set_status: won }] }
  lonely: { for: account, when: { touches: 0 } }
`,
  {
    moves: ['{ from: cold, to: active, when: { open_opportunities: { at_least: 1 } } }'],
    more: 'fields: { opportunity: { budget: { type: money }, code: { type: text }, rival: { type: choice, of: [acme, globex] } } }',
  },
)

const load = (text: string, path = 'deal.test.yaml') => loadTests([{ path, text }], program)
const said = (text: string) => formatProblems(load(text).problems, [], 'text')

const GIVEN = 'given: { deal: { opportunity: { stage: first, owner: dana } }, mill: { account: { bin: cold } } }'
const line = (more: string) => `${GIVEN}\ntimeline:\n  - { at: 2026-03-02, ${more} }\n`

/** Each slip with the file that makes it. */
const SLIPS: Readonly<Record<string, string>> = {
  'nothing is expected': `${GIVEN}\ntimeline: [{ at: 2026-03-02 }]`,
  'nothing at all': '',
  'no timeline': GIVEN,
  'an empty timeline': `${GIVEN}\ntimeline: []`,
  'a test beside tests': `${GIVEN}\ntests: { one: { ${GIVEN}, timeline: [{ at: 2026-03-02, expect: nothing }] } }`,
  'a section that is none': `gvien: {}\n${line('expect: nothing')}`,
  'a key that is none': line('expct: nothing'),
  'nobody given': 'given: {}\ntimeline: [{ at: 2026-03-02, expect: nothing }]',
  'neither kind of subject': 'given: { deal: { oportunity: {} } }\ntimeline: [{ at: 2026-03-02, expect: nothing }]',
  'an unknown subject': line('expect: { dael: nothing }'),
  'something done to nobody': line('do: { dael: { activity: call } }, expect: nothing'),
  'an unknown rule': line('expect: { deal: { qiet: pending } }'),
  'a rule that is disabled': line('expect: { deal: { old: { opens: [] } } }'),
  'a rule for others': line('expect: { deal: { lonely: { opens: [] } } }'),
  'a step that a rule has not': line('expect: { deal: { big: { reminds: [] } } }'),
  'a step that an event rule has not': line('expect: { deal: { paid: { resolves: [] } } }'),
  'pending without lasting': line('expect: { deal: { big: pending } }'),
  'a move without its bin': line('expect: { mill: { cold-to-active: { opens: [] } } }'),
  'a move to another bin': line('expect: { mill: { cold-to-active: { moves: dead } } }'),
  'an unknown effect': line('expect: { deal: { big: { opens: [{ create_taks: {} }] } } }'),
  'an unknown option': line('expect: { deal: { big: { opens: [{ create_task: { assigned: dana } }] } } }'),
  'an effect for nobody known': line('expect: { deal: { big: { opens: [{ create_task: { assign: dnaa } }] } } }'),
  'an effect by the word of a rule': line('expect: { deal: { big: { opens: [{ create_task: { assign: owner } }] } } }'),
  'one of several by the word of a rule': line(
    'expect: { deal: { big: { opens: [{ notify: { to: [dana, manager] } }] } } }',
  ),
  'an owner whom nobody knows': line('do: { deal: { owner: ghost } }, expect: nothing'),
  'two effects in one entry': line('expect: { deal: { big: { opens: [{ create_task: {}, notify: {} }] } } }'),
  'effects that are no list': line('expect: { deal: { big: { opens: { create_task: {} } } } }'),
  'an empty expectation': line('expect: {}'),
  'an empty subject': line('expect: { deal: {} }'),
  'an instant that is none': `${GIVEN}\ntimeline: [{ at: next monday, expect: nothing }]`,
  'lines out of order': `${GIVEN}\ntimeline: [{ at: 2026-03-03 }, { at: 2026-03-02, expect: nothing }]`,
  'an unknown fact': line('do: { deal: { stge: second } }, expect: nothing'),
  'a field without its prefix': line('do: { deal: { budget: 3 } }, expect: nothing'),
  'a stage that is none': line('do: { deal: { stage: frist } }, expect: nothing'),
  'an amount with commas': line('do: { deal: { amount: "50,000" } }, expect: nothing'),
  'a day that is none': line('do: { deal: { close_date: soon } }, expect: nothing'),
  'an activity that is none': line('do: { deal: { activity: cal } }, expect: nothing'),
  'a key of an activity': line('do: { deal: { activity: { kind: call, who: dana } } }, expect: nothing'),
  'an account that is not given':
    'given: { deal: { opportunity: { account: mil } }, mill: { account: {} } }\ntimeline: [{ at: 2026-03-02, expect: nothing }]',
  'acknowledging a move': line('do: { mill: { acknowledge: cold-to-active } }, expect: nothing'),
  'a snooze without an end': line('do: { deal: { snooze: quiet } }, expect: nothing'),
  'a snooze that ends before': line('do: { deal: { snooze: { rule: quiet, until: 2026-03-01 } } }, expect: nothing'),
  'nothing that happens': line('do: { deal: {} }, expect: nothing'),
  'only a rule that is none': `rules: qiet\n${line('expect: nothing')}`,
  'a rule that is not told': `rules: quiet\n${line('expect: { deal: { big: { opens: [] } } }')}`,
  'no YAML': 'given: [',
}

describe('a file of rule tests', () => {
  it('tells each slip once, with its place and its next step', async () => {
    const told = Object.entries(SLIPS).map(([name, text]) => `# ${name}\n${said(text)}\n`)
    await expect(told.join('\n')).toMatchFileSnapshot('golden-tests/mistakes.txt')
    for (const [name, text] of Object.entries(SLIPS)) {
      expect(load(text).problems, name).toHaveLength(1)
      expect(load(text).tests.length === 0 || load(text).problems.length > 0, name).toBe(true)
    }
  })

  it('reads a test with all that may stand in it', () => {
    const { tests, problems } = load(`
why: What it is about.
given:
  kim: { person: { name: Kim, manager: lee, active: false } }
  mill: { account: { bin: cold, owner: kim } }
  deal: { opportunity: { account: mill, stage: first, amount: 99.5, fields.code: 00123, fields.rival: acme, close_date: 2026-06-01 } }
timeline:
  - at: 2026-03-02
    do:
      deal: { activity: [call, { kind: call, at: 2026-03-05T09:00Z, by: dana }], amount: 200, snooze: { rule: quiet, until: touch } }
      mill: { delete: true }
    expect:
      deal: { big: { opens: [{ create_task: { assign: dana, due: 2 days } }, { notify: dana }] }, quiet: pending }
      mill: nothing
`)
    expect(problems).toEqual([])
    const [test] = tests
    expect(test).toMatchObject({
      name: 'deal',
      why: 'What it is about.',
      people: [{ id: 'kim', values: { active: false, manager: 'lee' } }],
      given: [
        { subject: { kind: 'account', id: 'mill' } },
        {
          subject: { kind: 'opportunity', id: 'deal' },
          values: { amount: 99_500, 'fields.code': '00123', 'fields.rival': 'acme', close_date: '2026-06-01' },
        },
      ],
    })
    expect(test?.timeline[0]?.deeds.map((deed) => deed.do)).toEqual([
      'facts',
      'activity',
      'activity',
      'snooze',
      'delete',
    ])
    const big = test?.timeline[0]?.expect?.get('deal')?.get('big')
    expect(big?.steps.opens).toEqual([
      { kind: 'create_task', details: { assign: 'dana', due: '2 days' } },
      { kind: 'notify', details: { to: ['dana'] } },
    ])
  })

  it('gives no two tests one name, in whatever files', () => {
    const text = `tests: { one: { ${GIVEN}, timeline: [{ at: 2026-03-02, expect: nothing }] } }`
    const { problems } = loadTests(
      ['a', 'b'].map((name) => ({ path: `${name}.test.yaml`, text })),
      program,
    )
    expect(problems.map(({ message }) => message)).toEqual([
      'The test "one" is given twice: here and in a.test.yaml:1:10.',
    ])
  })

  it('never throws, whatever the text', () => {
    const good = line('do: { deal: { activity: call } }, expect: { deal: { big: { opens: [{ create_task: {} }] } } }')
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(12), fc.string({ maxLength: 6 }), (at, length, put) => {
        const { tests, problems } = load(good.slice(0, at) + put + good.slice(at + length))
        expect(tests.length + problems.length).toBeGreaterThan(0)
        for (const { place } of problems) expect(place.line).toBeGreaterThan(0)
      }),
      { numRuns: 300, seed: 7 },
    )
  })
})

describe('the schema of files of tests', () => {
  const schema = publishedTestsSchema()
  const check = new Ajv2020({ strict: false }).compile(schema)

  it('is the one that stands in the repository', async () => {
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
      `${root}schemas/linewalker-tests.schema.json`,
    )
  })

  it('takes the tests that ship', () => {
    for (const folder of ['rules', 'examples/brightwater/rules']) {
      for (const file of readdirSync(`${root}${folder}`).filter((name) => name.endsWith('.test.yaml'))) {
        const read = parse(readFileSync(`${root}${folder}/${file}`, 'utf8'), { merge: false })
        expect(check(read), `${file}: ${JSON.stringify(check.errors?.[0])}`).toBe(true)
      }
    }
  })

  it('refuses what an editor should underline', () => {
    const expecting = (expect: unknown) => ({ given: {}, timeline: [{ at: '2026-03-02', expect }] })
    expect(check(expecting({ deal: { big: { opens: [{ create_task: {} }] } } }))).toBe(true)
    expect(check(expecting({ deal: { big: { opns: [] } } }))).toBe(false)
    expect(check(expecting({ deal: { big: { opens: [{ create_taks: {} }] } } }))).toBe(false)
    expect(check({ given: { deal: { opportunity: { stge: 'first' } } }, timeline: [] })).toBe(false)
  })
})
