import type { RawBuilder } from 'kysely'
import type { Account, Opportunity, SubjectKind } from '../../src/domain/subjects.js'
import type { Vocabulary } from '../../src/domain/vocabulary.js'
import type { Instant } from '../../src/lib/instant.js'
import type { Dialect } from '../../src/sql/dialect.js'
import type { SqlReading } from '../../src/sql/reading.js'
import { upsert } from '../../src/store/bulk.js'
import { openStore } from '../../src/store/open.js'
import * as codecs from '../../src/store/rows.js'
import type { Place } from '../support/databases.js'

type Rows = { accounts: readonly Account[]; opportunities: readonly Opportunity[] }
type Run = (query: RawBuilder<unknown>) => Promise<Record<string, unknown>[]>

/** A store whose tables hold one world after the other. */
export async function openWorlds(place: Place) {
  const store = await openStore(place.url, { create: true })
  return {
    dialect: store.dialect,
    /** Puts a world in place of the one before, and asks of it. */
    in: async ({ accounts, opportunities }: Rows, ask: (run: Run) => Promise<void>): Promise<void> => {
      await store.write(async (tx) => {
        await tx.deleteFrom('accounts').execute()
        await tx.deleteFrom('opportunities').execute()
        await upsert(tx, store, 'accounts', ['id'], accounts.map(codecs.accounts.encode))
        await upsert(tx, store, 'opportunities', ['id'], opportunities.map(codecs.opportunities.encode))
      })
      await store.read((tx) => ask(async (query) => (await query.execute(tx)).rows as Record<string, unknown>[]))
    },
    close: async () => {
      await store.close()
      await place.remove()
    },
  }
}

export const readingOf = (
  dialect: Dialect,
  subject: SubjectKind,
  vocabulary: Vocabulary,
  now: Instant,
): SqlReading => ({ dialect, now, subject, vocabulary, people: vocabulary.people })
