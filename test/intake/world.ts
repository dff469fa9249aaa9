import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { RecordKind } from '../../src/domain/incoming.js'
import { type ImportReport, importFile } from '../../src/intake/import-file.js'
import { compile } from '../../src/program/compile.js'
import type { Program } from '../../src/program/program.js'
import type { Database as Tables } from '../../src/sql/tables.js'
import { COLUMNS } from '../../src/store/migrations/index.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import type { Database } from '../support/databases.js'

/** Noon of a Monday in New York, in winter. */
export const NOW = Date.UTC(2026, 2, 2, 17)

const RULES = `
calendar: { timezone: America/New_York }
fields:
  opportunity: { budget: { type: money }, competitor: { type: choice, of: [acme, globex] }, nda: { type: flag }, signed: { type: date } }
  account: { employees: { type: number } }
pipelines:
  new-business:
    stages:
      discovery: {}
      proposal: { requires: [amount] }
      negotiation: {}
      closed: { statuses: [won, lost, abandoned] }
assembly_line:
  starts_in: cold
  bins:
    cold: { group: input }
    working: { group: working }
    nurture: { group: nurture }
    client: { group: avoid }
  moves:
    - { from: cold, to: working }
    - { from: working, to: [cold, nurture] }
activities: { touches: [email, call, meeting], others: [payment] }
scoring: { account: [{ when: { segment: enterprise }, add: 1 }] }
sources:
  crm:
    dates: yyyy-MM-dd
    empty: [None]
    people: { id: id, name: name, email: email, role: role, manager: manager, team: team, active: active, timezone: timezone }
    accounts: { id: id, name: name, owner: owner, created: created, bin: bin, bin_changed: bin_changed, fields: { employees: employees } }
    contacts: { id: id, account: account, name: name }
    opportunities:
      id: id
      name: name
      account: account
      stage: stage
      status: status
      amount: amount
      owner: owner
      created: created
      close_date: close_date
      next_step: next_step
      stage_changed: stage_changed
      fields: { competitor: competitor, nda: nda }
    activities: { kind: kind, at: at, by: by, opportunity: opportunity, account: account, contact: contact }
    changes: { at: at, fact: fact, from: from, to: to, by: by, opportunity: opportunity, account: account }
`

/** The program of the tests, with other sections laid over it. */
export function programOf(more = ''): Program {
  const { program, complaints } = compile({ ...parse(RULES), ...parse(more) })
  if (!program) throw new Error(JSON.stringify(complaints, null, 2))
  return program
}

/** A source `crm` that maps only these columns, each under its own name. */
export const mapping = (record: RecordKind, ...columns: string[]): string =>
  `sources: { crm: { dates: yyyy-MM-dd, ${record}: { ${columns.map((c) => `${c}: ${c}`).join(', ')} } } }`

/** A fresh store, and how to bring files into it and read its tables. */
export async function world(database: Database, program: Program = programOf()) {
  const place = database.place()
  const store: Store = await openStore(place.url, { create: true, now: NOW })
  const bring = (record: RecordKind, file: string | Uint8Array, at = { now: NOW, program }) =>
    importFile(store, chunksOf(file), { record, sourceName: 'crm', ...at })
  return {
    store,
    url: place.url,
    bring,
    /** Imports a file that must be readable; blanks around its lines are cut off. */
    async take(record: RecordKind, text: string, { now = NOW, by = program } = {}): Promise<ImportReport> {
      const result = await bring(record, text.trim().replace(/\n +/g, '\n'), { now, program: by })
      if ('problems' in result) throw new Error(JSON.stringify(result.problems))
      return result.report
    },
    async rows<T extends keyof Tables>(table: T): Promise<Tables[T][]> {
      return (await store.read((tx) =>
        tx
          .selectFrom(table as 'accounts')
          .selectAll()
          .execute(),
      )) as never
    },
    /** As if nothing had ever come in. */
    async empty() {
      const tables = Object.keys(COLUMNS).filter((table) => table !== 'settings') as 'accounts'[]
      await store.write(async (tx) => {
        for (const table of tables) await tx.deleteFrom(table).execute()
      })
    },
    async close() {
      await store.close()
      await place.remove()
    },
  }
}
export type World = Awaited<ReturnType<typeof world>>

/** Bytes in uneven pieces, so that line ends, quotes and characters fall between two of them. */
export async function* chunksOf(file: string | Uint8Array, size = 7919): AsyncGenerator<Uint8Array> {
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}

export const fileChunks = (path: string) => chunksOf(readFileSync(path), 65_536)

/** The counts of a report. */
export const counts = ({ read, new: made, changed, unchanged, rejected, diverged }: ImportReport) => ({
  read,
  new: made,
  changed,
  unchanged,
  rejected,
  diverged,
})

/** Everything that an import may write, for comparison. */
export async function everything(w: World) {
  const tables = ['people', 'accounts', 'contacts', 'opportunities', 'activities', 'history', 'said', 'events'] as const
  // In an order of its own: PostgreSQL tells rows as they lie, and those that changed lie elsewhere.
  const ordered = (rows: readonly object[]) => rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  const rows = await Promise.all(tables.map(async (table) => [table, ordered(await w.rows(table))] as const))
  return Object.fromEntries(rows) as Record<(typeof tables)[number], object[]>
}
