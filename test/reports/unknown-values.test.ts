import { describe, expect, test } from 'vitest'
import { formatProblem } from '../../src/config/formats.js'
import { loadRules } from '../../src/config/load.js'
import type { Program } from '../../src/program/program.js'
import type { Rules } from '../../src/program/sections/index.js'
import { unknownValues } from '../../src/reports/unknown-values.js'
import type { Store } from '../../src/store/store.js'
import { databases, shareStore } from '../support/databases.js'
import { account, NOW, opportunity, put } from '../support/plans.js'

const loaded = loadRules([
  {
    path: 'rules.yaml',
    text: `
people: { lee: { name: Lee, team: west }, dana: { name: Dana, team: north } }
pipelines: { main: { stages: { first: {}, closed: {} } } }
fields: { opportunity: { product: { type: text } } }
rules:
  capitals:
    for: opportunity
    when: { status: open, account.segment: enterprise }
  as-it-is:
    for: account
    when: { segment: Enterprise }
  far-off:
    for: account
    when: { industry: { is_not: Farming } }
  spellings:
    for: account
    when: { segment: [Enterprise, enterprise] }
  nothing-known:
    for: opportunity
    when: { status: open, fields.product: pump }
  of-a-person:
    for: opportunity
    when: { status: open, owner: lee, owner.team: [North, Nord] }
  none-of-them:
    for: opportunity
    when: { status: open, account.segment: [enterprise, tiny] }
  by-segment:
    for: opportunity
    when: { status: open, amount: { over: big } }
  by-segment-too:
    for: opportunity
    when: { status: open, amount: { over: big }, pushes: { over: { by: account.segment, Smal: 2, else: 3 } } }
thresholds:
  big: { by: account.segment, enterprise: 9000, Small: { by: source, fair: 5, else: 1000 }, else: 100 }
scoring:
  account: [{ when: { segment: Large }, add: 5 }]
  opportunity: [{ when: { source: Fair }, add: 5 }]
goals:
  few: { measure: count, of: { status: open, account.segment: enterprise }, when: { source: fair }, at_most: 3 }
views:
  of-a-source: { when: { status: open, source: Fairs } }`,
  },
])
const { program, rules, locate } = loaded as typeof loaded & { program: Program; rules: Rules }

describe.each(databases)('values that no record has, on $name', ({ place }) => {
  let store: Store
  shareStore(place, async (opened) => {
    store = opened
    const rows = [
      account('acme', { segment: 'Enterprise', industry: 'Water' }),
      account('birch', { segment: 'Small', industry: 'Wood, and trees' }),
      account('gone', { segment: 'enterprise', deleted_at: NOW }),
      ...['a', 'b', 'b', 'c', 'd', 'e', 'e'].map((industry, i) => account(`many-${i}`, { industry })),
    ]
    await put(store, rows, [
      opportunity('one', { account: 'acme', source: 'Fair', owner: 'dana' }),
      opportunity('two', { account: 'many-1' }),
    ])
  })

  test('are told where they stand, with what may have been meant', async () => {
    const found = await unknownValues(store, program, rules, NOW)
    expect(found.map((one) => formatProblem(locate(one)))).toEqual([
      'rules.yaml:8:27  No opportunity has the account.segment "enterprise". Did you mean "Enterprise"?',
      'rules.yaml:14:13  No account has the industry "Farming".\n    There is "b", "e", "Water", "Wood, and trees", "a", and 2 more.',
      'rules.yaml:23:39  No opportunity has the owner.team "North" or "Nord". Did you mean "north"?',
      'rules.yaml:26:27  No opportunity has the account.segment "enterprise" or "tiny". Did you mean "Enterprise"?',
      'rules.yaml:34:31  No opportunity has the account.segment "enterprise". Did you mean "Enterprise"?',
      'rules.yaml:34:70  No opportunity has the source "fair". Did you mean "Fair"?',
      'rules.yaml:32:89  No opportunity has the account.segment "Smal". Did you mean "Small"?',
      'rules.yaml:36:23  No account has the segment "Large".\n    There is "Enterprise", "Small".',
      'rules.yaml:41:40  No opportunity has the source "Fairs". Did you mean "Fair"?',
      'rules.yaml:39:46  No opportunity has the account.segment "enterprise". Did you mean "Enterprise"?',
      'rules.yaml:39:85  No opportunity has the source "fair". Did you mean "Fair"?',
    ])
  })

  test('are proved by what the records say', async () => {
    const found = await unknownValues(store, program, rules, NOW)
    expect(found.slice(0, 2).map(({ proof }) => proof)).toEqual([
      ['The database has 2 opportunities; the account.segment of 1 is known: "Enterprise" (1).'],
      [
        'The database has 9 accounts; the industry of all is known: "b" (2), "e" (2), "Water" (1), "Wood, and trees" (1), "a" (1), and 2 more.',
      ],
    ])
  })
})

