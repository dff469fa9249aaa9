import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Instant } from '../lib/instant.js'

/** Makes rows due at once for a change of now. A clock that was set back does not put the last change back. */
export const dueAtOnce = (now: Instant) => ({
  due: 0,
  last_change: sql<number>`case when last_change < ${now} then ${now} else last_change end`,
})

/** Of opportunities: is something held back of it that is tried again when its account changes, whatever of that is read? */
export const WAITS: RawBuilder<SqlBool> = sql<SqlBool>`exists (select 1 from holds where holds.kind = 'opportunity'
  and holds.id = opportunities.id and holds.reason <> 'over_limit')`
