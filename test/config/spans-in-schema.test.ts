import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadRules } from '../../src/config/load.js'
import { nearPattern } from '../../src/config/near-pattern.js'
import { projectSchema } from '../../src/config/project-schema.js'
import { publishedSchema } from '../../src/config/schema.js'
import { nearest } from '../../src/lib/nearest.js'
import { formatSpan, MAX_COUNT, SPAN_UNITS } from '../../src/lib/span.js'
import type { Program } from '../../src/program/program.js'

const ajv = new Ajv2020({ strict: false })
const seed = 20_260_331

const MODEL = `
people: { dana: { manager: lee, team: west }, lee: {} }
pipelines: { new: { stages: { offer: { expected: 10 days } } } }
thresholds: { quiet_after: { by: stage, offer: 3 days, else: 1 week } }
`
const rulesOf = (body: string, model = MODEL) =>
  loadRules([{ path: 'rules.yaml', text: `${model}\nrules:\n  one:\n    for: opportunity\n    ${body}\n` }])
const takes = (body: string) => rulesOf(body).problems.length === 0

/** Spans as written, and all sorts of slips of the pen in them. */
const span = fc
  .record({ count: fc.integer({ min: 0, max: MAX_COUNT + 2 }), unit: fc.constantFrom(...SPAN_UNITS) })
  .map(formatSpan)
const slip = fc.record({
  at: fc.nat(20),
  taken: fc.nat(2),
  put: fc.constantFrom('', ' ', 's', 'y', '0', '.', '-', 'x', '  '),
})
const text = fc.oneof(
  span,
  fc.tuple(span, slip).map(([it, { at, taken, put }]) => it.slice(0, at) + put + it.slice(at + taken)),
  fc
    .tuple(
      fc.stringMatching(/^[0-9]{0,10}$/),
      fc.constantFrom(' ', '', '  ', '\t'),
      fc.constantFrom('day', 'days', 'Days', 'business  day', 'fortnight', 'business'),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    'expected',
    '2 x expected',
    '0 x expected',
    '2x expected',
    'quiet_after',
    'quiet_aftr',
    '15%',
    '1.5',
    '14 dyas',
    '2 buisness days',
    '',
  ),
)

describe('the schema takes exactly the spans that the checker takes', () => {
  const published = ajv.compile(publishedSchema())
  const own = ajv.compile(projectSchema(rulesOf('when: { status: open }').program as Program))

  it.each([
    [
      'where a span stands',
      (it: string) => ({ when: { status: 'open' }, lasting: it }),
      (it: string) => `when: { status: open }\n    lasting: ${JSON.stringify(it)}`,
    ],
    [
      'of an action',
      (it: string) => ({ when: { status: 'open' }, then: [{ create_task: { title: 'x', due: it } }] }),
      (it: string) => `when: { status: open }\n    then: [{ create_task: { title: x, due: ${JSON.stringify(it)} } }]`,
    ],
  ])('%s', (_, value, yaml) => {
    fc.assert(
      fc.property(text, (it) => {
        const taken = takes(yaml(it))
        expect(published({ rules: { one: { for: 'opportunity', ...value(it) } } }), it).toBe(taken)
        expect(own({ rules: { one: { for: 'opportunity', ...value(it) } } }), it).toBe(taken)
      }),
      { seed, numRuns: 250 },
    )
  })

  it('where a threshold stands, beside the names and numbers that may stand there too', () => {
    fc.assert(
      fc.property(text, (it) => {
        const rule = { rules: { one: { for: 'opportunity', when: { time_in_stage: { over: it } } } } }
        const taken = takes(`when: { time_in_stage: { over: ${JSON.stringify(it)} } }`)
        // A number, or per cent, is a threshold of other facts.
        const isOther = /^\s*[\d.]+\s*%?\s*$/.test(it)
        if (!isOther) expect(own(rule), it).toBe(taken)
        if (taken) expect(published(rule), it).toBe(true)
      }),
      { seed, numRuns: 250 },
    )
    expect(published({ rules: { one: { for: 'opportunity', when: { time_in_stage: { over: '14 dyas' } } } } })).toBe(
      false,
    )
  })
})

describe('whom a rule names', () => {
  const rule = (to: string) => ({
    rules: { one: { for: 'opportunity', when: { status: 'open' }, then: [{ notify: { to } }] } },
  })
  const body = (to: string) => `when: { status: open }\n    then: [{ notify: { to: ${JSON.stringify(to)} } }]`
  const words = [
    'owner',
    'onwer',
    'Owner',
    'manager',
    'mangaer',
    'account.owner',
    'acount.owner',
    'dana',
    'dnaa',
    'lee',
    'robin',
    'team.west',
    'team.wset',
    'team.',
    'carol',
  ]

  it.each([
    ['people who all stand in the rules', MODEL],
    ['people who may come as data', `${MODEL}\nsources: { crm: { people: { id: id } } }`],
  ])(
    'with %s: no more is refused than the checker refuses, and no slip in a word of the language is taken',
    (_, model) => {
      const own = ajv.compile(projectSchema(rulesOf('when: { status: open }', model).program as Program))
      for (const word of words) {
        const taken = rulesOf(body(word), model).problems.length === 0
        if (taken) expect(own(rule(word)), word).toBe(true)
        if (/^(onwer|mangaer|acount.owner)$/.test(word)) expect(own(rule(word)), word).toBe(false)
        if (model === MODEL) expect(own(rule(word)), word).toBe(taken)
      }
    },
  )

  it('one slip away is what the checker guesses', () => {
    const roles = ['owner', 'manager', 'account.owner']
    const near = roles.map((role) => new RegExp(nearPattern(role)))
    const near1 = fc.tuple(fc.constantFrom(...roles), fc.nat(13), fc.nat(1), fc.constantFrom('', 'x', 'E', '.'))
    fc.assert(
      fc.property(near1, ([role, at, taken, put]) => {
        const word = role.slice(0, at) + put + role.slice(at + taken)
        expect(
          near.some((pattern) => pattern.test(word)),
          word,
        ).toBe(true)
        expect(nearest(word, roles), word).toBeDefined()
      }),
      { seed },
    )
    expect(near.some((pattern) => pattern.test('robin') || pattern.test('dana'))).toBe(false)
  })
})
