import { type RawBuilder, sql } from 'kysely'
import type { Session } from '../session.js'

/** Whose records are seen: everybody's, or those that these people own. */
export type Owners = readonly string[] | null

type Dialected = Pick<Session, 'dialect'>

const among = ({ dialect }: Dialected, owners: readonly string[]) =>
  sql`(select value from ${dialect.jsonTexts(sql`${JSON.stringify(owners)}`, 'seen_owners')})`

/** Is the opportunity `o` seen? */
export const opportunitySeen = (session: Dialected, owners: Owners): RawBuilder<boolean> =>
  owners === null ? sql<boolean>`(1 = 1)` : sql<boolean>`o.owner in ${among(session, owners)}`

/** Is an account seen, by the column of its id and that of its owner? Whoever owns one of its opportunities sees it, too. */
export function accountSeen(session: Dialected, owners: Owners, alias = 'a'): RawBuilder<boolean> {
  if (owners === null) return sql<boolean>`(1 = 1)`
  const [id, owner] = [sql.ref(`${alias}.id`), sql.ref(`${alias}.owner`)]
  return sql<boolean>`(${owner} in ${among(session, owners)} or exists (select 1 from opportunities as x
    where x.account = ${id} and x.deleted_at is null and x.owner in ${among(session, owners)}))`
}

/** Is the subject of a row seen, by the columns of its kind and id? A deleted one is seen by who owned it. */
export function subjectSeen(session: Dialected, owners: Owners, kind: string, id: string): RawBuilder<boolean> {
  if (owners === null) return sql<boolean>`(1 = 1)`
  return sql<boolean>`((${sql.ref(kind)} = 'opportunity' and exists (select 1 from opportunities as o
      where o.id = ${sql.ref(id)} and ${opportunitySeen(session, owners)}))
    or (${sql.ref(kind)} = 'account' and exists (select 1 from accounts as a
      where a.id = ${sql.ref(id)} and ${accountSeen(session, owners)})))`
}

/** Is a person one of those whose records are seen? */
export const personSeen = (session: Dialected, owners: Owners, column: string): RawBuilder<boolean> =>
  owners === null ? sql<boolean>`(1 = 1)` : sql<boolean>`${sql.ref(column)} in ${among(session, owners)}`
