import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { importCompany, linewalker, shareCompany } from './support.js'

/** `--json` prints one JSON value and nothing else; its shape is the contract with other programs. */
describe('JSON', () => {
  shareCompany(importCompany)

  const json = async (...args: string[]) => {
    const ran = await linewalker([...args, '--json'])
    expect(ran.err).toBe('')
    return { code: ran.code, value: JSON.parse(ran.out) }
  }

  test('check: problems and warnings', async () => {
    expect(await json('check')).toEqual({ code: 0, value: { problems: [], warnings: [] } })
  })

  test('import: what became of the rows', async () => {
    const { code, value } = await json('import', 'opportunities', 'csv/opportunities.csv', '--source', 'crm')
    expect(code).toBe(1)
    expect(value).toMatchObject({ read: 7, new: 0, changed: 0, unchanged: 6, rejected: 1, diverged: 0 })
    expect(readFileSync('csv/opportunities.csv.rejected.csv', 'utf8')).toMatch(
      /^Opportunity,.*,rejected_because\nO-7,/s,
    )
  })

  test('plan: intents with keys of five columns, what is held, totals', async () => {
    const { code, value } = await json('plan', '--out', 'plan.json')
    expect(code).toBe(1)
    expect(Object.keys(value)).toEqual(['at', 'program', 'intents', 'overruled', 'held', 'holds', 'totals'])
    expect(value.at).toBe('2026-03-16T09:00-04:00')
    const quiet = value.intents.find((one: { key: unknown[] }) => one.key[0] === 'quiet' && one.key[2] === 'O-1')
    expect(quiet).toMatchObject({
      key: ['quiet', 'opportunity', 'O-1', 1, 'open'],
      rule: 'quiet',
      subject: { kind: 'opportunity', id: 'O-1' },
      step: 'open',
      because: expect.stringContaining('time since activity over 7 days'),
      effects: [
        { kind: 'create_task', assign: 'dana', due: '2026-03-18T23:59:59.999-04:00' },
        { kind: 'notify', to: ['dana', 'lee'] },
      ],
    })
    expect(value.held).toMatchObject([
      { rule: 'stalled-large', why: expect.any(String), totals: { effects: 1, amount: 80000 } },
    ])
    expect(value.held[0].intents).toMatchObject([{ key: ['stalled-large', 'opportunity', 'O-2', 1, 'open'] }])
    expect(JSON.parse(readFileSync('plan.json', 'utf8'))).toEqual(value)
  })

  test('a plan of a plan changed nothing', async () => {
    expect((await json('findings')).value).toEqual({ findings: [] })
  })

  test('a saved plan permits what still stands, and nothing else', async () => {
    await linewalker(['import', 'activities', 'csv/activities.csv', '--source', 'crm'])
    const saved = JSON.parse(readFileSync('plan.json', 'utf8'))
    const only = saved.intents.filter((one: { key: unknown[] }) => one.key[2] === 'O-1' || one.key[2] === 'cedar')
    const gone = { ...only[0], key: ['quiet', 'opportunity', 'O-9', 1, 'open'] }
    writeFileSync('some.json', JSON.stringify({ ...saved, intents: [...only, gone] }))
    const { value } = await json('apply', 'some.json')
    const acted = value.done.filter((one: { effects: unknown[] }) => one.effects.length > 0)
    expect(acted.map((one: { key: unknown[] }) => one.key)).toEqual(only.map((one: { key: unknown[] }) => one.key))
    expect(value.no_longer).toEqual(['quiet/opportunity/O-9/1/open'])
    expect(value.not_permitted).toContain('quiet/opportunity/O-2/1/open')
  })

  test('apply: what was done; again: nothing', async () => {
    const { code, value } = await json('apply')
    expect(code).toBe(1)
    expect(Object.keys(value)).toEqual([
      'at',
      'program',
      'done',
      'overruled',
      'held',
      'holds',
      'stale',
      'no_longer',
      'not_permitted',
    ])
    expect(value.done.length).toBeGreaterThan(0)
    expect((await json('apply')).value.done).toEqual([])
  })

  test('lists', async () => {
    const { findings } = (await json('findings', '--state', 'open', '--owner', 'dana')).value
    expect(findings).toMatchObject([
      { finding: 'quiet/opportunity/O-1/1', state: 'open', opened_at: '2026-03-16T09:00-04:00' },
    ])
    const { tasks } = (await json('tasks')).value
    expect(tasks.map((task: { id: string }) => task.id)).toEqual([
      'quiet/opportunity/O-1/1/open#1',
      'quiet/opportunity/O-2/1/open#1',
    ])
    const { notices, letters } = (await json('letters', '--held')).value
    expect(letters).toEqual([])
    expect(notices[0]).toMatchObject({ subject: { kind: 'opportunity', id: 'O-1' }, urgent: false })
    const { history } = (await json('history', 'acme')).value
    expect(history.at(-1)).toMatchObject({
      fact: 'bin',
      from: 'cold',
      to: 'active-opportunity',
      by: 'rule:any-to-active-opportunity',
    })
    expect((await json('history', 'O-3')).value.history[0]).toMatchObject({
      fact: 'created',
      at: '2026-02-01T00:00-05:00',
    })
  })

  test('explain: the whole tree, the witness, the smallest change', async () => {
    const { value } = await json('explain', 'quiet', 'opportunity:O-1')
    expect(value).toMatchObject({
      rule: { id: 'quiet' },
      holds: true,
      witness: { holds: true, agrees: true },
      condition: { is: 'all', holds: true },
      finding: { episode: 1, state: 'open' },
      change: { would: 'clear', deeds: ['any touch'] },
      next: [
        { at: '2026-03-19T09:00-04:00', step: 'remind-1', effects: ['tell Dana Ruiz'] },
        { at: '2026-03-23T09:00-04:00', step: 'escalate-5bd', effects: ['tell Lee Park at once'] },
      ],
    })
    expect(value.condition.parts).toHaveLength(3)
  })

  test('health and views: money in units, never added across currencies', async () => {
    const { value } = await json('health')
    expect(value.levels.healthy).toEqual({
      count: 3,
      value: [
        { currency: 'USD', amount: 1000 },
        { currency: 'EUR', amount: 12500.5 },
      ],
    })
    expect(value.worst[0]).toMatchObject({
      id: 'O-2',
      level: 'poor',
      amount: 80000,
      wrong: [{ name: 'time_in_stage', level: 'poor', threshold: '28 days' }, {}, {}],
    })
    const view = (await json('health', '--view', 'unhealthy')).value
    expect(view.rows.map((row: { subject: { id: string } }) => row.subject.id)).toEqual(['O-2', 'O-1'])
    const wrong = view.rows[1].cells.filter((cell: { wrong: unknown }) => cell.wrong !== null)
    expect(wrong.map((cell: { column: string; wrong: string }) => [cell.column, cell.wrong])).toEqual([
      ['time_since_activity', 'at_risk'],
      ['health', 'at_risk'],
    ])
  })

  test("schema: this project's own names", async () => {
    expect(JSON.stringify((await json('schema')).value)).toContain('active-opportunity')
    const published = await linewalker(['schema', '--published'])
    expect(JSON.parse(published.out).$defs).toBeDefined()
  })

  test('graph, init, acknowledge, tasks done, stop, resume, migrate', async () => {
    expect(Object.keys((await json('graph')).value)).toEqual(['assembly-line', 'pipelines'])
    expect((await json('acknowledge', 'quiet/opportunity/O-1')).value).toEqual({
      finding: 'quiet/opportunity/O-1/1',
      acknowledged: true,
    })
    expect((await json('tasks', 'done', 'quiet/opportunity/O-1/1/open#1')).value).toMatchObject({ done: true })
    expect((await json('stop')).value).toMatchObject({ stopped: { by: 'robin' } })
    expect((await json('resume')).value).toEqual({ stopped: null })
    expect((await json('migrate')).value).toMatchObject({ migrated: true })
    const init = (await json('init', 'fresh')).value
    expect(init.kept).toEqual([])
    expect(init.written).toContain('fresh/hygiene.yaml')
  })

  test('history stands in the order of time, whenever it was learned, for people too', async () => {
    writeFileSync(
      'csv/older.csv',
      'Opportunity,Date,Field,Old,New,By\nO-2,2025-12-15,close_date,2026-01-31,2026-02-10,omar',
    )
    expect((await json('import', 'changes', 'csv/older.csv', '--source', 'crm')).value).toMatchObject({ new: 1 })
    const { history } = (await json('history', 'O-2')).value
    const days = history.map(({ at }: { at: string }) => at.slice(0, 10))
    expect(days.slice(0, 3)).toEqual(['2025-12-01', '2025-12-15', '2026-01-02'])
    const lines = (await linewalker(['history', 'O-2'])).out.split('\n').slice(2, 5)
    expect(lines.map((line) => line.slice(0, 10))).toEqual(days.slice(0, 3))
  })

  test.each([
    [['check', '--format', 'text'], 'Name --json or --format text, not both.\n'],
    [['check', '--format', 'sarif'], 'Name --json or --format sarif, not both.\n'],
    [['test', '--watch'], 'Name --watch or --json, not both: whoever watches gets no single value.\n'],
    [['serve', '--log', 'text'], 'Name --json or --log text, not both.\n'],
    [['suggest', '--yaml'], 'Name --yaml or --json, not both.\n'],
    [['backtest', '--markdown'], 'Name --markdown or --json, not both.\n'],
  ])('%j would print something else: it is refused', async (args, err) => {
    expect(await linewalker([...args, '--json'])).toEqual({ code: 2, out: '', err })
  })

  test('serve prints its log, each line a value', async () => {
    await linewalker(['stop'])
    const { out } = await linewalker(['serve', '--port', '0', '--json'], { until: '"stopped"' })
    await linewalker(['resume'])
    const lines = out.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).msg)).toContain('stopped')
  })
})
