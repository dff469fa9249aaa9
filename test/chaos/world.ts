import { loadRules } from '../../src/config/load.js'
import type { Program } from '../../src/program/program.js'

/** The rules under which everything is killed: event rules and a state rule, with effects of every kind. */
const RULES = `
calendar: { timezone: UTC }
pipelines: { main: { stages: { one: {}, two: {}, closed: { statuses: [won, lost, abandoned] } } } }
activities: { touches: [call], others: [payment] }
people: { dana: { name: "Ruiz, Dana", email: dana@example.com } }
limits: { per_run: { effects: 1000000, share: 100% } }
channels:
  mail: { type: email, smtp: "\${SMTP_URL}", from: "Pipeline <pipeline@example.com>" }
  crm: { type: webhook, url: "\${CRM_URL}", secret: "\${CRM_SECRET}", subscribe: [opened, resolved, moves, status], allow_private: true }
rules:
  paid:
    for: opportunity
    event: { activity: payment }
    then:
      - set_field: { next_step: "{{ activities.payment }} payments" }
      - create_task: { assign: dana, title: Thank them }
      - call_webhook: crm
      - send_email: { to: dana, subject: "A payment for {{ id }}", text: "They paid {{ activities.payment }} times." }
  forward: { for: opportunity, event: { change: amount }, when: { stage: one }, then: [{ move_stage: two }] }
  back: { for: opportunity, event: { change: amount }, when: { stage: two }, then: [{ move_stage: one }] }
  moved: { for: opportunity, event: { change: stage }, then: [{ call_webhook: crm }] }
  large:
    for: opportunity
    when: { status: open, amount: { at_least: 100 } }
    then: [{ create_task: { assign: dana, title: Look } }, { call_webhook: crm }, { send_email: { to: dana, subject: "{{ id }} is large", text: Look }}]
    on_resolve: [{ close_tasks: {} }, { call_webhook: crm }]
`

export const SECRET = `whsec_${Buffer.from('a secret of the chaos harness').toString('base64')}`

export function chaosProgram(): Program {
  const { program, problems } = loadRules([{ path: 'chaos.yaml', text: RULES }])
  if (!program) throw new Error(problems.map(({ message }) => message).join('\n'))
  return program
}

/** Milliseconds: an attempt, a lease, what is waited after a failure. Short, so that all of it happens between two kills. */
export const LETTERS = {
  atOnce: 4,
  timeout: 600,
  lease: 1_500,
  patience: { first: 40, longest: 400, attempts: 10_000 },
}
