import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enterCompany, importCompany, linewalker, transcript } from './support.js'

/** What people read, call by call, on one small company: each test goes on where the one before ended. */
describe('what the command line says', () => {
  let company: ReturnType<typeof enterCompany>
  beforeAll(() => {
    company = enterCompany()
  })
  afterAll(() => company.leave())

  const golden = async (name: string, ...calls: string[][]) => {
    const said: string[] = []
    for (const args of calls) {
      const ran = await linewalker(args)
      said.push(transcript(args.join(' '), ran).replaceAll(company.dir, 'DIR'))
    }
    await expect(said.join('\n')).toMatchFileSnapshot(`golden/${name}.txt`)
  }

  test('help', async () => {
    await golden('help', ['--help'], ['plan', '--help'], ['tasks', 'done', '--help'])
  })

  test('check', async () => {
    await golden('check', ['check'], ['check', 'rules'])
  })

  test('graph', async () => {
    await golden('graph', ['graph'], ['graph', '--what', 'pipelines'])
  })

  test('import: what is new, what is rejected, and again', async () => {
    const ran = await importCompany()
    const said = ran.map((one) => transcript('import …', one)).join('\n')
    await expect(said).toMatchFileSnapshot('golden/import.txt')
    await golden('import-again', ['import', 'opportunities', 'csv/opportunities.csv', '--source', 'crm'])
  })

  test('before anything was applied lists say what to do next', async () => {
    await golden('empty', ['findings'], ['tasks'], ['letters'], ['findings', '--state', 'resolved', '--rule', 'quiet'])
  })

  test('plan', async () => {
    await golden('plan', ['plan'])
  })

  test('explain: why, why not, when next, what would clear it', async () => {
    await golden(
      'explain',
      ['explain', 'quiet', 'O-1'],
      ['explain', 'quiet', 'O-3'],
      ['explain', 'overdue', 'O-2'],
      ['explain', 'any-to-active-opportunity', 'acme'],
      ['explain', 'won-when-paid', 'O-1'],
      ['explain', 'ancient', 'O-2'],
    )
  })

  test('health and views', async () => {
    await golden(
      'health',
      ['health'],
      ['health', '--by', 'team', '--limit', '0'],
      ['health', '--view', 'unhealthy'],
      ['health', '--view', 'prospects'],
      ['health', '--view', 'prospects', '--limit', '2'],
      ['health', '--view', 'unhealthy', '--owner', 'lee'],
    )
  })

  test('apply holds what is over a limit and does the rest', async () => {
    await golden('apply', ['apply'], ['apply'])
  })

  test('what was done', async () => {
    await golden(
      'done',
      ['findings'],
      ['tasks'],
      ['letters'],
      ['history', 'acme'],
      ['history', 'O-2'],
      ['explain', 'quiet', 'O-1'],
      ['explain', 'stalled-large', 'O-2'],
    )
  })

  test('acknowledge, tasks done, stop and resume', async () => {
    await golden(
      'acts',
      ['acknowledge', 'quiet/opportunity/O-1'],
      ['acknowledge', 'quiet/opportunity/O-1/1'],
      ['snooze', 'quiet/opportunity/O-2', '--until', 'touch', '--reason', 'waits for an answer'],
      ['snooze', 'quiet/opportunity/O-1', '--until', '2026-04-01', '--reason', 'on holiday'],
      ['explain', 'quiet', 'O-1'],
      ['tasks', 'done', 'quiet/opportunity/O-1/1/open#1'],
      ['tasks', 'done', 'quiet/opportunity/O-1/1/open#1'],
      ['tasks', 'done', 'quiet/opportunity/O-2/1/open#1'],
      ['explain', 'quiet', 'O-1'],
      ['findings', '--rule', 'quiet'],
      ['stop'],
      ['apply', '--at', '2026-03-17'],
      ['resume'],
      ['resume'],
    )
  })

  test('silence: made, listed, ended', async () => {
    await golden(
      'silence',
      ['silence'],
      ['silence', '--owner', 'dana'],
      ['silence', '--comment', 'everything'],
      ['silence', '--rule', 'qiet', '--comment', 'quarter end'],
      ['silence', '--owner', 'dnaa', '--comment', 'on leave'],
      ['silence', '--team', 'wset', '--comment', 'quarter end'],
      ['silence', '--account', 'amce', '--comment', 'moving'],
      ['silence', '--account', 'O-1', '--comment', 'moving'],
      ['silence', '--owner', 'dana', '--until', '2026-05-01', '--comment', 'on leave'],
      ['silence', '--rule', 'quiet', '--severity', 'at_risk', '--comment', 'quarter end'],
      ['silence'],
      ['silence', 'end', 'none'],
      ['silence', 'end', 'd'],
      ['silence', 'end', 'de'],
    )
  })

  test('a day later: pending has become open, and what was held is approved', async () => {
    await golden(
      'approve',
      ['plan', '--at', '2026-03-17T10:00'],
      ['apply', '--at', '2026-03-17T10:00'],
      ['approve', 'stalled-large', '--at', '2026-03-17T10:00'],
      ['approve', 'quiet', '--at', '2026-03-17T10:00'],
    )
  })

  test('a week later: reminders and escalations', async () => {
    await golden('later', ['plan', '--at', '2026-04-03T10:00'])
  })

  test('what was resolved, and a database that is up to date', async () => {
    await golden('after', ['findings', '--state', 'all', '--limit', '3'], ['migrate'])
  })
})
