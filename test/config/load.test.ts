import { describe, expect, it } from 'vitest'
import { formatProblem } from '../../src/config/formats.js'
import { isRulesFile, isTestFile, loadRules } from '../../src/config/load.js'
import { folder, texts } from './folder.js'

const here = new URL('.', import.meta.url).pathname
const told = (files: Record<string, string>): string[] => loadRules(texts(files)).problems.map(formatProblem)
const PIPELINE = 'pipelines: { sales: { stages: { first: {}, last: {} } } }\n'

describe('a rules folder', () => {
  const loaded = loadRules(folder(`${here}language`))

  it('loads every section of the language', () => {
    expect(loaded.problems.map(formatProblem)).toEqual([])
    expect(loaded.program?.rules.map((rule) => rule.id).sort()).toEqual([
      'any-to-busy',
      'cold-to-working',
      'empty-account',
      'handed-over',
      'large',
      'later-to-working',
      'quiet',
      'silent-offer',
      'slow',
      'stuck',
      'won-over',
      'won-when-signed',
      'working-to-cold',
    ])
  })

  it('knows where everything stands', () => {
    expect(loaded.program?.rules.find((rule) => rule.id === 'silent-offer')?.place).toBe('rules/rules.yaml:3')
    expect(loaded.placeOf(['rules', 'stuck', 'when', 'time_in_stage', 'over'])).toMatchObject({ line: 45, column: 61 })
    expect(loaded.placeOf(['views', 'sick', 'columns', 1])).toMatchObject({ file: 'rules/team/telling.yml', line: 21 })
    expect(loaded.placeOf(['views', 'sick', 'nothing', 'here'])).toMatchObject({ line: 17, column: 3 })
    expect(loaded.placeOf(['nowhere'])).toBeNull()
  })

  it('takes texts as they are written', () => {
    expect(loaded.rules?.calendar?.hours).toEqual({ from: '08:30', to: '16:00' })
    expect(loaded.rules?.people?.['00123']).toEqual({ name: 'Number One' })
    expect(loaded.rules?.sources?.books?.opportunities?.stage).toMatchObject({ map: { 3: 'contract' } })
    const { rules, problems } = loadRules(
      texts({
        'a.yaml': `
fields: { account: { code: { type: text }, size: { type: number } } }
people: { 007: { team: 010, name: yes, manager: 1.50 } }
rules:
  one: { title: 2026, for: account, when: { name: 00123, fields.code: [1.0, true], fields.size: 010.0 }, then: [{ set_field: { fields.code: 0x10, fields.size: 1e2 } }] }
sources: { crm: { accounts: { id: 1, segment: { value: 007 }, owner: { value: 7 } } } }
`,
      }),
    )
    expect(problems.map(formatProblem)).toEqual([])
    expect(rules?.people).toEqual({ '007': { team: '010', name: 'yes', manager: '1.50' } })
    expect(rules?.rules?.one).toMatchObject({
      title: '2026',
      when: { name: '00123', 'fields.code': ['1.0', 'true'], 'fields.size': 10 },
      then: [{ set_field: { 'fields.code': '0x10', 'fields.size': 100 } }],
    })
    expect(rules?.sources?.crm?.accounts).toEqual({ id: '1', segment: { value: '007' }, owner: { value: 7 } })
  })

  it('reads files in path order and joins their sections', () => {
    const { rules } = loadRules(
      texts({
        'b.yaml': 'calendar: { holidays: [2026-12-26] }\nactivities: { touches: [call] }',
        'a.yaml': 'calendar: { timezone: UTC, holidays: [2026-12-25] }\nlimits: { per_run: { effects: 3 } }',
        'c/d.yml': 'limits: { per_run: { share: 5% } }',
      }),
    )
    expect(rules).toEqual({
      calendar: { timezone: 'UTC', holidays: ['2026-12-25', '2026-12-26'] },
      activities: { touches: ['call'] },
      limits: { per_run: { effects: 3, share: '5%' } },
    })
  })

  it('places problems in what was joined from several files', () => {
    expect(
      told({
        'a.yaml': 'calendar:\n  holidays: [2026-12-25]\n',
        'b.yaml': 'calendar:\n  holidays:\n    - 2026-12-26\n    - 2026-13-01\n',
      }),
    ).toEqual(['b.yaml:4:7  "2026-13-01" is no day.\n    Write a day that exists as 2026-12-25.'])
  })

  it('is never half-loaded', () => {
    const { program, rules, problems } = loadRules(texts({ 'a.yaml': PIPELINE, 'b.yaml': 'rules: { x: {} }' }))
    expect([program, rules, problems.length]).toEqual([null, null, 1])
  })

  it('places what somebody else complains of', () => {
    const files = texts({ 'a.yaml': 'rules:\n  one: { for: account, when: { id: x } }\n' })
    expect(loadRules(files).locate({ path: ['rules', 'one', 'when'], message: 'It never holds.' })).toEqual({
      place: { file: 'a.yaml', line: 2, column: 30 },
      message: 'It never holds.',
    })
  })

  it('may be empty', () => {
    expect(loadRules([]).program?.rules).toEqual([])
  })
})

