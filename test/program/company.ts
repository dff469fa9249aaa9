import { parse } from 'yaml'
import { askIfMeant } from '../../src/lib/nearest.js'
import { compile } from '../../src/program/compile.js'
import type { Program } from '../../src/program/program.js'
import type { Rules } from '../../src/program/sections/index.js'

const COMPANY = `
calendar: { timezone: America/New_York, hours: { from: "09:00", to: "17:30" }, holidays: [2026-12-25] }
people:
  dana: { name: Dana Ruiz, email: dana@example.com, manager: lee, team: west }
  kim: { email: kim@example.com, manager: lee, team: west }
  ola: { name: Ola, manager: lee, team: west, active: false }
  lee: { name: Lee Park, email: lee@example.com, role: manager, team: west }
  gone: { active: false }
fields:
  opportunity: { budget: { type: money }, competitor: { type: choice, of: [acme, globex] }, nda: { type: flag }, signed: { type: instant } }
  account: { employees: { type: number } }
money: { currency: USD }
pipelines:
  new-business:
    stages:
      discovery: { expected: 14 days }
      proposal: { expected: 21 days, requires: [amount] }
      negotiation: {}
      closed: { statuses: [won, lost, abandoned] }
    reasons: { lost: [price, timing, no-decision], abandoned: [unreachable] }
  renewal: { stages: { due: { expected: 1 month }, proposal: {}, signed: {} }, reasons: { lost: [price, late] } }
assembly_line:
  starts_in: cold
  bins:
    cold: { group: input }
    working: { group: working, expected: 30 days }
    check-back: { group: nurture, expected: 1 quarter }
    bad-fit: { group: avoid }
activities: { touches: [email, call, meeting], others: [payment] }
channels:
  mail: { type: email, from: "Pipeline <pipeline@example.com>" }
  deals: { type: slack, url: "\${SLACK}" }
  crm: { type: webhook, url: "\${CRM}" }
`

/** The sections of a small company and those of the text, which win. Shapes are not checked: that is config's. */
export const rulesOf = (text: string): Rules => ({ ...parse(COMPANY), ...parse(text) })

/** The program of the small company with these sections. Throws on a problem. */
export function programOf(text: string): Program {
  const { program, complaints } = compile(rulesOf(text))
  if (!program) throw new Error(JSON.stringify(complaints, null, 2))
  return program
}

/** What is complained of, a line each: `path  sentence  hint`. */
export const complaintsOf = (text: string): string[] =>
  compile(rulesOf(text)).complaints.map(({ path, message, hint, also }) =>
    [
      path.join('.'),
      message,
      also && `(also ${also.join('.')})`,
      typeof hint === 'object' ? askIfMeant(hint.meant) : hint,
    ]
      .filter((part) => part !== undefined)
      .join('  '),
  )
