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
    expect(html).not.toContain('<style')
    expect(html).not.toContain('<img')
  })

  it('is by owner where somebody manages them', async () => {
    const others = [
      line({ steps: ['escalate-5bd'], urgent: true }),
      line({ owner: 'kim', subject: 'OPP-8', name: 'Kim’s deal', amount: 9_000_000 }),
      line({ owner: null, subject: 'OPP-5', name: null, severity: 'at_risk', rule: 'no-next-step', text: 'x' }),
    ]
    const { body } = await golden('manager', message(person('lee'), others))
    expect(body.replace(/\s+/g, ' ')).toContain('[poor, escalation after 5 business days]')
    expect(body).toContain('DANA RUIZ')
  })

  it('is short where it cannot wait', async () => {
    const { title } = await golden(
      'urgent',
      message(person('lee'), [line({ steps: ['escalate-5bd'], urgent: true, waited: null })], {
        window: null,
        waiting: { count: 12, until: at('2026-03-18T08:30') },
      }),
    )
    expect(title).toBe('Urgent: The proposal has gone quiet: Acme renewal')
  })

  it('shows the 30 gravest and counts the rest', () => {
    const many = Array.from({ length: 100 }, (_, i) =>
      line({ subject: `OPP-${i}`, severity: i < 40 ? 'poor' : 'watch' }),
    )
    const { title, body, html } = composeGathered(message(person('dana'), many), words)
    expect(title).toBe('100 findings: 40 poor, 60 to watch')
    expect(body).toContain('And 70 more, less grave: 10 poor, 60 to watch.')
    expect(html.match(/border-left: 4px/g)).toHaveLength(30)
  })

  it('has a subject of one line, whatever the facts hold', () => {
    const { title } = composeGathered(message(person('dana'), [line({ name: 'two\r\nBcc: lines' })]), words)
    expect(title).toBe('The proposal has gone quiet: two Bcc: lines')
  })
})
