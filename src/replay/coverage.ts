import type { Condition, Leaf } from '../conditions/tree.js'
import { verdict } from '../conditions/verdict.js'
import { inWords } from '../conditions/words.js'
import { escalationStep, readStep } from '../domain/steps.js'
import type { SubjectRef } from '../domain/subjects.js'
import { assess } from '../engine/assess.js'
import { peopleUnder, snapshotOf } from '../engine/snapshots.js'
import { listensTo } from '../engine/steps.js'
import type { Fact, Snapshot } from '../facts/fact.js'
import type { Instant } from '../lib/instant.js'
import { formatSpan } from '../lib/span.js'
import type { Program, Rule } from '../program/program.js'
import type { Happened } from './run.js'
import type { Onlooker } from './run-test.js'
import type { World } from './world.js'

/** One thing about a rule that a test can reach. */
export interface CoverageItem {
  /** `speaks`: it opened, moved or was carried out. `holds` and `fails`: a line of its condition. `decides`: a branch of an `any`. */
  is: 'speaks' | 'holds' | 'fails' | 'decides' | 'reminds' | 'escalates' | 'resolves'
  /** For people: `time_since_activity over 14 days`; empty of the rule as a whole. */
  what: string
  /** The line of a table of thresholds in which it stands: `proposal`; of a table in a table `evaluation, else`. */
  line: string | null
  reached: boolean
}

/** What tests reach of one rule or move. */
export interface RuleCoverage {
  rule: string
  place: string | null
  items: readonly CoverageItem[]
}

/** Watches tests run and keeps what they reach. */
export interface Coverage {
  /** Of a test that tells only these rules and moves (null: all): what others do unseen reaches nothing. */
  of(told: ReadonlySet<string> | null): Onlooker
  /** In the order of the rules' ids. Disabled rules are left out: nothing can reach them. */
  rules(): RuleCoverage[]
}

/** Of 100, how much of all there is to reach was reached, rounded down to a tenth: 100 is all of it. 100 where there is nothing. */
export function percentOf(rules: readonly RuleCoverage[]): number {
  const items = rules.flatMap((one) => one.items)
  const reached = items.filter((one) => one.reached).length
  return items.length === 0 ? 100 : Math.floor((1000 * reached) / items.length) / 10
}

/** Starts with nothing reached. */
export function startCoverage(program: Program): Coverage {
  const known = program.rules.filter(({ disabled }) => disabled === null)
  const reached = new Map<string, Set<string>>(known.map((rule) => [rule.id, new Set()]))
  const note = (rule: string, name: string) => reached.get(rule)?.add(name)

  return {
    of: (told) => ({
      look(world, under, subjects, at) {
        const rules = under.rules.filter(({ id, disabled }) => disabled === null && (told?.has(id) ?? true))
        for (const subject of subjects) lookAt(world, under, rules, subject, at)
      },
      hear(happened: Happened) {
        if (happened.is !== 'intent') return
        const { rule, step } = happened.intent
        if (told && !told.has(rule)) return
        const { is, name } = readStep(step)
        if (is === 'remind') note(rule, 'reminds')
        else if (is === 'escalate') note(rule, name)
        else note(rule, is === 'resolve' ? 'resolves' : 'speaks')
      },
    }),
    rules: () =>
      [...known]
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map((rule) => ({
          rule: rule.id,
          place: rule.place,
          items: itemsOf(rule).map(({ name, is, what, line = null }) => ({
            is,
            what,
            line,
            reached: reached.get(rule.id)?.has(name) ?? false,
          })),
        })),
  }

  function lookAt(world: World, under: Program, rules: readonly Rule[], subject: SubjectRef, at: Instant): void {
    const state = world.family(subject)
    if (!state) return
    const people = peopleUnder(under, world.imported())
    const { snapshot } = assess(under, snapshotOf(under, people, state.family, subject, at))
    for (const rule of rules) {
      if (rule.for !== subject.kind) continue
      const hears =
        rule.is !== 'event' || world.events(subject).some((event) => event.at <= at && listensTo(rule, event))
      if (hears) walk(rule.when, snapshot, '', (name) => note(rule.id, name))
    }
  }
}

/**
 * Goes through a condition as one reads it: behind a line that fails nothing of the same `all` is looked at, and of an `any`
 * every branch. A branch decides where it alone holds.
 */
