import type { RawBuilder } from 'kysely'
import type { Account, Opportunity, SubjectKind } from '../../src/domain/subjects.js'
import type { Vocabulary } from '../../src/domain/vocabulary.js'
import type { Instant } from '../../src/lib/instant.js'
import type { SqlReading } from '../../src/sql/reading.js'
import { upsert } from '../../src/store/bulk.js'
import { openStore } from '../../src/store/open.js'
import * as codecs from '../../src/store/rows.js'
import type { Place } from '../support/databases.js'

/** A store whose tables hold one world after the other. */
export async function openWorld(place: Place) {
  const store = await openStore(place.url, { create: true })
  return {
    /** Puts a world in place of the one before. */
    fill: (rows: { accounts: readonly Account[]; opportunities: readonly Opportunity[] }): Promise<void> =>
      store.write(async (tx) => {
        await tx.deleteFrom('accounts').execute()
        await tx.deleteFrom('opportunities').execute()
        await upsert(tx, store, 'accounts', ['id'], rows.accounts.map(codecs.accounts.encode))
        await upsert(tx, store, 'opportunities', ['id'], rows.opportunities.map(codecs.opportunities.encode))
      }),
    run: (query: RawBuilder<unknown>): Promise<Record<string, unknown>[]> =>
      store.read(async (tx) => (await query.execute(tx)).rows as Record<string, unknown>[]),
    reading: (subject: SubjectKind, vocabulary: Vocabulary, now: Instant): SqlReading => ({
      dialect: store.dialect,
      now,
      subject,
      vocabulary,
      people: vocabulary.people,
    }),
    close: async () => {
      await store.close()
      await place.remove()
    },
  }
}

export type World = Awaited<ReturnType<typeof openWorld>>
