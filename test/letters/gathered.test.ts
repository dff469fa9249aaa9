import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { composeGathered } from '../../src/letters/gathered.js'
import type { Message } from '../../src/notices/message.js'
import { at, line, message, wording } from './world.js'

const words = wording()
const person = (id: string) => words.people.get(id) as Message['to']
const golden = async (name: string, of: Message) => {
  const { title, body, html } = composeGathered(of, words)
  await expect(`Subject: ${title}\n\n${body}`).toMatchFileSnapshot(`golden/${name}.txt`)
  await expect(html).toMatchFileSnapshot(`golden/${name}.html`)
  return { title, body, html }
}

const LINES = [
  line(),
  line({
    subject: 'OPP-7',
    name: 'Acme expansion with a rather long name that runs over the edge of a narrow window',
    amount: 12_500_000,
    currency: 'EUR',
    steps: ['remind-2', 'remind-1', 'open'],
    waited: 'daily_maximum',
    because: 'status is open; time since activity over 14 days (26 days since 2026-02-18)',
    since: at('2026-03-06T09:00'),
  }),
  line({
    subject: 'OPP-3',
    name: 'Globex <pilot> & "more"',
    account: { id: 'globex', name: 'Globex' },
    amount: null,
    rule: 'no-next-step',
    severity: 'at_risk',
    text: 'Nobody knows the next step',
    because: 'status is open; next step is missing',
    waited: 'silenced',
  }),
  line({
    kind: 'account',
    subject: 'initech',
    name: 'Initech',
    account: { id: 'initech', name: 'Initech' },
    amount: null,
    rule: 'cold-account',
    severity: 'watch',
    text: 'Is Initech still worth a call?',
    because: 'time in bin over 30 days (41 days since 2026-02-03)',
  }),
  line({
    subject: 'OPP-9',
    name: 'Umbrella',
    account: { id: 'umbrella', name: 'Umbrella' },
    rule: 'paid',
    severity: null,
    since: null,
    steps: ['event'],
    text: 'A payment has come in',
    because: 'always',
  }),
]

