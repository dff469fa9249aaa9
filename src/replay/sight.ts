import type { DomainEvent } from '../domain/findings.js'
import type { Account, Opportunity, SubjectKind } from '../domain/subjects.js'
import { listensTo } from '../engine/steps.js'
import type { Sighted } from '../engine/store.js'
import type { Program } from '../program/program.js'
import { type Cell, isLiving, livingOf } from './cells.js'

const NONE: readonly Opportunity[] = []
const heard = new WeakMap<Program, Record<SubjectKind, Map<string, boolean>>>()

/** Does any rule of the program listen to events like this one? */
export function isHeard(program: Program, event: DomainEvent): boolean {
  let known = heard.get(program)
  if (!known) {
    known = { opportunity: new Map(), account: new Map() }
    heard.set(program, known)
  }
  const { event: what, subject } = event
  // No kind of activity begins with a sign that no name may have.
  const name = 'activity' in what ? what.activity : `!${what.change}`
  const answer = known[subject.kind].get(name)
  if (answer !== undefined) return answer
  const listened = program.rules.some((rule) => listensTo(rule, event))
  known[subject.kind].set(name, listened)
  return listened
}

/** A due subject as it is looked at in passing. Fields are declared only: to define them takes longer than the rest. */
export class Sight implements Sighted {
  declare readonly opportunity: Opportunity | null
  declare readonly account: Account | null
  declare readonly involved: boolean
  declare private readonly home: Cell | null
  constructor(cell: Cell, program: Program) {
    const isAccount = cell.kind === 'account'
    const home = isAccount ? cell : cell.account && isLiving(cell.account) ? cell.account : null
    this.opportunity = isAccount ? null : (cell.row as Opportunity)
    this.account = home ? (home.row as Account) : null
    this.home = home
    this.involved = isInvolved(cell, program)
  }
  get opportunities(): readonly Opportunity[] {
    return this.home ? livingOf(this.home) : NONE
  }
}

/** Hangs anything on it: a finding that is not resolved, a hold, an event that some rule will judge? */
const isInvolved = ({ findings, holds, events }: Cell, program: Program): boolean =>
  holds.length > 0 ||
  (findings.length > 0 && findings.some(({ state }) => state !== 'resolved')) ||
  (events.length > 0 && events.some((event) => isHeard(program, event)))
