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
      account('birch', { segment: 'Small', industry: 'Wood' }),
      account('gone', { segment: 'enterprise', deleted_at: NOW }),
    ]
    await put(store, rows, [opportunity('one', { account: 'acme', source: 'Fair' })])
  })

  test('are told where they stand, with what may have been meant', async () => {
    const found = await unknownValues(store, program, rules, NOW)
    expect(found.map((one) => formatProblem(locate(one)))).toEqual([
      'rules.yaml:7:27  No opportunity has the account.segment "enterprise". Did you mean "Enterprise"?',
      'rules.yaml:13:13  No account has the industry "Farming".\n    There is Water, Wood.',
      'rules.yaml:21:40  No opportunity has the source "Fairs". Did you mean "Fair"?',
    ])
  })
})