describe('a gathered letter', () => {
  it('groups what is one’s own by severity and account, and says why each line came now', async () => {
    const resolved = [
      {
        ...line({ subject: 'OPP-4', name: 'Hooli upgrade' }),
        severity: 'poor' as const,
        resolvedAt: at('2026-03-16T15:00'),
      },
    ]
    const silenced = [
      { says: 'account initrode', comment: 'their move takes a month', until: at('2026-04-10T00:00'), count: 2 },
    ]
    const waiting = { count: 3, until: at('2026-03-18T08:30') }
    const { html } = await golden(
      'own',
      message(person('dana'), LINES, { resolved, resolvedTotal: 4, silenced, waiting }),
    )
    // What the facts hold is text, whatever it looks like.
    expect(html).toContain('Globex &lt;pilot&gt; &amp; &quot;more&quot;')
    expect(html).not.toContain('<pilot>')
    // It is light and whole where a reader drops the style sheet: all that it holds is for phones and for the dark.
    const [, sheet = ''] = /<style>([^<]*)<\/style>/.exec(html) ?? []
    expect(sheet.replace(/@media[^{]*\{(?:[^{}]*\{[^}]*\})*\s*\}/g, '').trim()).toBe('')
    expect(sheet).toContain('prefers-color-scheme: dark')
    expect(html).not.toContain('<img')
  })

  it('is by owner where somebody manages them', async () => {
    const others = [
      line({ steps: ['escalate-5bd'], escalated: 1, urgent: true }),
      line({ owner: 'kim', subject: 'OPP-8', name: 'Kim’s deal', amount: 9_000_000 }),
      line({ owner: null, subject: 'OPP-5', name: null, severity: 'at_risk', rule: 'no-next-step', text: 'x' }),
    ]
    const { body } = await golden('manager', message(person('lee'), others))
    expect(body.replace(/\s+/g, ' ')).toContain('[poor, escalation after 5 business days]')
    expect(body).toContain('DANA RUIZ')
  })

  it('says why a line came also where it is one effect of a step, tried again after its text failed', () => {
    const said = (...steps: string[]) => {
      const { title, body } = composeGathered(message(person('dana'), [line({ steps })]), words)
      return [/\[([^\]]*)\]/.exec(body)?.[1], title.replace('The proposal has gone quiet: Acme renewal', '…')]
    }
    expect(said('open#2')).toEqual(['new', '…'])
    expect(said('remind-3#1', 'open#2')).toEqual(['reminder 3, new', 'Reminder 3: …'])
    expect(said('escalate-5bd#2')).toEqual(['escalation after 5 business days', 'Escalation: …'])
    expect(said('resolve#1')).toEqual([undefined, 'Resolved: …'])
  })

  it('tells what two rules find in one opportunity as one block with both reasons', () => {
    const both = [
      line(),
      line({ subject: 'OPP-2', name: 'Other' }),
      line({ rule: 'no-next-step', severity: 'at_risk', text: 'Nobody knows the next step', because: '' }),
    ]
    const { title, body, html } = composeGathered(message(person('dana'), both), words)
    expect(title).toBe('3 findings: 2 poor, 1 at risk')
    expect(body.match(/^\* Acme renewal/gm)).toHaveLength(1)
    expect(body).toContain('* Acme renewal, 48,000 USD\n  [poor, new] The proposal has gone quiet\n')
    expect(body).toContain('quiet-proposal/opportunity/OPP-1/1\n  [at risk, new] Nobody knows the next step\n')
    expect(body).toContain('POOR (2 poor, 1 at risk)')
    expect(body).not.toContain('\nAT RISK')
    expect(html.match(/>Acme renewal</g)).toHaveLength(1)
    expect(html.match(/>48,000 USD</g)).toHaveLength(2)
  })

  it('counts beside each heading what stands beneath it, whoever it is of and however much it does not show', () => {
    const poor = Array.from({ length: 40 }, (_, i) => line({ subject: `OPP-${i}`, name: `Deal ${i}` }))
    const also = line({ subject: 'OPP-0', name: 'Deal 0', rule: 'no-next-step', severity: 'at_risk', text: 'x' })
    const other = line({ subject: 'OPP-50', name: 'Deal 50', rule: 'no-next-step', severity: 'at_risk', text: 'x' })
    const headings = (to: string, lines: ReturnType<typeof line>[]) =>
      [...composeGathered(message(person(to), lines), words).body.matchAll(/^(.*) \((.*)\)\n\n/gm)].map(([, a, b]) => [
        a,
        b,
      ])
    expect(headings('dana', [...poor.slice(0, 2), also, other])).toEqual([
      ['POOR', '2 poor, 1 at risk'],
      ['AT RISK', '1'],
    ])
    expect(headings('lee', [...poor.slice(0, 2), also])).toEqual([['DANA RUIZ', '2 poor, 1 at risk']])
    for (const [to, heading, counts] of [
      ['dana', 'POOR', '30'],
      ['lee', 'DANA RUIZ', '30 poor'],
    ] as const) {
      expect(headings(to, poor)).toEqual([[heading, counts]])
      expect(composeGathered(message(person(to), poor), words).body).toContain('And 10 more: 10 poor.')
    }
  })

  it('offers to acknowledge only what is still to be escalated', () => {
    const foot = (...lines: ReturnType<typeof line>[]) => composeGathered(message(person('dana'), lines), words).body
    const calm = line({ rule: 'no-next-step', severity: 'at_risk', subject: 'OPP-2' })
    expect(foot(calm, line())).toMatch(
      /ends its escalation\s\(reminders go on\):\n {2}linewalker acknowledge quiet-proposal\/opportunity\/OPP-1\/1\n/,
    )
    expect(foot(calm)).not.toContain('acknowledge')
    expect(foot(calm)).toContain('linewalker snooze no-next-step/opportunity/OPP-2/1')
    expect(foot(line({ steps: ['resolve'] }))).not.toContain('acknowledge')
    const looked = line({ steps: ['remind-1'], acknowledged_at: at('2026-03-16T11:00') })
    const escalated = line({ subject: 'OPP-3', steps: ['escalate-5bd'], escalated: 1 })
    expect(foot(looked, escalated)).not.toContain('acknowledge')
    expect(foot(looked, escalated, line({ subject: 'OPP-4' }))).toContain(
      'acknowledge quiet-proposal/opportunity/OPP-4/1',
    )
  })

  it('names the zone of its times once: that of its reader', () => {
    const of = (timezone: string | null) =>
      composeGathered(message({ ...person('dana'), timezone }, [line()]), words).body.match(/Times are[^.]*\./g)
    expect(of(null)).toEqual(['Times are those of America/New_York.'])
    expect(of('Asia/Tokyo')).toEqual(['Times are those of Asia/Tokyo.'])
  })

  it.each([
    [2, '2 findings, both poor'],
    [3, '3 findings, all poor'],
  ])('of %i that are alike says once what they are', (n, subject) => {
    const alike = Array.from({ length: n }, (_, i) => line({ subject: `OPP-${i}` }))
    const { title, body } = composeGathered(message(person('dana'), alike), words)
    expect(title).toBe(subject)
    expect(body).toContain(`\n${subject}.\n`)
  })

  it('says what else its reader is to do, what is due first', () => {
    const task = (id: string, due: string | null) => ({
      ...{
        id: `quiet/open#${id}`,
        rule: 'quiet-proposal',
        kind: 'opportunity' as const,
        subject: 'OPP-1',
        episode: 1,
        assignee: 'dana',
      },
      ...{ title: `Call ${id}`, due: due === null ? null : at(due), created_at: 0, state: 'open' as const },
      ...{ ended_at: null, ended_by: null },
    })
    const first = [
      task('3', '2026-03-16T12:00'),
      task('1', '2026-03-18T09:00'),
      task('4', '2026-03-22T23:59:59.999'),
      task('0', '2026-03-24T23:59:59.999'),
      task('2', null),
    ]
    const tasks = { first, total: 1006, overdue: 1, soon: 2 }
    const { body, html } = composeGathered(message(person('dana'), [line()]), words, tasks)
    expect(body).toContain(
      'YOUR OPEN TASKS: 1,006\n1 overdue, 2 more due this week.\n- Call 3: overdue, it was due 2026-03-16 12:00\n  quiet/open#3\n- Call 1: due 2026-03-18 09:00\n  quiet/open#1\n- Call 4: due 2026-03-22\n',
    )
    expect(body).toContain('- Call 2\n  quiet/open#2\nAnd 1,001 more.')
    expect(body).toContain("When a task is done:\n  linewalker tasks done 'quiet/open#3'\n")
    expect(html).toContain('Call 3: overdue, it was due 2026-03-16 12:00')
    const none = { first: [], total: 0, overdue: 0, soon: 0 }
    expect(composeGathered(message(person('dana'), [line()]), words, none).body).not.toContain('TASKS')
  })

  it('is short where it cannot wait', async () => {
    const { title } = await golden(
      'urgent',
      message(person('lee'), [line({ steps: ['escalate-5bd'], escalated: 1, urgent: true, waited: null })], {
        window: null,
        waiting: { count: 12, until: at('2026-03-18T08:30') },
      }),
    )
    expect(title).toBe('Urgent escalation: The proposal has gone quiet: Acme renewal')
  })

  it.each([
    [['open'], 'The proposal has gone quiet: Acme renewal'],
    [['remind-2'], 'Reminder 2: The proposal has gone quiet: Acme renewal'],
    [['escalate-5bd'], 'Escalation: The proposal has gone quiet: Acme renewal'],
    [['resolve'], 'Resolved: The proposal has gone quiet: Acme renewal'],
  ])('of one finding says in its subject why it comes: %s', (steps, subject) => {
    expect(composeGathered(message(person('lee'), [line({ steps })]), words).title).toBe(subject)
  })

  it('counts what is over apart, and says when it ended', () => {
    const over = line({
      subject: 'OPP-2',
      name: 'Old deal',
      steps: ['resolve'],
      because: 'No longer true: x',
      since: at('2026-03-12T09:00'),
    })
    const { title, body } = composeGathered(message(person('dana'), [over, line()]), words)
    expect(title).toBe('2 findings: 1 poor, 1 resolved')
    expect(body).toContain('RESOLVED (1)\n\nAcme Corp\n\n* Old deal, 48,000 USD\n')
    expect(body.indexOf('POOR (1)')).toBeLessThan(body.indexOf('RESOLVED (1)'))
    expect(body).toContain('Was open since 2026-03-12 09:00, resolved 2026-03-16 10:00')
    expect(body).not.toContain('No longer true')
    expect(composeGathered(message(person('lee'), [over]), words).body).toContain('48,000 USD [resolved]')
  })

  it('says of what day it was seen where that is not the day of the letter', () => {
    const seen = (of: string) => composeGathered(message(person('dana'), [line({ at: at(of) })]), words).body
    expect(seen('2026-03-16T10:00')).toContain('  Seen on 2026-03-16: time since activity')
    expect(seen('2026-03-17T07:00')).toContain('  Seen: time since activity')
  })

  it('has commands that a shell takes as they are written, whatever the ids hold', () => {
    const subject = `Acme & Sons; $(touch x) 'o"`
    const { body } = composeGathered(message(person('dana'), [line({ subject })]), words)
    const [, args = ''] = /^ {2}linewalker snooze (.*)$/m.exec(body) ?? []
    expect(
      execFileSync('sh', ['-c', `printf '%s\\n' ${args}`])
        .toString()
        .split('\n'),
    ).toEqual([`quiet-proposal/opportunity/${subject}/1`, '--until', 'touch', '--reason', '…', ''])
  })

  it('shows the 30 gravest and counts the rest', () => {
    const many = Array.from({ length: 100 }, (_, i) =>
      line({ subject: `OPP-${i}`, severity: i < 40 ? 'poor' : 'watch' }),
    )
    const { title, body, html } = composeGathered(message(person('dana'), many), words)
    expect(title).toBe('100 findings: 40 poor, 60 to watch')
    expect(body).toContain('And 70 more: 10 poor, 60 to watch.')
    expect(html.match(/border-left: 4px/g)).toHaveLength(30)
  })

  it('has a subject of one line, whatever the facts hold', () => {
    const { title } = composeGathered(message(person('dana'), [line({ name: 'two\r\nBcc: lines' })]), words)
    expect(title).toBe('The proposal has gone quiet: two Bcc: lines')
  })
})
