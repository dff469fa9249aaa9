import type { Settable } from '../../domain/effects.js'
import type { Incoming } from '../../domain/incoming.js'
import type { SaidRow } from '../../sql/tables.js'
import { upsert } from '../bulk.js'
import { oneOf, type Work } from './work.js'

type Values = Readonly<Record<string, Settable>>

/** What one source said last of the records of a batch, and what it says now. */
export interface Said {
  /** What it said before; null where it never spoke of the record, or where nothing is kept (a person's word). */
  before(id: string): Values | null
  /** Keeps what it says now, but for the facts that were refused. */
  keep(id: string, values: Values, refused?: readonly string[]): void
  write(): Promise<void>
}

/** Reads what the source said of the records before. */
export async function readSaid(work: Work, record: SaidRow['record'], batch: readonly Incoming[]): Promise<Said> {
  const { tx, bringing, meaning, remembers } = work
  const { source, now } = bringing
  if (!remembers) return { before: () => null, keep: () => undefined, write: async () => undefined }
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
  return {
    before: (id) => said.get(id) ?? null,
    keep: (id, values, refused = []) => {
      const before = said.get(id)
      const kept = refused.length === 0 ? values : without(values, refused)
      if (before && Object.keys(kept).every((name) => before[name] === kept[name])) return
      const after = before ? { ...before, ...kept } : kept
      said.set(id, after)
      news.set(id, { source, record, id, said: JSON.stringify(after), at: now })
    },
    write: () => upsert(tx, meaning, 'said', ['source', 'record', 'id'], [...news.values()]),
  }
}

const without = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)))

/**
 * What of the values is to be applied, and where the source repeats what somebody else has changed since. A source that has
 * never known a fact takes nothing away by not knowing it. `never` are facts that cannot become unknown.
 */
export function compare(
  values: Values,
  before: Values | null,
  present: (name: string) => Settable,
  { remembers, never }: { remembers: boolean; never: readonly string[] },
): { apply: string[]; diverged: string[] } {
  const apply: string[] = []
  const diverged: string[] = []
  for (const [name, value] of Object.entries(values)) {
    if (value === null && never.includes(name)) continue
    const differs = present(name) !== value
    if (!differs) continue
    if (!remembers || (before?.[name] ?? null) !== value) apply.push(name)
    else if (before && Object.hasOwn(before, name)) diverged.push(name)
  }
  return { apply, diverged }
}
