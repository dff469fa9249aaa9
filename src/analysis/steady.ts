import { ALWAYS, type Condition, fold, type Leaf, leavesOf } from '../conditions/tree.js'
import { verdict } from '../conditions/verdict.js'
import { isStateEffect } from '../domain/effects.js'
import type { Family, SubjectRef } from '../domain/subjects.js'
import { isOfTime, type Snapshot } from '../facts/fact.js'
import { NEVER } from '../lib/instant.js'
import type { Program, Rule } from '../program/program.js'
import { laid } from './laid.js'
import { requiredIn } from './refusals.js'
import { inStoredFacts } from './satisfy/reckoned.js'
import { seenBy } from './satisfy/satisfy.js'
import type { Trace } from './witness.js'
import { absolute, allWrites, moves, writesOfRule } from './writes.js'

type Acts = Trace['intents']

/** A subject as it stood before each act of a round, and before it began anew. */
type Stands = readonly Snapshot[]

/**
 * Does a round that came back once come back for ever? Or at least, where it goes round at once, as often as it likes until time
 * ends it? Not where a rule in it, or one that may step in, reads what has changed
 * meanwhile and does not come back (a counter), or what time will change (a date, a clock that the round does not set anew). `acting`
 * are all acts, `round` those from the first that comes back to the one that finds everything as that had found it.
 */
export function goesOn(program: Program, trace: Trace, acting: Acts, round: Acts): 'for_ever' | 'for_now' | 'ends' {
  const around = round.slice(0, -1)
  const names = new Set(around.map(({ rule }) => rule))
  const families = round.map((act) => before(program, trace, acting, act))
  const seen = new Map<string, Stands>()
  const standsOf = (of: SubjectRef): Stands => {
    const name = `${of.kind}/${of.id}`
    const known =
      seen.get(name) ??
      families.map(({ at, family }) => seenBy(program, { ref: of, family, people: trace.subject.people }, at))
    seen.set(name, known)
    return known
  }
  const isAtOnce = families[0]?.at === families.at(-1)?.at
  const inRound = program.rules.filter(({ id }) => names.has(id))
  const written = inRound.flatMap((rule) => writesOfRule(rule, program).map(({ fact }) => absolute(rule.for, fact)))
  const isSteady = (atOnce: boolean) =>
    inRound.every((rule) =>
      around
        .filter((act) => act.rule === rule.id)
        .every(({ subject }) =>
          leavesOf(stored(program, rule)).every((leaf) => !drifts(leaf, standsOf(subject), written, atOnce)),
        ),
    )
  if (!isSteady(isAtOnce)) return 'ends'
  // What comes round within one instant ends before anybody else's time has come.
  if (isAtOnce) return isSteady(false) ? 'for_ever' : 'for_now'
  const family = families[0]?.family as Family
  const isAlone = outsiders(program, inRound).every((rule) =>
    subjectsFor(rule, family).every((of) => !mayStepIn(program, trace, rule, standsOf(of), written)),
  )
  return isAlone ? 'for_ever' : 'ends'
}

const stored = (program: Program, rule: Rule): Condition => inStoredFacts(program, rule.for, rule.when)

/** The family before an act: as it was looked at, with what was done before at that instant. */
function before(program: Program, { looks }: Trace, acting: Acts, act: Acts[number]): { at: number; family: Family } {
  const { at } = act
  const look = looks.find((one) => one.at === at)?.family as Family
  const family = acting
    .slice(0, acting.indexOf(act))
    .filter((one) => one.at === at)
    .flatMap(({ effects }) => effects.filter(isStateEffect))
    .reduce((rows, effect) => laid(program, rows, effect, at), look)
  return { at, family }
}

const isTime = ({ fact }: Leaf): boolean => isOfTime(fact)

/** May its answer become another some day, though it was the same each time that it was asked in the round? */
function drifts(leaf: Leaf, stands: Stands, written: readonly string[], isAtOnce: boolean): boolean {
  const [first, last] = [stands[0], stands.at(-1)] as [Snapshot, Snapshot]
  const [was, is] = [leaf.fact.read(first), leaf.fact.read(last)]
  if (was === is) return !isAtOnce && verdict(leaf, first).until !== NEVER
  // A clock that the round sets anew runs each time as it did before.
  const name = absolute(first.kind, leaf.fact.name)
  if (isTime(leaf)) return !written.some((write) => write === name || moves(write, name, first.vocabulary))
  const grows = typeof was === 'number' && typeof is === 'number' && is > was
  return !(grows && /^(over|at_least)$/.test(leaf.operator.name) && verdict(leaf, first).holds)
}

/** Rules beside the round that write what it reads or writes, or what one of themselves reads. */
function outsiders(program: Program, inRound: readonly Rule[]): Rule[] {
  const readBy = (rule: Rule) => leavesOf(stored(program, rule)).map(({ fact }) => absolute(rule.for, fact.name))
  const writtenBy = (rule: Rule) => allWrites(rule, program).map(({ fact }) => absolute(rule.for, fact))
  const matters = new Set(inRound.flatMap((rule) => [...readBy(rule), ...writtenBy(rule)]))
  // For want of what stages and bins require a move is refused.
  for (const places of ['stages', 'bins'] as const) for (const name of requiredIn(program, places)) matters.add(name)
  const found: Rule[] = []
  let others = program.rules.filter((rule) => !inRound.includes(rule) && rule.disabled === null && rule.mode === 'act')
  for (let before = -1; before < found.length; ) {
    before = found.length
    for (const rule of others) {
      if (
        !writtenBy(rule).some((write) =>
          [...matters].some((read) => write === read || moves(write, read, program.vocabulary)),
        )
      )
        continue
      found.push(rule)
      for (const name of readBy(rule)) matters.add(name)
    }
    others = others.filter((rule) => !found.includes(rule))
  }
  return found
}

const subjectsFor = (rule: Rule, { account, opportunities }: Family): SubjectRef[] =>
  rule.for === 'account'
    ? account
      ? [{ kind: 'account', id: account.id }]
      : []
    : opportunities.map(({ id }) => ({ kind: 'opportunity', id }))

/** May a rule that did nothing in the round do something later, as time goes by or as what grows has grown? */
function mayStepIn(program: Program, trace: Trace, rule: Rule, stands: Stands, written: readonly string[]): boolean {
  if (rule.event && 'activity' in rule.event) return false
  const condition = stored(program, rule)
  const isSo = (leaf: Leaf) => !drifts(leaf, stands, written, false)
  const inTime = fold<Condition>(condition, {
    all: (parts) => ({ is: 'all', parts }),
    any: (parts) => ({ is: 'any', parts }),
    leaf: (leaf) => (isSo(leaf) && leaf.operator.name !== 'under' ? leaf : ALWAYS),
  })
  if (!stands.some((snapshot) => verdict(inTime, snapshot).holds)) return false
  const isLater = rule.remind !== null || rule.escalate.length > 0 || rule.onResolve.length > 0
  if (!leavesOf(condition).every(isSo) || isLater) return true
  const [{ kind, account, opportunity }] = stands as [Snapshot]
  const id = (kind === 'account' ? account : opportunity)?.id ?? ''
  const isOpen = trace.world.findings({ kind, id }).some((one) => one.rule === rule.id && one.state === 'open')
  // It has spoken, and stays open; or it had its chance, and would have taken it.
  if (isOpen && stands.every((snapshot) => verdict(condition, snapshot).holds)) return false
  return rule.cooldown !== null || rule.lasting !== null
}
