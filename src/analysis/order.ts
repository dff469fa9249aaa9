import { type Condition, leavesOf } from '../conditions/tree.js'
import { MOST_LINKS } from '../engine/family.js'
import type { Program, Rule } from '../program/program.js'
import { all } from './satisfy/failing.js'
import { inStoredFacts } from './satisfy/reckoned.js'
import type { Asked } from './warning.js'
import { absolute, afterRule, allWrites, moves, type Write, writesOfRule } from './writes.js'

const isActing = ({ disabled, mode }: Rule): boolean => disabled === null && mode === 'act'

/**
 * What each of the rules that go first may write at the instant at which this one writes: the slot is theirs then. The facts are
 * named as an opportunity would. Of rules that never hold together with it nothing is counted but what they write on resolving.
 */
export function forestalling({ program, satisfy }: Asked, rule: Rule): ReadonlyMap<Rule, readonly Write[]> {
  const earlier = program.rules.slice(0, program.rules.indexOf(rule)).filter(isActing)
  const isApart = (one: Rule) => one.for === rule.for && satisfy(rule.for, all(one.when, rule.when)).is === 'impossible'
  const found = new Map<Rule, readonly Write[]>()
  for (const one of earlier) {
    const writes = allWrites(one, program)
    if (writes.length === 0) continue
    const mayCome = isApart(one) ? allWrites({ ...one, ...ONLY_RESOLVING }, program) : writes
    found.set(
      one,
      mayCome.map(({ fact, value }) => ({ fact: absolute(one.for, fact), value })),
    )
  }
  return found
}

const ONLY_RESOLVING = { move: null, then: [], remind: null, escalate: [] } as const

/** May so many rules follow from one another, up to this one, that the chain is broken off before its own act has been judged? */
export function mayComeLate({ program, satisfy }: Asked, rule: Rule): boolean {
  const acting = program.rules.filter((one) => isActing(one) && allWrites(one, program).length > 0)
  const reads = new Map([...acting, rule].map((one) => [one, readBy(program, one)]))
  const wakes = (one: Rule, other: Rule): boolean => {
    if (other.event && 'activity' in other.event) return false
    const writes = one === other ? [] : allWrites(one, program)
    const isRead = writes.some(({ fact }) => {
      const written = absolute(one.for, fact)
      return reads.get(other)?.some((read) => read === written || moves(written, read, program.vocabulary)) ?? false
    })
    return isRead && (one.for !== other.for || mayFollow(one, other))
  }
  // Of what it writes as a reminder, or on resolving, nothing is said of what holds then.
  const mayFollow = (one: Rule, other: Rule): boolean =>
    allWrites(one, program).length > writesOfRule(one, program).length ||
    satisfy(one.for, all(one.when, afterRule(program, other, writesOfRule(one, program)))).is !== 'impossible'
  const length = (of: Rule, path: readonly Rule[]): number => {
    if (path.length >= MOST_LINKS) return path.length
    const before = acting.filter((one) => wakes(one, of))
    if (before.some((one) => path.includes(one))) return MOST_LINKS
    return Math.max(path.length, ...before.map((one) => length(one, [...path, one])))
  }
  return length(rule, [rule]) >= MOST_LINKS
}

const readBy = (program: Program, rule: Rule): string[] => {
  const event = rule.event && 'change' in rule.event ? [absolute(rule.for, rule.event.change)] : []
  return [...event, ...namesIn(inStoredFacts(program, rule.for, rule.when)).map((name) => absolute(rule.for, name))]
}

const namesIn = (condition: Condition): string[] => [...new Set(leavesOf(condition).map(({ fact }) => fact.name))]

/** What a rule writes for certain where it acts: null where one of its texts may fail, or names somebody who may be gone. */
export function certainWrites(rule: Rule, program: Program) {
  const writes = writesOfRule(rule, program)
  return writes.length === 0 || writes.some(({ value }) => value === undefined) ? null : writes
}
