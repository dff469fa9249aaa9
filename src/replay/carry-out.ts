import { type Finding, type Key, printKey, type Task } from '../domain/findings.js'
import type { Account, Opportunity, SubjectRef } from '../domain/subjects.js'
import { countsOf } from '../engine/limits.js'
import { changesAnything, type FamilyPlan, type Reckoning } from '../engine/plan.js'
import type { CommitRun } from '../engine/store.js'
import type { LetterRow } from '../sql/telling.js'
import type { Cell } from './cells.js'
import { forget, liftHold, putFinding, putHold } from './hanging.js'
import { bumpOnce, cellOf, putRow, type State, schedule } from './state.js'
import { keepOwner } from './take.js'
import type { Outbox } from './telling.js'

/** What carrying a family's plan out leaves, as the store's commit does. Returns the exact letters that go out. */
export function carryOut(state: State, outbox: Outbox, plan: FamilyPlan, run: CommitRun): LetterRow[] {
  const head = cellOf(state, plan.family)
  if (changesAnything(plan)) bumpOnce(state, head)
  for (const { from, to, subject } of plan.renamed) rename(state, cellOf(state, subject), from, to)
  for (const row of plan.accounts) write(state, 'account', row)
  for (const row of plan.opportunities) write(state, 'opportunity', row)
  for (const entry of plan.history) keepOwner(state, entry)
  judge(head, plan)
  for (const finding of plan.findings) putFinding(state, cellOf(state, finding), finding)
  for (const gone of plan.forgotten) forget(state, cellOf(state, gone), gone)
  for (const key of plan.lifted) liftHold(state, ofKey(state, key), key)
  for (const hold of plan.holds) putHold(state, ofKey(state, hold.key), hold)
  for (const task of plan.tasks) cellOf(state, { kind: task.kind, id: task.subject }).tasks.push(task)
  for (const finding of plan.close_tasks) closeTasks(cellOf(state, finding), finding)
  keepIntents(state, plan, run)
  const letters = outbox.write(plan, ({ kind, subject }) => cellOf(state, { kind, id: subject }), run.now)
  for (const reckoning of plan.reckonings) reckon(state, cellOf(state, reckoning.subject), reckoning, run.program)
  return letters
}

const ofKey = (state: State, [, kind, id]: Key): Cell => cellOf(state, { kind, id })

/** Versions are the store's: what a plan says of them is what it read. */
function write(state: State, kind: SubjectRef['kind'], row: Opportunity | Account): void {
  const cell = state.cells[kind].get(row.id)
  putRow(state, kind, { ...row, version: cell?.row.version ?? row.version })
  if (kind === 'account') return
  const { account } = row as Opportunity
  const former = account === null ? undefined : state.cells.account.get(account)
  // An account that is deleted is no family any more, but its version goes with its opportunities.
  if (former && former.row.deleted_at !== null) former.row.version += 1
}

function rename(state: State, cell: Cell, from: string, to: string): void {
  for (const finding of cell.findings.filter(({ rule }) => rule === from)) {
    forget(state, cell, finding)
    putFinding(state, cell, { ...finding, rule: to })
  }
  cell.tasks = cell.tasks.map((task) => (task.rule === from ? { ...task, rule: to } : task))
  for (const notice of cell.notices) if (notice.rule === from) notice.rule = to
}

function judge(head: Cell, { judged }: FamilyPlan): void {
  if (judged.length === 0) return
  const known = new Set(judged)
  for (const cell of [head, ...(head.kind === 'account' ? head.members : [])]) {
    if (cell.events.length > 0) cell.events = cell.events.filter((event) => !known.has(event))
  }
}

/** A finding's open tasks are closed, but not those that its resolution itself makes. */
function closeTasks(cell: Cell, { rule, kind, id, episode }: Pick<Finding, 'rule' | 'kind' | 'id' | 'episode'>): void {
  const own = `${printKey([rule, kind, id, episode, 'resolve'])}#`
  const stays = (task: Task) => task.rule !== rule || task.episode !== episode || task.id.startsWith(own)
  cell.tasks = cell.tasks.filter(stays)
}

function keepIntents(state: State, { intents }: FamilyPlan, { now, approved }: CommitRun): void {
  const counts = countsOf(intents)
  intents.forEach(({ key, step, subject }, i) => {
    const cell = cellOf(state, subject)
    const printed = printKey(key)
    if (step === 'move') keepMove(cell, Number(key[3]), printed)
    if (!approved.has(printed)) state.spending.add({ at: now, cell, ...(counts[i] ?? { effects: 0, amount: 0 }) })
  })
}

/** Of an episode of bins before this move's no key is asked for any more. */
function keepMove(cell: Cell, episode: number, key: string): void {
  cell.moves = [...cell.moves.filter((move) => move.episode === episode), { episode, key }]
}

const NO_LEVELS: Opportunity['levels'] = {}

/** Stores what an assessment left on a subject, under the number of the program that reckoned it. */
export function reckon(state: State, cell: Cell, reckoning: Reckoning, program: number): void {
  const { due, score, health, levels, qualification } = reckoning
  const { row } = cell
  row.due = due
  row.due_program = program
  row.score = score
  if ('levels' in row) {
    row.health = health
    row.levels = health !== null || qualification !== null ? levels : NO_LEVELS
    row.qualification = qualification
  }
  schedule(state, cell)
}
