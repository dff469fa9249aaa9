import type { Acted, Snooze } from '../domain/acts.js'
import type { DomainEvent, Finding, FindingRef, Hold, Task } from '../domain/findings.js'
import type { Bringing, Incoming, Taken } from '../domain/incoming.js'
import type { Account, Opportunity, SubjectRef } from '../domain/subjects.js'
import type { Taking } from '../domain/taking.js'
import type { People } from '../domain/vocabulary.js'
import type { FamilyState } from '../engine/plan.js'
import type { EngineStore } from '../engine/store.js'
import type { Instant } from '../lib/instant.js'
import { digestsOfRules } from '../program/meaning.js'
import type { Program } from '../program/program.js'
import { acknowledge, completeTask, deleteSubject, snooze } from './acts.js'
import { carryOut } from './carry-out.js'
import { headOf, isLiving } from './cells.js'
import { type Desk, openDesk } from './desk.js'
import { familyState } from './hanging.js'
import { cellsOf, dueFamilies, settleQuiet } from './looking.js'
import { nextDue, programIn, putRow, type State, schedule, startState } from './state.js'
import { takeRecord } from './take.js'
import { emptyBoxes, type Letter, type Outbox, openOutbox } from './telling.js'

/** Something that happens to a world at an instant. */
export type Change =
  /** A record of opportunities, accounts, activities, contacts or people, as somebody says it is. */
  | { do: 'record'; record: Incoming }
  | { do: 'delete'; subject: SubjectRef }
  | { do: 'acknowledge'; finding: FindingRef }
  | { do: 'snooze'; finding: FindingRef; snooze: Snooze }
  /** Ends an open task of a subject. */
  | { do: 'complete_task'; subject: SubjectRef; task: string }

/** How a change is taken. */
export interface Manner {
  at: Instant
  /** A person's id, or what else brought it. */
  by: string
  /** Whether event rules hear of it (left out: yes). */
  as?: Bringing['as']
  /** What of the rules' bans is upheld (left out: `all`, as of a person's word; `nothing` where history is told). */
  refuses?: Taking['refuses']
}

/** What became of a change: of a record as intake would say, else whether it was done. */
export type Became = Taken | { outcome: Acted }

/**
 * All that the engine decides on, in memory: rows with what hangs on them, who is due, what was spent, who waits to be told.
 * What a change, an act or a plan leaves in it is what the store would leave in a database.
 */
export interface World extends Required<EngineStore> {
  /** As of any store, but at once. */
  settle(...how: Parameters<Required<EngineStore>['settle']>): number
  /** Brings a program into force, and returns it with its number. From the next run on everybody is judged by it. */
  bringIntoForce(program: Program, at: Instant): Program
  /** Takes a change. Throws where no program is in force. Instants do not go back. */
  take(change: Change, how: Manner): Became
  /**
   * Puts rows as they are, accounts before their opportunities: due and all. What hung on them stays. People take the place of
   * those before, as the very map that is given: it is not written, and what is known of it serves as many worlds as share it.
   */
  put(rows: { accounts?: readonly Account[]; opportunities?: readonly Opportunity[]; people?: People }): void
  /** When somebody is due under the program in force: 0 is at once, null never. */
  nextDue(): Instant | null
  /** When a notice is to be looked at: 0 is at once, null never. */
  nextGathering(): Instant | null
  /** Gathers the notices whose time has come into letters. */
  gather(now: Instant): Letter[]
  /** The exact letters that rules wrote since it was asked last. */
  lettersOut(): Letter[]
  /** The people that were brought, beside those of YAML. */
  imported(): People
  /** The family of a living subject as the engine reads it; null where there is none. */
  family(of: SubjectRef): FamilyState | null
  /** Rows as they are now; what is reckoned of them is written into them later on. */
  opportunity(id: string): Opportunity | undefined
  account(id: string): Account | undefined
  /** Of a subject, or of everybody: all episodes, by kind, id, rule and episode. */
  findings(of?: SubjectRef): Finding[]
  holds(of?: SubjectRef): Hold[]
  /** Open ones, in the order in which they were made. */
  tasks(of?: SubjectRef): Task[]
  /** Events that no run has judged. */
  events(of?: SubjectRef): DomainEvent[]
}

