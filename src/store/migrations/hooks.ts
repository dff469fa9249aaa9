import { type Migration, makeIndex, makeTable } from './migration.js'

export const HOOK_TABLES = {
  hooks: {
    columns: `id text!, source text!, type text!, headers text!, body text!, encoding text!, at integer!`,
    key: ['id'],
  },
  hook_events: {
    columns: `source text!, id text!, hook text!, place integer!, of text, record text, at integer!, received integer!,
      state text!, reason text, settled_at integer`,
    key: ['source', 'id'],
  },
  heard: { columns: `source text!, record text!, id text!, heard text!`, key: ['source', 'record', 'id'] },
} as const

const INDEXES = [
  { name: 'hook_events_state', table: 'hook_events', columns: ['state', 'at'] },
  { name: 'hook_events_received', table: 'hook_events', columns: ['source', 'received'] },
  { name: 'hook_events_hook', table: 'hook_events', columns: ['hook'] },
]

/** What CRMs send, as it came; its events; and what each source said of which record when. */
export const hooks: Migration = {
  name: 'webhooks in',
  up: async (db, dialect) => {
    for (const [name, table] of Object.entries(HOOK_TABLES)) await makeTable(db, dialect, name, table)
    for (const index of INDEXES) await makeIndex(db, index)
  },
}
