import { type Migration, makeIndex, makeTable } from './migration.js'

/** Calls that said by a key which call they are, with their answers: the same call made again is answered, and does nothing. */
export const REQUESTS = {
  requests: { columns: `caller text!, key text!, digest text!, at integer!, answer text`, key: ['caller', 'key'] },
} as const

export const requests: Migration = {
  name: 'calls that happen once',
  up: async (db, dialect) => {
    await makeTable(db, dialect, 'requests', REQUESTS.requests)
    await makeIndex(db, { name: 'requests_at', table: 'requests', columns: ['at'] })
  },
}
