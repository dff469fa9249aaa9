import { type Finding, type FindingRef, type Hold, type Key, printKey } from '../domain/findings.js'
import type { Account, Opportunity } from '../domain/subjects.js'
import type { FamilyState } from '../engine/plan.js'
import { type Cell, isLiving, livingOf } from './cells.js'
import type { State } from './state.js'

const isSame = (a: FindingRef, b: FindingRef) => a.rule === b.rule && a.episode === b.episode

/** Puts a finding in the place of what it was before, or beside the earlier episodes. */
export function putFinding(state: State, cell: Cell, finding: Finding): void {
  const at = cell.findings.findIndex((one) => isSame(one, finding))
  if (at < 0) cell.findings.push(finding)
  else {
    const before = cell.findings[at] as Finding
    cell.findings[at] = finding
    if (before.state === 'held') release(state, before.rule)
  }
  if (finding.state === 'held') keepHeld(state, finding.rule, digestOf(state, finding))
}

/** Takes away a finding that was pending or held. */
export function forget(state: State, cell: Cell, gone: FindingRef): void {
  const found = cell.findings.find((one) => isSame(one, gone))
  if (found?.state === 'held') release(state, found.rule)
  cell.findings = cell.findings.filter((one) => one !== found)
}

/** Puts a hold in the place of the one of the same key. */
export function putHold(state: State, cell: Cell, hold: Hold): void {
  liftHold(state, cell, hold.key)
  cell.holds.push(hold)
  if (hold.reason === 'over_limit') keepHeld(state, hold.key[0], hold.rule_digest)
}

export function liftHold(state: State, cell: Cell, key: Key): void {
  const name = printKey(key)
  const found = cell.holds.find((one) => printKey(one.key) === name)
  if (!found) return
  cell.holds = cell.holds.filter((one) => one !== found)
  if (found.reason === 'over_limit') release(state, key[0])
}

function keepHeld(state: State, rule: string, digest: string): void {
  const known = state.held.get(rule)
  state.held.set(rule, { count: (known?.count ?? 0) + 1, digest })
}

function release(state: State, rule: string): void {
  const known = state.held.get(rule)
  if (!known) return
  if (known.count > 1) known.count -= 1
  else state.held.delete(rule)
}

/** Under what a finding is held: the rule in the program that judged it. */
const digestOf = ({ programs }: State, { rule, program }: Finding): string =>
  programs.find(({ number }) => number === program)?.rules[rule] ?? ''

/** The last finding of each rule, and all that are not resolved. */
function findingsOf({ findings }: Cell): Finding[] {
  if (findings.length < 2) return findings
  return findings.filter(
    (one) =>
      one.state !== 'resolved' || !findings.some((other) => other.rule === one.rule && other.episode > one.episode),
  )
}

/** A family as the engine reads it, named after this cell. */
export function familyState(head: Cell): FamilyState {
  const account = head.kind === 'account' ? (head.row as Account) : null
  const cells = account ? [head, ...head.members.filter(isLiving)] : [head]
  const all = <T>(of: (cell: Cell) => readonly T[]): T[] => {
    let found: readonly T[] = []
    for (const cell of cells) {
      const more = of(cell)
      if (more.length > 0) found = found.length === 0 ? more : [...found, ...more]
    }
    return [...found]
  }
  const family = { account, opportunities: account ? [...livingOf(head)] : [head.row as Opportunity] }
  return {
    family,
    findings: all(findingsOf),
    holds: all(({ holds }) => holds),
    events: all(({ events }) => events).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
    done: head.moves.filter(({ episode }) => episode === account?.bin_episode).map(({ key }) => key),
  }
}
