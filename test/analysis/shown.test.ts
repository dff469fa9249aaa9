import { expect, test } from 'vitest'
import { saidOf } from './said.js'

test('of other rules the proof shows what they change, and counts those that only find something', async () => {
  const [warning] = await saidOf(`
channels: { mail: { type: email, smtp: "smtp://localhost", from: "Pipeline <pipeline@example.com>" } }
people: { kim: { name: Kim Ito } }
rules:
  large: { for: opportunity, when: { status: open, owner: dana }, then: [{ notify: { to: kim } }] }
  any-one: { for: opportunity, when: { status: open }, then: [{ notify: { to: owner } }] }
  six-hours: { for: opportunity, when: { status: open }, lasting: 6 hours }
  unnamed: { for: opportunity, when: { status: open, source: { missing: true } }, then: [{ set_field: { source: web } }] }
`)
  expect(warning?.shown).toEqual([
    'Take the opportunity acme-deal at 2026-03-18 15:00:',
    '  owner: dana',
    '  status: open',
    '2026-03-18 15:00  large opens: tell Kim Ito',
    '2026-03-18 15:00  unnamed opens: set source from unknown to web',
    '(What 3 other rules find of it is left out here.)',
    'Nothing of it reaches kim.',
  ])
})

test('one other rule is named; a rule without others leaves nothing out', async () => {
  const late = `
rules:
  late: { for: opportunity, when: { status: won, time_in_status: { under: 1 day } }, lasting: 2 days }`
  const [alone] = await saidOf(late)
  expect(alone?.shown.slice(3)).toEqual([
    '2026-03-18 15:00  late is pending',
    '2026-03-19 15:00  late is forgotten: its condition no longer holds',
    'The rule late does nothing.',
  ])
  const [beside] = await saidOf(`${late}\n  won: { for: opportunity, when: { status: won } }\n`)
  expect(beside?.shown.at(-2)).toBe('(What the rule won finds of it is left out here.)')
})

const tail = async (text: string) =>
  (await saidOf(text))[0]?.shown.map((line) => line.replace(/^\S+ \S+ {2}/, '')) ?? []

const rule = (name: string, when: string, to: string, more = '') =>
  `  ${name}: { for: opportunity, when: { status: open, ${when} }, then: [{ set_field: { source: ${to} } }]${more} }\n`

test.each([
  [
    'two-writers',
    rule('a', 'source: { is_not: web }', 'web') + rule('b', 'source: { is_not: fair }', 'fair'),
    ['a opens: set source from other to web', 'b opens', 'a resolves', /^b is overruled: .* left to a$/],
  ],
  [
    'always-overruled',
    rule('a', 'source: { missing: true }', 'web', ', priority: 9') +
      rule('b', 'source: { missing: true }, amount: { over: 5 }', 'fair'),
    [
      'a opens: set source from unknown to web',
      'b opens',
      'a resolves',
      'b resolves',
      /^b is overruled: .* left to a$/,
    ],
  ],
  [
    'ping-pong',
    rule('a', 'source: { missing: true }', 'web') + rule('b', 'source: web', ''),
    [
      'a opens: set source from unknown to web',
      'a resolves',
      'b opens: set source from web to unknown',
      'a opens: set source from unknown to web',
      'b resolves',
    ],
  ],
])('the proof of %s shows what either of two rules does', async (kind, rules, does) => {
  const [warning] = await saidOf(`rules:\n${rules}`)
  expect(warning?.said).toContain(` ${kind}: `)
  const shown = (warning?.shown ?? [])
    .filter((line) => /^\d/.test(line))
    .map((line) => line.replace(/^\S+ \S+ {2}/, ''))
  for (const [i, line] of does.entries()) expect(shown[i]).toMatch(line)
  expect(warning?.shown.join('\n')).not.toContain('left out here')
})

test('what somebody does is told in the units of its fact', async () => {
  const shown = await tail(`
rules:
  a: { for: opportunity, event: { change: amount }, when: { status: open, amount: { over: 5 } }, then: [{ set_field: { amount: 3 } }] }
  b: { for: opportunity, event: { change: amount }, when: { status: open, amount: { under: 5 } }, then: [{ set_field: { amount: 6000 } }] }
`)
  expect(shown.slice(2, 6)).toEqual([
    '  amount: 7',
    'somebody sets amount to 6',
    'a fires: set amount from 6 to 3',
    'b fires: set amount from 3 to 6,000',
  ])
})
