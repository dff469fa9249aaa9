import { sql } from 'kysely'
import { findingKey, type Key, printKey } from '../domain/findings.js'
import { type SubjectRef, subjectName } from '../domain/subjects.js'
import type { FamilyPlan } from '../engine/plan.js'
import type { CommitRun } from '../engine/store.js'
import type { Instant } from '../lib/instant.js'
import { tellingRows } from '../notices/telling.js'
import { announceChanges, announceFindings, type Turned } from './announcements.js'
import { given, insertNew, isState, remove, SUBJECT, upsert } from './bulk.js'
import { reckon } from './reckon.js'
import * as rows from './rows.js'
import type { Session, Tx } from './session.js'
import { bump } from './versions.js'
import { withdraw } from './withdraw.js'
import { intentRows } from './written.js'

const KEY = ['kind', 'id', 'rule', 'episode', 'step'] as const

/** Inserts the keys of what is to happen: that is the lock. Returns those that were there before, with their families. */
export async function writeIntents(
  tx: Tx,
  session: Session,
  plans: readonly FamilyPlan[],
  run: CommitRun,
): Promise<{ keys: Key[]; families: Set<string> }> {
  const wanted = plans.flatMap((plan) => intentRows(plan, run))
  const written = await insertNew(tx, session, 'intents', wanted, KEY)
  if (written.length === wanted.length) return { keys: [], families: new Set() }
  const found = new Set(written.map((row) => printKey(rows.keys.decode(row as never))))
  const taken = plans.flatMap((plan) =>
    plan.intents.filter(({ key }) => !found.has(printKey(key))).map(({ key }) => ({ key, family: plan.family })),
  )
  return { keys: taken.map((t) => t.key), families: new Set(taken.map((t) => subjectName(t.family))) }
}

/** Writes all that families' plans say, in a statement per kind of row. */
export async function writePlans(
  tx: Tx,
  session: Session,
  plans: readonly FamilyPlan[],
  run: CommitRun,
): Promise<void> {
  const all = <T>(list: (plan: FamilyPlan) => readonly T[]): T[] => plans.flatMap(list)
  await rename(
    tx,
    session,
    all((p) => p.renamed),
  )
  const opportunities = all((p) => p.opportunities)
  await upsert(tx, session, 'accounts', ['id'], all((p) => p.accounts).map(rows.accounts.encode), ['version'])
  await upsert(tx, session, 'opportunities', ['id'], opportunities.map(rows.opportunities.encode), ['version'])
  await bump(tx, session, newAccounts(plans))
  const history = all((p) => p.history)
  await announceChanges(tx, session, history, run.now, () =>
    insertNew(tx, session, 'history', history.map(rows.history.encode)),
  )
  const events = all((p) => p.events).map((event) => rows.events.encode(event, run.now, 1))
  await insertNew(tx, session, 'events', events)
  await judge(tx, session, plans)
  await upsert(
    tx,
    session,
    'findings',
    ['kind', 'id', 'rule', 'episode'],
    all((p) => p.findings).map(rows.findings.encode),
  )
  await remove(
    tx,
    session,
    'findings',
    ['kind', 'id', 'rule', 'episode'],
    all((p) => p.forgotten),
  )
  await remove(tx, session, 'holds', KEY, all((p) => p.lifted).map(rows.keys.encode))
  await upsert(tx, session, 'holds', KEY, all((p) => p.holds).map(rows.holds.encode))
  await insertNew(tx, session, 'tasks', all((p) => p.tasks).map(rows.tasks.encode))
  await closeTasks(tx, session, plans, run.now)
  const telling = plans.map((plan) => tellingRows(plan, run.now))
  await insertNew(
    tx,
    session,
    'letters',
    telling.flatMap((t) => t.letters),
  )
  await insertNew(
    tx,
    session,
    'notices',
    telling.flatMap((t) => t.notices),
  )
  await withdraw(
    tx,
    session,
    all((p) => p.withdraw),
    'The finding was resolved before it was sent.',
  )
  await reckon(
    tx,
    session,
    all((p) => p.reckonings),
    run.program,
  )
  await announceFindings(tx, session, turnedBy(plans), run.now)
}

/** Findings that plans write, each with what it was before and why it opened. */
function turnedBy(plans: readonly FamilyPlan[]): Turned[] {
  const reasons = new Map(plans.flatMap(({ intents }) => intents.map((one) => [printKey(one.key), one.because])))
  return plans.flatMap(({ findings, before }) =>
    findings.map((finding, i) => ({
      finding,
      before: before[i] ?? null,
      because: reasons.get(printKey(findingKey(finding, 'open'))),
    })),
  )
}

/** Accounts to which a plan brings opportunities of another family: two families change. */
const newAccounts = (plans: readonly FamilyPlan[]): SubjectRef[] =>
  plans.flatMap(({ family, opportunities }) =>
    opportunities.flatMap(({ account }) =>
      account !== null && !(family.kind === 'account' && family.id === account)
        ? [{ kind: 'account' as const, id: account }]
        : [],
    ),
  )

/** What a rule left behind of a subject takes the rule's new name. */
async function rename(tx: Tx, session: Session, renamed: FamilyPlan['renamed']): Promise<void> {
  if (renamed.length === 0) return
  const names = given(
    session,
    [...SUBJECT, ['old_rule', 'text'], ['new_rule', 'text']],
    renamed.map(({ from, to, subject }) => ({ ...subject, old_rule: from, new_rule: to })),
  )
  await sql`update findings set rule = r.new_rule from ${names}
    where findings.rule = r.old_rule and findings.kind = r.kind and findings.id = r.id and not exists (
      select 1 from findings as g where g.rule = r.new_rule and g.kind = r.kind and g.id = r.id
        and g.episode = findings.episode)`.execute(tx)
  for (const table of ['tasks', 'notices', 'letters'] as const) {
    const t = sql.table(table)
    await sql`update ${t} set rule = r.new_rule from ${names}
      where ${t}.rule = r.old_rule and ${t}.kind = r.kind and ${t}.subject = r.id`.execute(tx)
  }
}

async function judge(tx: Tx, session: Session, plans: readonly FamilyPlan[]): Promise<void> {
  const judged = plans.flatMap((plan) => plan.judged.map(({ id, subject }) => ({ ...subject, event: id })))
  if (judged.length === 0) return
  await sql`update events set judged = 1 from ${given(session, [...SUBJECT, ['event', 'text']], judged)}
    where events.id = r.event and events.kind = r.kind and events.subject = r.id`.execute(tx)
}

/** A finding's open tasks are closed, but not those that its resolution itself makes. */
async function closeTasks(tx: Tx, session: Session, plans: readonly FamilyPlan[], now: Instant): Promise<void> {
  const closed = plans.flatMap((plan) => plan.close_tasks)
  if (closed.length === 0) return
  const over = closed.map((finding) => {
    const own = `${printKey([finding.rule, finding.kind, finding.id, finding.episode, 'resolve'])}#`
    return { ...finding, own }
  })
  const columns = [...SUBJECT, ['rule', 'text'], ['episode', 'integer'], ['own', 'text']] as const
  await sql`update tasks set state = 'closed', ended_at = ${now}, ended_by = 'rule:' || r.rule
    from ${given(session, columns, over)}
    where ${isState('tasks', 'open')} and tasks.rule = r.rule and tasks.kind = r.kind and tasks.subject = r.id
      and tasks.episode = r.episode and substr(tasks.id, 1, length(r.own)) <> r.own`.execute(tx)
}
