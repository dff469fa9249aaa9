import { type RawBuilder, sql } from 'kysely'
import type { Life } from '../domain/life.js'
import { type SubjectKind, type SubjectRef, subjectName } from '../domain/subjects.js'
import type { FiledActivity } from '../domain/take-activity.js'
import { grouped, groupedAs } from '../lib/grouped.js'
import { given, ID, SUBJECT } from './bulk.js'
import { everyFamily } from './due.js'
import { readRows, subjectsOf } from './families.js'
import { wholeRows } from './lists.js'
import * as rows from './rows.js'
import type { Session } from './session.js'

/** What replays and statistics read: everything, a page of families at a time. */
export const livesOf = (session: Session) => ({
  /** Every family that is not deleted, in id order. */
  everyFamily: (): Promise<SubjectRef[]> => session.read(everyFamily),
  /** The lives of these families, in the order asked for; those that are gone are left out. */
  lives: (refs: readonly SubjectRef[]): Promise<Life[]> =>
    session.read(async (tx) => {
      const families = await readRows(tx, session, refs)
      const subjects = [...families.values()].flatMap(subjectsOf)
      const history = await wholeRows(
        tx,
        session,
        'history',
        'h',
        sql`from ${given(session, SUBJECT, subjects)}
        join history as h on h.kind = r.kind and h.id = r.id order by h.at, h.seq`,
      )
      const activities = (kind: SubjectKind, of: RawBuilder<boolean>) => {
        const ids = given(
          session,
          ID,
          subjects.filter((s) => s.kind === kind),
        )
        const from = sql`from ${ids} join activities as a on ${of} where a.called_off_at is null`
        return wholeRows(tx, session, 'activities', 'a', from)
      }
      const touches: FiledActivity[] = [
        ...(await activities('account', sql`a.account = r.id`)),
        ...(await activities('opportunity', sql`a.account is null and a.opportunity = r.id`)),
      ]
      const homes = new Map(
        [...families].flatMap(([key, family]) =>
          subjectsOf(family).map((subject) => [subjectName(subject), key] as const),
        ),
      )
      const entries = groupedAs(history, (row) => homes.get(subjectName(row)) ?? '', rows.history.decode)
      const touched = grouped(
        touches,
        ({ account, opportunity }) =>
          homes.get(account === null ? `opportunity/${opportunity}` : `account/${account}`) ?? '',
      )
      return refs.flatMap((ref) => {
        const family = families.get(subjectName(ref))
        if (!family) return []
        const mine = touched.get(subjectName(ref)) ?? []
        mine.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
        return { family, history: entries.get(subjectName(ref)) ?? [], activities: mine }
      })
    }),
})
