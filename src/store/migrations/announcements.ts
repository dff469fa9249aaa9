import { type Migration, makeIndex, makeTable } from './migration.js'

export const ANNOUNCEMENTS = {
  announcements: {
    columns: `seq serial, tx integer!, id text!, type text!, kind text!, subject text!, at integer!, learned_at integer!,
      data text!`,
    key: [],
  },
} as const

const INDEXES = [
  { name: 'announcements_order', table: 'announcements', columns: ['tx', 'seq'] },
  { name: 'announcements_id', table: 'announcements', columns: ['id'], unique: true },
]

/** The log of what is told to whoever listens: findings opened and resolved, moves, changes of status. */
export const announcements: Migration = {
  name: 'what is announced',
  up: async (db, dialect) => {
    for (const [name, table] of Object.entries(ANNOUNCEMENTS)) await makeTable(db, dialect, name, table)
    for (const index of INDEXES) await makeIndex(db, index)
  },
}
