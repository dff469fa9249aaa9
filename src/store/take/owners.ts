import { type OwnerChange, ownerAt } from '../../domain/owners.js'
import type { SubjectKind } from '../../domain/subjects.js'
import type { Instant } from '../../lib/instant.js'
import { fromJson } from '../rows.js'
import { oneOf, type Work } from './work.js'

/** Whether somebody was the owner of a subject at a time; nobody known counts as the owner. */
export type WasOwner = (id: string, by: string | null, at: Instant) => boolean

/** Reads who owned the subjects when. Before the first known change it is whom that change took over from; without any, the present owner. */
export async function readOwners(work: Work, kind: SubjectKind, ids: Iterable<string>): Promise<WasOwner> {
  const rows = await work.tx
    .selectFrom('history')
    .select(['id', 'at', 'from', 'to'])
    .where('kind', '=', kind)
    .where('id', 'in', oneOf(work.meaning.dialect, ids))
    .where('fact', '=', 'owner')
    .orderBy('at')
    .orderBy('seq')
    .execute()
  const changes = new Map<string, OwnerChange[]>()
  for (const { id, at, from, to } of rows) {
    const list = changes.get(id) ?? []
    changes.set(id, list)
    list.push({ at, from: fromJson(from) as string | null, to: fromJson(to) as string | null })
  }
  const present = (id: string) =>
    (kind === 'account' ? work.accounts.get(id) : work.opportunities.get(id))?.owner ?? null
  return (id, by, at) => by === null || by === ownerAt(changes.get(id) ?? [], at, present(id))
}
