import { type Migration, makeIndex, makeTable } from './migration.js'

export const ACCESS_TABLES = {
  tokens: {
    columns: `name text!, hash text!, scopes text!, team text, at integer!, by text!, expires_at integer,
      last_used integer, revoked_at integer, revoked_by text`,
    key: ['name'],
  },
  login_links: {
    columns: `hash text!, person text, letter text, at integer!, expires_at integer!, used_at integer`,
    key: ['hash'],
  },
  sessions: {
    columns: `hash text!, person text!, via text!, at integer!, last_used integer!`,
    key: ['hash'],
  },
} as const

const INDEXES = [
  { name: 'tokens_hash', table: 'tokens', columns: ['hash'], unique: true },
  { name: 'login_links_expires', table: 'login_links', columns: ['expires_at'] },
  { name: 'sessions_last_used', table: 'sessions', columns: ['last_used'] },
]

/** Tokens, login links and sessions. */
export const access: Migration = {
  name: 'who may',
  up: async (db, dialect) => {
    for (const [name, table] of Object.entries(ACCESS_TABLES)) await makeTable(db, dialect, name, table)
    for (const index of INDEXES) await makeIndex(db, index)
  },
}
