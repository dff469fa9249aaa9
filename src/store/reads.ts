import { sql } from 'kysely'
import type { HistoryEntry } from '../domain/effects.js'
import type { Finding, FindingState, Hold, Task } from '../domain/findings.js'
import type { Account, Opportunity, SubjectKind, SubjectRef } from '../domain/subjects.js'
import type { FamilyState } from '../engine/plan.js'
import type { Instant } from '../lib/instant.js'
import type { IntentRow } from '../sql/tables.js'
import type { LetterRow, NoticeRow } from '../sql/telling.js'
import { withoutLink } from './access.js'
import { given, ID } from './bulk.js'
import { readFamilies } from './families.js'
import * as rows from './rows.js'
import type { Session } from './session.js'

export interface FindingsAsked {
  state?: readonly FindingState[]
  rule?: string
  /** Of the subject, at present. */
  owner?: string
  subject?: SubjectRef
}

/** A finding with what a list shows of its subject. */
export interface FoundFinding extends Finding {
  name: string | null
  owner: string | null
}

/** What people ask of findings, tasks, history and intents. Lists are whole and in a fixed order. */
export const readsOf = (session: Session) => ({
  /** The family of a subject, whole, with all that hangs on it; null where there is none (any more). */
  family: (ref: SubjectRef): Promise<FamilyState | null> =>
    session.read(async (tx) => {
      const account = await tx
        .selectFrom('opportunities as o')
        .innerJoin('accounts as a', 'a.id', 'o.account')
        .select('a.id')
        .where('o.id', '=', ref.id)
        .where('o.deleted_at', 'is', null)
        .where('a.deleted_at', 'is', null)
        .executeTakeFirst()
      const family = ref.kind === 'opportunity' && account ? { kind: 'account' as const, id: account.id } : ref
      return (await readFamilies(tx, session, [family]))[0] ?? null
    }),
  /** The row of a subject, also of a deleted one; null where there never was one. */
  opportunity: (id: string): Promise<Opportunity | null> =>
    session.read(async (tx) => {
      const row = await tx.selectFrom('opportunities').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? rows.opportunities.decode(row) : null
    }),
  account: (id: string): Promise<Account | null> =>
    session.read(async (tx) => {
      const row = await tx.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? rows.accounts.decode(row) : null
    }),
  /** The names of subjects, of deleted ones too, by `kind/id`; who has none is left out. */
  namesOf: (subjects: readonly SubjectRef[]): Promise<Map<string, string>> =>
    session.read(async (tx) => {
      const names = new Map<string, string>()
      for (const [kind, table] of [
        ['opportunity', 'opportunities'],
        ['account', 'accounts'],
      ] as const) {
        const asked = subjects.filter((one) => one.kind === kind)
        if (asked.length === 0) continue
        const among = sql<boolean>`id in (select id from ${given(session, ID, asked)})`
        const found = await tx.selectFrom(table).select(['id', 'name']).where(among).execute()
        for (const { id, name } of found) if (name !== null) names.set(`${kind}/${id}`, name)
      }
      return names
    }),
  /** As what kinds of subject an id exists. */
  findSubject: (id: string): Promise<SubjectKind[]> =>
    session.read(async (tx) => {
      const found: SubjectKind[] = []
      for (const [kind, table] of [
        ['opportunity', 'opportunities'],
        ['account', 'accounts'],
      ] as const) {
        const row = await tx
          .selectFrom(table)
          .select('id')
          .where('id', '=', id)
          .where('deleted_at', 'is', null)
          .execute()
        if (row.length > 0) found.push(kind)
      }
      return found
    }),
  /** Findings by rule, subject and episode. */
  findings: (asked: FindingsAsked = {}): Promise<FoundFinding[]> =>
    session.read(async (tx) => {
      let query = tx
        .selectFrom('findings as f')
        .leftJoin('opportunities as o', (j) => j.onRef('o.id', '=', 'f.id').on('f.kind', '=', 'opportunity'))
        .leftJoin('accounts as a', (j) => j.onRef('a.id', '=', 'f.id').on('f.kind', '=', 'account'))
        .selectAll('f')
        .select((e) => [e.fn.coalesce('o.name', 'a.name').as('name'), e.fn.coalesce('o.owner', 'a.owner').as('owner')])
      if (asked.state) query = query.where('f.state', 'in', [...asked.state])
      if (asked.rule !== undefined) query = query.where('f.rule', '=', asked.rule)
      if (asked.subject) query = query.where('f.kind', '=', asked.subject.kind).where('f.id', '=', asked.subject.id)
      const { owner } = asked
      if (owner !== undefined) query = query.where((e) => e(e.fn.coalesce('o.owner', 'a.owner'), '=', owner))
      const found = await query.orderBy('f.rule').orderBy('f.kind').orderBy('f.id').orderBy('f.episode').execute()
      return found.map(({ name, owner, ...row }) => ({ ...rows.findings.decode(row), name, owner }))
    }),
  /** Tasks by assignee, due first (those without a date last), then id. */
  tasks: (asked: { state?: Task['state']; assignee?: string; subject?: SubjectRef } = {}): Promise<Task[]> =>
    session.read(async (tx) => {
      let query = tx.selectFrom('tasks').selectAll()
      if (asked.state) query = query.where('state', '=', asked.state)
      if (asked.assignee !== undefined) query = query.where('assignee', '=', asked.assignee)
      if (asked.subject) query = query.where('kind', '=', asked.subject.kind).where('subject', '=', asked.subject.id)
      const found = await query
        .orderBy('assignee')
        .orderBy('due', (o) => o.asc().nullsLast())
        .orderBy('id')
        .execute()
      return found.map(rows.tasks.decode)
    }),
  /** What was changed of a subject, in the order in which it was learned. */
  history: (kind: SubjectKind, id: string): Promise<HistoryEntry[]> =>
    session.read(async (tx) => {
      const query = tx.selectFrom('history').selectAll().where('kind', '=', kind).where('id', '=', id)
      return (await query.orderBy('seq').execute()).map(rows.history.decode)
    }),
  /** What was carried out, oldest first: after an instant, of a subject. */
  intents: (asked: { since?: Instant; subject?: SubjectRef } = {}): Promise<IntentRow[]> =>
    session.read((tx) => {
      let query = tx.selectFrom('intents').selectAll()
      if (asked.since !== undefined) query = query.where('at', '>', asked.since)
      if (asked.subject) query = query.where('kind', '=', asked.subject.kind).where('id', '=', asked.subject.id)
      return query
        .orderBy('at')
        .orderBy('link')
        .orderBy('kind')
        .orderBy('id')
        .orderBy('rule')
        .orderBy('episode')
        .orderBy('step')
        .execute()
    }),
  /** Holds by rule and subject. */
  holds: (): Promise<Hold[]> =>
    session.read(async (tx) => {
      const query = tx.selectFrom('holds').selectAll().orderBy('rule').orderBy('kind').orderBy('id')
      return (await query.orderBy('episode').orderBy('step').execute()).map(rows.holds.decode)
    }),
  /** Exact and gathered letters, and notices; with `held` only what waits to be sent or to be looked after. */
  letters: (asked: { held?: boolean } = {}): Promise<{ letters: LetterRow[]; notices: NoticeRow[] }> =>
    session.read(async (tx) => {
      let letters = tx.selectFrom('letters').selectAll()
      let notices = tx.selectFrom('notices').selectAll()
      if (asked.held) {
        letters = letters.where('state', 'in', ['waiting', 'sending', 'dead', 'uncertain'])
        notices = notices.where('letter', 'is', null).where('withdrawn', 'is', null)
      }
      return {
        letters: (await letters.orderBy('at').orderBy('id').execute()).map(withoutLink),
        notices: await notices.orderBy('at').orderBy('id').execute(),
      }
    }),
})
