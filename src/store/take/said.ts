import type { Settable } from '../../domain/effects.js'
import type { Incoming } from '../../domain/incoming.js'
import { NOTHING_SAID, type Said } from '../../domain/said.js'
import type { SaidRow } from '../../sql/tables.js'
import { upsert } from '../bulk.js'
import { oneOf, type Work } from './work.js'

type Values = Readonly<Record<string, Settable>>

/** What one source said last, as it is stored. */
interface StoredSaid extends Said {
  write(): Promise<void>
}

/** Reads what the source said of the records before. */
export async function readSaid(work: Work, record: SaidRow['record'], batch: readonly Incoming[]): Promise<StoredSaid> {
  const { tx, bringing, meaning, remembers } = work
  const { source, now } = bringing
  if (!remembers) return { ...NOTHING_SAID, write: async () => undefined }
  const rows = await tx
    .selectFrom('said')
    .select(['id', 'said'])
    .where('source', '=', source)
    .where('record', '=', record)
    .where(
      'id',
      'in',
      oneOf(
        meaning.dialect,
        batch.map(({ id }) => id),
      ),
    )
    .execute()
  const said = new Map(rows.map(({ id, said }) => [id, JSON.parse(said) as Values]))
  const news = new Map<string, SaidRow>()
  const texts = new Map(batch.map(({ values, said }) => [values, said]))
  return {
    before: (id) => said.get(id) ?? null,
    keep: (id, values, refused = []) => {
      const before = said.get(id)
      const kept = refused.length === 0 ? values : without(values, refused)
      if (before && Object.keys(kept).every((name) => before[name] === kept[name])) return
      const after = before ? { ...before, ...kept } : kept
      said.set(id, after)
      news.set(id, { source, record, id, said: texts.get(after) ?? JSON.stringify(after), at: now })
    },
    write: () => upsert(tx, meaning, 'said', ['source', 'record', 'id'], [...news.values()]),
  }
}

const without = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)))
