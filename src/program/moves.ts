import type { PlannedAction } from '../actions/action.js'
import { operatorNamed } from '../conditions/operators.js'
import type { Condition } from '../conditions/tree.js'
import type { AllowedMove, AssemblyLine } from '../domain/vocabulary.js'
import type { Fact } from '../facts/fact.js'
import type { Complaint, Path } from '../lib/problem.js'
import { readActions } from './actions.js'
import { type Checking, hintFor, type Scope, scopeOf } from './checking.js'
import { readCondition } from './conditions.js'
import { type Draft, disabledReason } from './rules.js'
import type { Rules } from './sections/index.js'

type Source = NonNullable<NonNullable<Rules['assembly_line']>['moves']>[number]

const listOf = (one: string | readonly string[]): readonly string[] => (typeof one === 'string' ? [one] : one)

/** What the table of moves allows. Bins that are none are complained of by `readMoves`. */
export const allowedMoves = (moves: readonly Source[]): AllowedMove[] =>
  moves.map(({ from, to }) => ({ from: listOf(from).includes('any') ? 'any' : listOf(from), to: listOf(to) }))

/**
 * The moves that Linewalker makes by itself: one rule for each line with `when` and bin that it leads to, and, where the
 * line has no `id` of its own, for each bin that it leads from (`cold-to-working`).
 */
export function readMoves(checking: Checking): Draft[] {
  const line = checking.vocabulary.assemblyLine
  if (!line) return []
  const scope = scopeOf(checking, 'account', 'rules', 'a move')
  const drafts: Draft[] = []
  const places = new Map<string, Path>(Object.keys(checking.rules.rules ?? {}).map((id) => [id, ['rules', id]]))
  for (const [i, move] of (checking.rules.assembly_line?.moves ?? []).entries()) {
    const path: Path = ['assembly_line', 'moves', i]
    const known = checkBins(move, line, checking, path)
    const when = move.when === undefined ? null : readCondition(move.when, scope, [...path, 'when'])
    const then = readActions(move.then ?? [], scope, [...path, 'then'], false)
    if (move.when === undefined && move.then !== undefined) {
      const message = '"then" belongs to moves that are made by themselves, and this one has no "when".'
      checking.complain({ path: [...path, 'then'], at: 'key', message })
    }
    if (!known || !when) continue
    for (const to of listOf(move.to)) {
      if (move.from !== 'any' || everyBinBut(to, line.bins).length > 0) continue
      const message = `There is no bin from which "any" could lead to ${to}: those to avoid are not among them.`
      checking.complain({ path: [...path, 'from'], message, hint: 'Name the bins.' })
    }
    for (const draft of draftsOf({ move, bins: line.bins, when, then, scope, path })) {
      const other = places.get(draft.rule.id)
      if (other) complainOfTwo(draft.rule.id, path, other, checking)
      else places.set(draft.rule.id, path)
      drafts.push(draft)
    }
  }
  return drafts
}

function complainOfTwo(id: string, path: Path, other: Path, { complain }: Checking): void {
  const isRule = other[0] === 'rules'
  const message = isRule ? `The rule and the move are both called ${id}.` : `Two moves are called ${id}.`
  const hint = 'Give one of them an "id" of its own.'
  complain(isRule ? { path: other, at: 'key', also: path, message, hint } : { path, also: other, message, hint })
}

function checkBins(move: Source, line: AssemblyLine, { complain }: Checking, path: Path): boolean {
  let fine = true
  const check = (side: 'from' | 'to') => {
    const list = listOf(move[side])
    for (const [i, bin] of list.entries()) {
      const at = typeof move[side] === 'string' ? [...path, side] : [...path, side, i]
      const refuse = (message: string, more: Pick<Complaint, 'hint' | 'unknown'> = {}) => {
        complain({ path: at, message, ...more })
        fine = false
      }
      if (bin === 'any' && side === 'from') {
        if (list.length > 1) refuse('"any" stands alone: it is every bin but the bins to avoid.')
      } else if (!line.bins.has(bin)) {
        refuse(`There is no bin "${bin}".`, {
          unknown: { kind: 'bin', name: bin },
          hint: hintFor(bin, line.bins.keys(), 'The bins are'),
        })
      } else if (list.indexOf(bin) < i) refuse(`The bin ${bin} stands twice.`)
      else if (side === 'to' && listOf(move.from).includes(bin)) refuse(`A move cannot lead from ${bin} to itself.`)
    }
  }
  check('from')
  check('to')
  return fine
}

/** A line whose bins are known and whose condition and actions are read. */
interface Line {
  readonly move: Source
  readonly bins: AssemblyLine['bins']
  readonly when: Condition
  readonly then: readonly PlannedAction[]
  readonly scope: Scope
  readonly path: Path
}

function draftsOf(line: Line): Draft[] {
  const { move, path } = line
  const from = listOf(move.from)
  const targets = listOf(move.to)
  const starts = move.id === undefined && from[0] !== 'any' ? from.map((bin) => [bin]) : [from]
  return targets.flatMap((to) =>
    starts.map((start) => {
      const own = move.id && (targets.length > 1 ? `${move.id}-${to}` : move.id)
      return { rule: ruleOf(line, own ?? `${start[0]}-to-${to}`, start, to), path }
    }),
  )
}

const everyBinBut = (to: string, bins: AssemblyLine['bins']): string[] =>
  [...bins.values()].filter((bin) => bin.name !== to && bin.group !== 'avoid').map((bin) => bin.name)

function ruleOf(
  { move, bins, when, then, scope }: Line,
  id: string,
  start: readonly string[],
  to: string,
): Draft['rule'] {
  const any = start[0] === 'any'
  const from = any ? everyBinBut(to, bins) : start
  const label = (bin: string) => bins.get(bin)?.label ?? bin
  const bin = scope.facts.get('bin') as Fact
  const here: Condition = {
    is: 'leaf',
    fact: bin,
    operator: operatorNamed('is', bin.kind),
    operand: { is: 'values', values: from },
  }
  return {
    id,
    is: 'move',
    for: 'account',
    title: `From ${any ? 'any bin' : from.map(label).join(' or ')} to ${label(to)}`,
    why: move.why ?? null,
    when: { is: 'all', parts: when.is === 'all' ? [here, ...when.parts] : [here, when] },
    event: null,
    move: { from, to },
    lasting: null,
    severity: 'watch',
    then,
    remind: null,
    escalate: [],
    onResolve: [],
    coach: null,
    mode: move.mode ?? 'act',
    disabled: disabledReason(move.disabled),
    was: null,
    priority: move.priority ?? 0,
    cooldown: null,
    evenIfAvoided: true,
  }
}
