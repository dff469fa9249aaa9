import { loadRules } from '../../src/config/load.js'
import type { Person } from '../../src/domain/subjects.js'
import type { Wording } from '../../src/letters/words.js'
import { byOwner, bySeverity, type Message, SHOWN, type ShownLine } from '../../src/notices/message.js'

export const at = (text: string) => Date.parse(`${text}-04:00`)

const RULES = `
calendar: { timezone: America/New_York }
money: { currency: USD, rates: { EUR: 1.1 } }
people:
  dana: { name: Dana Ruiz, email: dana@example.com, role: rep, manager: lee, team: west }
  kim:  { name: Kim Oh, email: kim@example.com, role: rep, manager: lee, team: west }
  lee:  { name: Lee Park, email: lee@example.com, role: manager, team: west }
pipelines: { new-business: { stages: { proposal: { label: Proposal }, closed: {} } } }
activities: { touches: [call], others: [payment] }
rules:
  quiet-proposal:
    title: The proposal has gone quiet
    why: Proposals that nobody touches for two weeks rarely come back.
    for: opportunity
    when: { status: open, time_since_activity: { over: 14 days } }
    severity: poor
    then: [{ notify: { to: [owner, manager] } }]
    remind: { every: 3 business days, then: [{ notify: { to: owner } }] }
    escalate: [{ after: 5 business days, then: [{ notify: { to: manager, urgent: true } }] }]
  no-next-step:
    title: Nobody knows the next step
    for: opportunity
    when: { status: open, next_step: { missing: true } }
    severity: at_risk
    then: [{ notify: { to: owner } }]
  cold-account:
    title: The account rests
    for: account
    when: { time_in_bin: { over: 30 days } }
    then: [{ notify: { to: owner, text: "Is {{ name }} still worth a call?" } }]
  paid:
    title: A payment has come in
    for: opportunity
    event: { activity: payment }
    then: [{ notify: { to: owner } }]
`

/** Three people and four rules, as words for letters. */
export function wording(): Wording {
  const { program, problems } = loadRules([{ path: 'rules.yaml', text: RULES }])
  if (!program) throw new Error(problems.map((p) => `${p.place.line}: ${p.message}`).join('\n'))
  return { program, people: program.vocabulary.people }
}

export const line = (but: Partial<ShownLine> = {}): ShownLine => ({
  rule: 'quiet-proposal',
  kind: 'opportunity',
  subject: 'OPP-1',
  episode: '1',
  name: 'Acme renewal',
  account: { id: 'acme', name: 'Acme Corp' },
  owner: 'dana',
  amount: 48_000_000,
  currency: null,
  urgent: false,
  at: at('2026-03-16T10:00'),
  severity: 'poor',
  since: at('2026-03-16T10:00'),
  acknowledged_at: null,
  escalated: 0,
  waited: 'window',
  notices: ['n1'],
  steps: ['open'],
  text: 'The proposal has gone quiet\nProposals that nobody touches for two weeks rarely come back.',
  because: 'status is open; time since activity over 14 days (16 days since 2026-02-28)',
  ...but,
})

/** A message of these lines, the gravest first as they are given. */
export function message(to: Person, lines: readonly ShownLine[], but: Partial<Message> = {}): Message {
  return {
    id: `${to.id}/w`,
    to,
    at: at('2026-03-17T08:30'),
    window: at('2026-03-17T08:30'),
    lines: lines.slice(0, SHOWN),
    total: lines.length,
    counts: bySeverity(lines),
    rest: bySeverity(lines.slice(SHOWN)),
    owners: byOwner(lines),
    overMaximum: lines.filter(({ waited }) => waited === 'daily_maximum').length,
    resolved: [],
    resolvedTotal: 0,
    silenced: [],
    waiting: null,
    ...but,
  }
}