/** An empty world. */
export function createWorld(): World {
  const state: State = startState()
  let desk: Desk | null = null
  let outbox: Outbox | null = null
  const boxes = emptyBoxes()
  const out: Letter[] = []
  /** Opened when it is first needed: of most worlds that are replayed nobody is told anything. */
  function outboxInForce(): Outbox | null {
    if (!outbox && state.program) outbox = openOutbox(state, state.program, boxes)
    return outbox
  }

  function takeChange(change: Change, { at, by, as = 'event', refuses = 'all' }: Manner): Became {
    switch (change.do) {
      case 'record': {
        desk ??= openDesk(state, programIn(state))
        desk.bringing = { source: by, as, by, now: at }
        desk.refuses = refuses
        return takeRecord(state, desk, change.record)
      }
      case 'delete':
        return { outcome: deleteSubject(state, change.subject, at) ? 'done' : 'unknown' }
      case 'acknowledge':
        return { outcome: acknowledge(state, change.finding, by, at) }
      case 'snooze':
        return { outcome: snooze(state, change.finding, change.snooze, by, at) }
      case 'complete_task':
        return { outcome: completeTask(state, change.subject, change.task, at) }
    }
  }

  return {
    bringIntoForce(wanted, at) {
      const number = (state.programs.at(-1)?.number ?? 0) + 1
      const own = wanted.number === number ? wanted : { ...wanted, number }
      state.programs.push({ number, since: at, ...digestsOf(wanted) })
      state.program = own
      desk = null
      outbox = null
      for (const cell of cellsOf(state)) schedule(state, cell)
      return own
    },
    take: takeChange,
    put({ accounts = [], opportunities = [], people }) {
      if (people) state.people = people
      for (const row of accounts) schedule(state, putRow(state, 'account', { ...row }))
      for (const row of opportunities) schedule(state, putRow(state, 'opportunity', { ...row }))
    },
    nextDue: () => nextDue(state),
    nextGathering: () => outboxInForce()?.next() ?? null,
    gather: (now) => outboxInForce()?.gather(now) ?? [],
    lettersOut: () => out.splice(0),
    imported: () => state.people,
    family(of) {
      const cell = state.cells[of.kind].get(of.id)
      return cell && isLiving(cell) ? familyState(headOf(cell)) : null
    },
    opportunity: (id) => state.cells.opportunity.get(id)?.row as Opportunity | undefined,
    account: (id) => state.cells.account.get(id)?.row as Account | undefined,
    findings: (of) => cellsOf(state, of).flatMap(({ findings }) => findings.toSorted(byEpisode)),
    holds: (of) => cellsOf(state, of).flatMap(({ holds }) => holds),
    tasks: (of) => cellsOf(state, of).flatMap(({ tasks }) => tasks),
    events: (of) => cellsOf(state, of).flatMap(({ events }) => events),

    due: (now, number, which, quiet) => dueFamilies(state, { now, program: number }, which, quiet),
    settle: (run, quietUnder, hear) => settleQuiet(state, run, quietUnder(state.people), hear),
    people: async () => state.people,
    programs: async () => state.programs,
    heldRules: async () => new Map([...state.held].map(([rule, { digest }]) => [rule, digest])),
    spent: async (since) => state.spending.since(since),
    sizes: async (most = Number.MAX_SAFE_INTEGER) => ({
      openOpportunities: Math.min(most, state.openOpportunities),
      accounts: Math.min(most, state.livingAccounts),
    }),
    async commit(families, run) {
      for (const plan of families) {
        const box = outboxInForce()
        const letters = box ? carryOut(state, box, plan, run) : []
        for (const exact of letters)
          out.push({ id: exact.id, at: run.now, person: null, window: null, notices: [], exact })
      }
      return { stale: [], committed: families.length, already_done: [] }
    },
  }
}

const digests = new WeakMap<Program, ReturnType<typeof digestsOfRules>>()

/** The digests of a program's rules: made once for all worlds in which it is in force. */
function digestsOf(program: Program): ReturnType<typeof digestsOfRules> {
  const known = digests.get(program) ?? digestsOfRules(program)
  digests.set(program, known)
  return known
}

const byEpisode = (a: Finding, b: Finding): number =>
  a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.episode - b.episode
