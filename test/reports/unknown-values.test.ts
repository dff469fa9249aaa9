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