describe('one slip is told once', () => {
  it('takes a misspelt section, key or type for what was meant, and leaves it alone', () => {
    expect(
      told({
        'a.yaml': `pepole: { ana: { rool: 1 } }
${PIPELINE}channels: { deals: { type: slak, url: "\${URL}" } }
rules:
  one:
    for: opportunity
    wen: { nothing: true }
    then: [{ assign: ana }, { post_message: { channel: deals, text: hi } }]
`,
      }),
    ).toEqual([
      'a.yaml:1:1  There is no section "pepole". Did you mean "people"?',
      'a.yaml:3:28  There is no type "slak" of a channel. Did you mean "slack"?',
      'a.yaml:7:5  There is no key "wen" in a rule. Did you mean "when"?',
    ])
  })

  it('is told also where its words stand in a file that could not be read', () => {
    expect(
      told({
        'a.yaml': `views: { stale: { when: { age: { over: 14 days } } }
`,
        'b.yaml': `${PIPELINE}rules: { one: { for: opportunity, when: { age: { over: 14 } } } }
`,
      }).filter((line) => line.startsWith('b.yaml')),
    ).toEqual([expect.stringContaining('"over" of age takes a span such as "14 days", not 14.')])
  })

  it.each([
    [
      'a reason',
      'pipelines:\n  q:\n\t  stages: { one: {} }\n\t  reasons:\n\t    lost: [price]\n',
      `pipelines: { p: { stages: { one: {} }, reasons: { lost: [timing] } } }
rules: { one: { for: opportunity, when: { age: { over: 14 days } }, then: [{ set_status: { to: lost, reason: REASON } }] } }
`,
      '"other" is no reason for lost.',
    ],
    [
      'a field by which a threshold varies',
      'fields: { opportunity: { price: { type: text } } }\n# \ufffd\n',
      `fields: { account: { price: { type: text }, other: { type: text } } }
thresholds: { late: { by: fields.REASON, else: 14 days } }
rules: { one: { for: opportunity, when: { age: { over: late } } } }
`,
      'fields.other, which is no fact of an opportunity.',
    ],
  ])('says nothing of %s that stands in a file that could not be read', (_what, lost, rules, complaint) => {
    const ofRules = (reason: string) =>
      told({ 'a.yaml': lost, 'b.yaml': rules.replace('REASON', reason) }).filter((line) => !line.startsWith('a.yaml'))
    expect(ofRules('price')).toEqual([])
    expect(ofRules('other')).toEqual([expect.stringContaining(complaint)])
  })

  it('says nothing of names that were declared in something broken', () => {
    expect(
      told({
        'a.yaml': `channels: { deals: { url: "\${URL}" } }
fields: { opportunity: { budget: { type: 7 } } }
rules:
  one:
    for: opportunity
    when: { fields.budget: { over: 3 } }
    then: [{ post_message: { channel: deals, text: "{{ fields.budget }}" } }]
`,
      }),
    ).toEqual([
      'a.yaml:1:13  The channel deals needs "type".\n    It is email, slack, teams or webhook.',
      expect.stringContaining('a.yaml:2:42  "type" is one of text'),
    ])
  })

  it('finds the slips in what stands beside something broken', () => {
    expect(told({ 'a.yaml': 'digests:\n  weekly: { every: fortnight, at: "8", show: [], to: ana }\n' })).toHaveLength(3)
  })

  it('counts the slips of several files', () => {
    const slip = (name: string) => `rules:\n  ${name}: { for: opportunity, when: { statsu: open } }\n`
    const files = Object.fromEntries(['c', 'a', 'b'].map((name) => [`${name}.yaml`, slip(name)]))
    expect(loadRules(texts(files)).problems.map(({ place }) => place.file)).toEqual(['a.yaml', 'b.yaml', 'c.yaml'])
  })
})

it('tells rules from their tests by name', () => {
  expect(['a.yaml', 'b/c.yml', 'a.test.yaml', 'a.test.yml', 'a.yaml.bak', 'a.json'].filter(isRulesFile)).toEqual([
    'a.yaml',
    'b/c.yml',
  ])
  expect(['a.yaml', 'a.test.yaml', 'a.test.yml'].filter(isTestFile)).toEqual(['a.test.yaml', 'a.test.yml'])
})
