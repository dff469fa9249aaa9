import { changeAccount, changeOpportunity } from '../domain/change.js'
import { isChangeFact } from '../domain/change-facts.js'
import { type Effect, isStateEffect, type Settable, type StateEffect } from '../domain/effects.js'
import { type FindingRef, printKey, waitsForChange } from '../domain/findings.js'
import { refuseMove, refuseOpportunity } from '../domain/legality.js'
import { type Account, type Opportunity, type SubjectRef, subjectName } from '../domain/subjects.js'
import { requiredMissing } from '../facts/table.js'
import type { Link } from './carry-out.js'
import { type Draft, putRow, rowOf } from './draft.js'
import type { FamilyRun } from './family-run.js'
import type { Intent } from './plan.js'
import { readsAccounts, snapshotOf } from './snapshots.js'
import type { Step } from './steps.js'

interface Write {
  subject: SubjectRef
  fact: string
  from: Settable
  to: Settable
}

/** The facts that a state effect sets, in order. */
export function factsSetBy(effect: StateEffect): [fact: string, to: Settable][] {
  switch (effect.kind) {
    case 'set_status':
      // A reason belongs to a status: a new status takes its own, or none.
      return [
        ['status', effect.to],
        ['reason', effect.reason],
      ]
    case 'move_stage':
      return [['stage', effect.to]]
    case 'move_bin':
      return [['bin', effect.to]]
    case 'assign':
      return [['owner', effect.to]]
    case 'set_field':
      return [[effect.field, effect.to]]
  }
}

/** The rows as they would be after the effects, beside what changed. */
function after(draft: Draft, run: FamilyRun, effects: readonly StateEffect[]) {
  const rows = new Map<string, { subject: SubjectRef; before: Account | Opportunity; row: Account | Opportunity }>()
  const writes: Write[] = []
  for (const effect of effects) {
    const { subject } = effect
    const at = rows.get(subjectName(subject)) ?? {
      subject,
      before: rowOf(draft.family, subject),
      row: rowOf(draft.family, subject),
    }
    for (const [fact, to] of factsSetBy(effect)) {
      const changed =
        subject.kind === 'opportunity'
          ? changeOpportunity(at.row as Opportunity, fact, to, run.now, run.program.vocabulary)
          : changeAccount(at.row as Account, fact, to, run.now)
      if (!changed) continue
      at.row = { ...changed.row, last_change: run.now }
      writes.push({ subject, fact, from: changed.from, to })
    }
    rows.set(subjectName(subject), at)
  }
  return { rows, writes }
}

/** Why what the effects would leave behind, taken together, is not allowed; null where it is. */
export function refuse(draft: Draft, run: FamilyRun, effects: readonly StateEffect[]): string | null {
  const { vocabulary } = run.program
  for (const { subject, before, row } of after(draft, run, effects).rows.values()) {
    const kind = subject.kind
    const family =
      kind === 'account'
        ? { ...draft.family, account: row as Account }
        : {
            ...draft.family,
            opportunities: draft.family.opportunities.map((o) => (o.id === row.id ? (row as Opportunity) : o)),
          }
    const snapshot = snapshotOf(run.program, run.people, family, subject, run.now)
    if (kind === 'opportunity') {
      const now = row as Opportunity
      const stage = vocabulary.pipelines.get(now.pipeline)?.stages.find((s) => s.name === now.stage)
      const why = refuseOpportunity(
        before as Opportunity,
        now,
        requiredMissing(stage?.requires ?? [], snapshot),
        vocabulary,
      )
      if (why) return why
      continue
    }
    const [from, to] = [(before as Account).bin, (row as Account).bin]
    const refused = refuseMove(vocabulary.assemblyLine, from, to)
    if (refused) return refused.why
    const missing = from === to ? [] : requiredMissing(vocabulary.assemblyLine?.bins.get(to)?.requires ?? [], snapshot)
    if (missing.length > 0) return `Bin ${to} requires ${missing.join(', ')}.`
  }
  return null
}

/** Lays an intent's effects over the draft: rows, history and events, tasks, what is closed. Letters are written by commit. */
export function lay(draft: Draft, run: FamilyRun, intent: Intent, step: Step, link: Link): void {
  const cause = printKey(intent.key)
  const { rows, writes } = after(draft, run, intent.effects.filter(isStateEffect))
  for (const { subject, before, row } of rows.values()) {
    if (row === before) continue
    putRow(draft, subject.kind, row)
    touch(draft, run, subject, intent, link)
  }
  writes.forEach(({ subject, fact, from, to }, i) => {
    draft.history.push({
      ...subject,
      fact,
      from,
      to,
      at: run.now,
      learned_at: run.now,
      by: `rule:${intent.rule}`,
      cause,
    })
    if (isChangeFact(fact))
      draft.events.push({ id: `${cause}#${i + 1}`, subject, event: { change: fact }, at: run.now })
  })
  intent.effects.forEach((effect, i) => {
    write(draft, run, effect, intent, step, `${cause}#${i + 1}`)
  })
}

/**
 * A subject that is touched is judged in the next link, and so is its account. A change of an account also touches its
 * opportunities: all of them where rules read accounts, else those that wait for any change.
 */
export function touch(
  draft: Draft,
  run: FamilyRun,
  subject: SubjectRef,
  { key }: Pick<Intent, 'key'>,
  link: Pick<Link, 'touched'>,
): void {
  const touched = [subject]
  if (subject.kind === 'opportunity' && draft.family.account)
    touched.push({ kind: 'account', id: draft.family.account.id })
  const reads = draft.family.account && readsAccounts(run.program)
  if (reads || (draft.family.account && subject.kind === 'account')) {
    touched.push(
      ...draft.family.opportunities
        .filter((o) => o.deleted_at === null)
        .map((o): SubjectRef => ({ kind: 'opportunity', id: o.id }))
        .filter((one) => reads || waits(draft, one)),
    )
  }
  for (const one of touched) if (!link.touched.has(subjectName(one))) link.touched.set(subjectName(one), key)
}

function waits(draft: Draft, subject: SubjectRef): boolean {
  for (const hold of draft.holds.values())
    if (waitsForChange(hold) && subjectName(hold.subject) === subjectName(subject)) return true
  return false
}

function write(draft: Draft, run: FamilyRun, effect: Effect, intent: Intent, step: Step, id: string): void {
  if (effect.kind === 'close_tasks') draft.closeTasks.push(effect.finding)
  if (effect.kind !== 'create_task') return
  const finding: FindingRef | null = step.finding
  draft.tasks.push({
    id,
    rule: intent.rule,
    kind: intent.subject.kind,
    subject: intent.subject.id,
    episode: finding?.episode ?? null,
    assignee: effect.assign,
    title: effect.title,
    due: effect.due,
    created_at: run.now,
    state: 'open',
    ended_at: null,
    ended_by: null,
  })
}
