import { sql } from 'kysely'
import type { FindingState, Task } from '../../domain/findings.js'
import { type Contact, type SubjectRef, subjectName } from '../../domain/subjects.js'
import type { FindingRow, TaskRow } from '../../sql/tables.js'
import type { LetterRow } from '../../sql/telling.js'
import { withoutLink } from '../access.js'
import type { FoundFinding } from '../reads.js'
import * as rows from '../rows.js'
import type { Session } from '../session.js'
import { after, asColumns, type KeyValue, keysOf, orderBy, type SortKey } from './keyset.js'
import { accountSeen, type Owners, personSeen, subjectSeen } from './seen.js'

/** Where a page begins, how long it is, and whose rows it may hold. */
export interface PageAsked {
  owners: Owners
  after: readonly KeyValue[] | null
  limit: number
}

/** A row of a page, with the keys after which the next page begins. */
export interface Paged<Row> {
  row: Row
  keys: KeyValue[]
}

const by = (...columns: readonly string[]): SortKey[] =>
  columns.map((column) => ({ expression: sql.ref(column), descending: false }))

const FINDINGS = by('f.rule', 'f.kind', 'f.id', 'f.episode')
const TASKS = by('t.due', 't.id')
const LETTERS: SortKey[] = [{ expression: sql.ref('l.at'), descending: true }, ...by('l.id')]
const CONTACTS = by('c.id')

const paged = <Row extends object, Value>(
  found: readonly Row[],
  keys: readonly SortKey[],
  decode: (row: Row) => Value,
): Paged<Value>[] =>
  found.map((row) => {
    const own = Object.fromEntries(Object.entries(row).filter(([name]) => !/^k\d$/.test(name)))
    return { row: decode(own as Row), keys: keysOf(row as Record<string, unknown>, keys) }
  })

/** Lists in pages, as one who does not see everything may see them. */
export const pagesOf = (session: Session) => ({
  /** Findings by rule, subject and episode. */
  findingsPage: (
    asked: PageAsked & { states?: readonly FindingState[]; rule?: string; subject?: SubjectRef; owner?: string },
  ): Promise<Paged<FoundFinding>[]> =>
    session.read(async (tx) => {
      const { states, rule, subject, owner } = asked
      const found = await sql<FindingRow & { name: string | null; owner: string | null }>`select f.*,
          coalesce(o.name, a.name) as name, coalesce(o.owner, a.owner) as owner, ${asColumns(FINDINGS)}
        from findings as f left join opportunities as o on o.id = f.id and f.kind = 'opportunity'
          left join accounts as a on a.id = f.id and f.kind = 'account'
        where ${states ? sql`f.state in (${sql.join(states)})` : ALL}
          and ${rule === undefined ? ALL : sql`f.rule = ${rule}`}
          and ${subject ? sql`f.kind = ${subject.kind} and f.id = ${subject.id}` : ALL}
          and ${owner === undefined ? ALL : sql`coalesce(o.owner, a.owner) = ${owner}`}
          and ${subjectSeen(session, asked.owners, 'f.kind', 'f.id')} and ${after(FINDINGS, asked.after)}
        order by ${orderBy(FINDINGS)} limit ${asked.limit}`.execute(tx)
      return paged(found.rows, FINDINGS, ({ name, owner: of, ...row }) => ({
        ...rows.findings.decode(row),
        name,
        owner: of,
      }))
    }),
  /** Tasks, due first. Whoever they are given to sees them, too. */
  tasksPage: (
    asked: PageAsked & { state?: Task['state']; assignee?: string; subject?: SubjectRef; id?: string },
  ): Promise<Paged<Task>[]> =>
    session.read(async (tx) => {
      const { state, assignee, subject, owners, id } = asked
      const found = await sql<TaskRow>`select t.*, ${asColumns(TASKS)} from tasks as t
        where ${state === undefined ? ALL : sql`t.state = ${state}`}
          and ${assignee === undefined ? ALL : sql`t.assignee = ${assignee}`}
          and ${id === undefined ? ALL : sql`t.id = ${id}`}
          and ${subject ? sql`t.kind = ${subject.kind} and t.subject = ${subject.id}` : ALL}
          and (${personSeen(session, owners, 't.assignee')} or ${subjectSeen(session, owners, 't.kind', 't.subject')})
          and ${after(TASKS, asked.after)}
        order by ${orderBy(TASKS)} limit ${asked.limit}`.execute(tx)
      return paged(found.rows, TASKS, rows.tasks.decode)
    }),
  /** Letters, the latest first. Whoever they go to sees them, too. */
  lettersPage: (
    asked: PageAsked & { states?: readonly LetterRow['state'][]; id?: string },
  ): Promise<Paged<LetterRow>[]> =>
    session.read(async (tx) => {
      const { states, owners, id } = asked
      const found = await sql<LetterRow>`select l.*, ${asColumns(LETTERS)} from letters as l
        where ${states ? sql`l.state in (${sql.join(states)})` : ALL}
          and ${id === undefined ? ALL : sql`l.id = ${id}`}
          and (${personSeen(session, owners, 'l.person')} or ${subjectSeen(session, owners, 'l.kind', 'l.subject')})
          and ${after(LETTERS, asked.after)}
        order by ${orderBy(LETTERS)} limit ${asked.limit}`.execute(tx)
      return paged(found.rows, LETTERS, withoutLink)
    }),
  /** Contacts by id, of accounts that are seen. */
  contactsPage: (asked: PageAsked & { account?: string; id?: string }): Promise<Paged<Contact>[]> =>
    session.read(async (tx) => {
      const { account, owners, id } = asked
      const seen =
        owners === null
          ? ALL
          : sql`exists (select 1 from accounts as a where a.id = c.account and ${accountSeen(session, owners)})`
      const found = await sql<Contact>`select c.*, ${asColumns(CONTACTS)} from contacts as c
        where ${account === undefined ? ALL : sql`c.account = ${account}`}
          and ${id === undefined ? ALL : sql`c.id = ${id}`} and ${seen} and ${after(CONTACTS, asked.after)}
        order by ${orderBy(CONTACTS)} limit ${asked.limit}`.execute(tx)
      return paged(found.rows, CONTACTS, (row) => row)
    }),
  /** Which of these subjects are seen, as `kind/id`. */
  seenAmong: (subjects: readonly SubjectRef[], owners: Owners): Promise<ReadonlySet<string>> =>
    session.read(async (tx) => {
      const named = JSON.stringify(subjects.map(({ kind, id }) => [kind, id]))
      const given = session.dialect.rows(
        named,
        [
          ['kind', 'text'],
          ['id', 'text'],
        ],
        'r',
      )
      const found = await sql<SubjectRef>`select r.kind, r.id from ${given}
        where ${subjectSeen(session, owners, 'r.kind', 'r.id')}`.execute(tx)
      return new Set(found.rows.map(subjectName))
    }),
})

const ALL = sql<boolean>`(1 = 1)`
