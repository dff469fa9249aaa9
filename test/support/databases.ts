import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A place for one fresh, absent database, and how to be rid of it. */
export interface Place {
  url: string
  remove(): void
}

/** Every kind of database on which the tests of the store run. */
export const databases: readonly { name: string; place(): Place }[] = [
  {
    name: 'SQLite',
    place: () => {
      const folder = mkdtempSync(join(tmpdir(), 'linewalker-'))
      return {
        url: `sqlite:${join(folder, 'store.db')}`,
        remove: () => rmSync(folder, { recursive: true, force: true }),
      }
    },
  },
]