function walk(condition: Condition, snapshot: Snapshot, path: string, note: (name: string) => void): boolean {
  if (condition.is === 'leaf') {
    const { holds } = verdict(condition, snapshot)
    note(`${path}${holds ? 'holds' : 'fails'}`)
    return holds
  }
  const { parts } = condition
  if (condition.is === 'all') return parts.every((part, i) => walk(part, snapshot, `${path}${i}.`, note))
  const held = parts.map((part, i) => walk(part, snapshot, `${path}${i}.`, note))
  const holding = held.filter(Boolean).length
  if (holding === 1) note(`${path}${held.indexOf(true)}.decides`)
  return holding > 0
}

interface Item extends Pick<CoverageItem, 'is' | 'what'> {
  name: string
  line?: string
}

function itemsOf(rule: Rule): Item[] {
  return [
    { name: 'speaks', is: 'speaks', what: '' },
    ...(conditionItems(rule.when, '') ?? []),
    ...(rule.remind
      ? [{ name: 'reminds', is: 'reminds' as const, what: `every ${formatSpan(rule.remind.every)}` }]
      : []),
    ...rule.escalate.map(({ after }) => ({
      name: escalationStep(after),
      is: 'escalates' as const,
      what: `after ${formatSpan(after)}`,
    })),
    ...(rule.onResolve.length > 0 ? [{ name: 'resolves', is: 'resolves' as const, what: '' }] : []),
  ]
}

/**
 * Of these nobody lacks the fact: that it is missing, as the last line of a table asks, is nothing that a test could reach. The bin of
 * an account in a test is one of the line, so that it has a group, or there is no line.
 */
const isAlwaysKnown = ({ name, neverMissing }: Fact): boolean =>
  name === 'group' || (neverMissing !== undefined && !name.startsWith('account.'))

/** What is known of facts where a part of a condition is looked at: they are one of these values. */
type Known = ReadonlyMap<string, readonly unknown[]>

/** Null of a part that can never hold, because of what stands beside it: no test could reach what is behind it. */
function conditionItems(condition: Condition, path: string, known: Known = new Map()): Item[] | null {
  if (condition.is === 'leaf') return leafItems(condition, path, known)
  const items: Item[] = []
  if (condition.is === 'all') {
    let beside = known
    for (const [i, part] of condition.parts.entries()) {
      const inside = conditionItems(part, `${path}${i}.`, beside)
      if (inside === null) return null
      items.push(...inside)
      if (part.is === 'leaf' && part.operator.name === 'is' && part.operand.is === 'values')
        beside = new Map(beside).set(part.fact.name, part.operand.values)
    }
    return items
  }
  const parts = condition.parts.map((part, i) => {
    const items = conditionItems(part, `${path}${i}.`, known)
    const line = condition.written ? lineOf(part) : null
    return line === null || !items ? items : items.map((item) => inLine(item, line))
  })
  const possible = parts.filter((part) => part !== null).length
  condition.parts.forEach((part, i) => {
    const inside = parts[i]
    if (!inside) return
    items.push(...inside)
    if (possible > 1 && part.is !== 'leaf')
      items.push(itemOfBranch(`${path}${i}.decides`, part, condition.written !== undefined))
  })
  return possible === 0 && condition.parts.length > 0 ? null : items
}

/** The line of a table of thresholds that a branch was written as: what its fact is, then what holds there. */
function lineOf(branch: Condition): string {
  const [key] = branch.is === 'all' ? branch.parts : []
  return key?.is === 'leaf' && key.operand.is === 'values' ? key.operand.values.join(', ') : 'else'
}

const inLine = (item: Item, line: string): Item => ({ ...item, line: item.line ? `${line}, ${item.line}` : line })

function itemOfBranch(name: string, branch: Condition, isLine: boolean): Item {
  const item: Item = { name, is: 'decides', what: inWords(branch) }
  return isLine ? inLine(item, lineOf(branch)) : item
}

function leafItems(leaf: Leaf, path: string, known: Known): Item[] | null {
  const { fact, operator, operand } = leaf
  if (operator.name === 'missing' && operand.is === 'flag' && isAlwaysKnown(fact)) return operand.flag ? null : []
  const what = inWords(leaf)
  const both: Item[] = [
    { name: `${path}holds`, is: 'holds', what },
    { name: `${path}fails`, is: 'fails', what },
  ]
  const values = known.get(fact.name)
  if (!values || operand.is !== 'values' || (operator.name !== 'is' && operator.name !== 'is_not')) return both
  const may = (value: unknown) => (operand.values as readonly unknown[]).includes(value) === (operator.name === 'is')
  if (!values.some(may)) return null
  return values.every(may) ? both.slice(0, 1) : both
}