describe.each(databases)('texts that the rules themselves declare, on $name', ({ place }) => {
  let store: Store
  shareStore(place, async (opened) => {
    store = opened
    const rows = { source: 'fair', reason: 'price', owner: 'dana', currency: 'EUR', next_step: 'call', name: 'x' }
    await put(
      store,
      [account('acme', { segment: 'Small', industry: 'Water', fields: { track: 'old' } })],
      [opportunity('one', { account: 'acme', ...rows, fields: { track: 'old', note: 'old' } })],
    )
  })

  const told = async (text: string) => {
    const { program, rules, problems } = loadRules([
      {
        path: 'rules.yaml',
        text: `
people: { dana: { name: Dana, manager: lou } }
money: { currency: EUR, rates: { USD: 0.9 } }
fields: { opportunity: { track: { type: text }, note: { type: text } }, account: { track: { type: text } } }
${text}`,
      },
    ])
    if (!program || !rules) throw new Error(problems.map(formatProblem).join('\n'))
    return (await unknownValues(store, program, rules, NOW)).map(({ message }) => message)
  }
  const asks = (when: string, more = '') =>
    `rules:\n  asks: { for: opportunity, when: { status: [open, lost], ${when} } }\n${more}`
  const writes = (then: string, kind = 'opportunity', more = '') =>
    `  writes: { for: ${kind}, when: { id: ${kind === 'account' ? 'acme' : 'one'} }, then: [${then}]${more} }\n`
  const source = (rows: string) => `sources: { crm: { ${rows} } }\n`

  test.each([
    [
      'a reason of a pipeline',
      asks('reason: timing'),
      'pipelines: { main: { stages: { first: {} }, reasons: { lost: [price, timing] } } }\n',
    ],
    ['a currency with a rate', asks('currency: USD'), ''],
    [
      'what a map yields',
      asks('source: referral'),
      source('opportunities: { id: id, source: { column: source, map: { W: web, R: referral } } }'),
    ],
    [
      'what stands for all else',
      asks('account.segment: other'),
      source('accounts: { id: id, segment: { column: s, else: other } }'),
    ],
    [
      'a fixed value of a field',
      asks('fields.track: fast'),
      source('opportunities: { id: id, fields: { track: { value: fast } } }'),
    ],
    ['a team of imported people', asks('owner.team: west'), source('people: { id: id, team: { value: west } }')],
    ['what a rule writes', asks('fields.track: seen', writes('set_field: { fields.track: seen }')), ''],
    [
      'what a rule writes into the account',
      asks('account.fields.track: seen', writes('set_field: { fields.track: seen }', 'account')),
      '',
    ],
    [
      'what a rule that is watched writes',
      asks('source: web', writes('set_field: { source: web }', 'opportunity', ', mode: observe')),
      '',
    ],
    ['the reason with which a rule ends it', asks('reason: old', writes('set_status: { to: lost, reason: old }')), ''],
    [
      'any text that a rule fills in',
      asks('next_step: Ask Dana', writes('set_field: { next_step: "Ask {{ owner.name }}" }')),
      '',
    ],
    ['a manager without a description', asks('owner: lou', writes('assign: manager')), ''],
  ])('are known: %s', async (_what, rules, more) => {
    expect(await told(more + rules)).toEqual([])
  })

  test('and others are not', async () => {
    const lost = 'pipelines: { main: { stages: { first: {} }, reasons: { lost: [price, timing] } } }\n'
    expect(await told(`${lost}${asks('reason: timming')}`)).toEqual(['No opportunity has the reason "timming".'])
    const seen = writes('set_field: { fields.track: seen }', 'account')
    expect(await told(asks('fields.track: seen', seen))).toEqual(['No opportunity has the fields.track "seen".'])
    expect(await told(asks('owner: kim', writes('assign: manager')))).toEqual(['No opportunity has the owner "kim".'])
  })
})
