import { createReadStream, existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ImportReport, importFile, loadRules, type Program, type Store } from '../../src/index.js'

/** Where the real data is kept, beside the checkout; it is never part of it. */
const FOLDER = resolve(import.meta.dirname, '../../../shared/data')

/** The path of a file of real data; undefined, with the reason printed, where it is absent. */
export function realData(file: string): string | undefined {
  const path = resolve(FOLDER, file)
  if (existsSync(path)) return path
  console.warn(`Skipped: there is no ${path}; the real data is not part of this repository.`)
  return undefined
}

/** When the hardware seller's data end. */
export const SELLER_END = Date.UTC(2017, 11, 31)

const hardwareSeller = (dates: string, rules: string) => `
pipelines:
  new-business: { stages: { discovery: {}, proposal: {}, closed: { statuses: [won, lost, abandoned] } } }
fields: { account: { employees: { type: number } } }
sources:
  maven:
    dates: ${dates}
    people: { id: sales_agent, name: sales_agent, manager: manager, team: regional_office }
    accounts: { id: account, name: account, industry: sector, fields: { employees: employees } }
    opportunities:
      id: opportunity_id
      name: { text: "{{ product }} for {{ account }}" }
      pipeline: { value: new-business }
      stage: { column: deal_stage, map: { Prospecting: discovery, Engaging: proposal, Won: closed, Lost: closed } }
      status: { column: deal_stage, map: { Won: won, Lost: lost }, else: open }
      owner: sales_agent
      account: account
      amount: close_value
      created: engage_date
      status_changed: close_date
${rules}`

const SELLER_FILES = {
  people: 'sales_teams.csv',
  accounts: 'accounts.csv',
  opportunities: 'sales_pipeline.csv',
} as const

const OUTBOUND = `
pipelines: { inbound: { stages: { open: {} } } }
activities: { touches: [call, reached], others: [web-visit, email-sent, other] }
sources:
  vendor:
    accounts: { id: company_id, industry: industry, segment: employee_range }
    contacts: { id: contact_id, account: company_id }
    opportunities:
      id: { text: "{{ company_id }}/{{ created_date }}" }
      account: company_id
      created: created_date
    activities:
      kind: { column: call_disposition, map: { Connected: reached }, else: call }
      at: timestamp
      contact: contact_id
`

const programOf = (text: string): Program => {
  const { program, problems } = loadRules([{ path: 'rules.yaml', text }])
  if (!program) throw new Error(JSON.stringify(problems, null, 2))
  return program
}

/** A hardware seller's CRM: 85 accounts, 35 agents, 8,800 opportunities; `dates` is the form of its dates, `rules` what more is declared. */
export const hardwareSellerProgram = (dates: string, rules = ''): Program => programOf(hardwareSeller(dates, rules))
/** A vendor's outbound prospecting: companies, people, calls by contact. */
export const outboundProgram = (): Program => programOf(OUTBOUND)

/** Brings what the hardware seller's files say of one kind of record, from another file where it is named. */
export async function bringSeller(
  store: Store,
  program: Program,
  record: keyof typeof SELLER_FILES,
  file: string = SELLER_FILES[record],
): Promise<ImportReport> {
  const content = createReadStream(realData(`maven-crm/${file}`) as string)
  const result = await importFile(store, content, { record, sourceName: 'maven', program, now: SELLER_END })
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result.report
}
