import { ALWAYS, type Condition } from '../conditions/tree.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { Fact } from '../facts/fact.js'
import { type Complaint, sayComplaint } from '../lib/problem.js'
import { isStorable, NOT_STORABLE } from '../lib/storable.js'
import { type Checking, scopeOf } from '../program/checking.js'
import { readCondition } from '../program/conditions.js'
import type { Program } from '../program/program.js'
import { parseJson } from './body.js'
import { Refusal } from './problem-details.js'
import { unknownName } from './unknown-name.js'

/** So long may a condition be: what is longer is a program, not a question. */
const MOST_TEXT = 8_000
const MOST_FILTERS = 40

/** What is written as `stage=proposal&amount[at_least]=10000`, and as JSON in `when`, as one condition. Throws a Refusal with the nearest names. */
export function conditionOf(
  kind: SubjectKind,
  program: Program,
  { when, filters }: { when: string | undefined; filters: readonly (readonly [string, string])[] },
): Condition {
  if ((when?.length ?? 0) > MOST_TEXT || filters.length > MOST_FILTERS)
    throw new Refusal(
      'invalid-request',
      `A condition has ${MOST_TEXT} characters and ${MOST_FILTERS} parameters at most.`,
    )
  const parts: unknown[] = []
  if (when !== undefined) parts.push(parseJson(when))
  const written = writtenOf(kind, program, filters)
  if (Object.keys(written).length > 0) parts.push(written)
  const conditions = parts.map((part) => compileCondition(kind, program, part))
  if (conditions.length === 0) return ALWAYS
  return conditions.length === 1 ? (conditions[0] as Condition) : { is: 'all', parts: conditions }
}

/** A condition as the rules write it. Throws a Refusal that says what is wrong with it. */
export function compileCondition(kind: SubjectKind, program: Program, written: unknown): Condition {
  if (!isWritable(written)) throw new Refusal('invalid-request', `A text in it ${NOT_STORABLE}`)
  const complaints: Complaint[] = []
  const checking: Checking = {
    rules: {},
    vocabulary: program.vocabulary,
    thresholds: new Map(),
    channels: new Map(),
    openPeople: true,
    complain: (complaint) => complaints.push(complaint),
  }
  const condition = readCondition(written, scopeOf(checking, kind, 'rules', 'a filter'), [])
  if (condition && complaints.length === 0) return condition
  const [first] = complaints
  const says = first ? saysOf(first) : 'This is no condition.'
  const fact =
    first?.unknown && /^(fact|field|indicator|need)$/.test(first.unknown.kind) ? String(first.path.at(-1)) : null
  throw new Refusal(fact === null ? 'invalid-request' : 'unknown-fact', says, {
    ...(fact === null ? {} : unknownFact(kind, program.facts, fact).more),
    wrong: complaints.slice(0, 20).map((complaint) => ({
      in: 'query',
      at: complaint.path.map((step) => `/${step}`).join(''),
      says: saysOf(complaint),
    })),
  })
}

function saysOf(complaint: Complaint): string {
  const { message, hint } = sayComplaint(complaint)
  return hint === undefined ? message : `${message} ${hint}`
}

/** Are all texts of it, also names, such as a database may be asked for? */
const isWritable = (value: unknown): boolean =>
  typeof value === 'string'
    ? isStorable(value)
    : typeof value !== 'object' || value === null || Object.entries(value).flat().every(isWritable)

/** Parameters as the map that the rules would have: values of a fact that repeat are a list, those of an operator as well. */
function writtenOf(kind: SubjectKind, program: Program, filters: readonly (readonly [string, string])[]) {
  const written = new Map<string, unknown[] | Map<string, unknown[]>>()
  for (const [parameter, text] of filters) {
    const [, name = parameter, operator] = /^([^[\]]{1,200})\[([^[\]]{1,40})\]$/.exec(parameter) ?? []
    const fact = factNamed(kind, program, name)
    const known = written.get(name)
    const value = valueIn(fact, operator, text)
    if (operator === undefined) {
      if (known instanceof Map) throw twice(name)
      written.set(name, [...(known ?? []), value])
    } else {
      if (Array.isArray(known)) throw twice(name)
      const operands = known ?? new Map<string, unknown[]>()
      operands.set(operator, [...(operands.get(operator) ?? []), value])
      written.set(name, operands)
    }
  }
  const one = (values: unknown[]) => (values.length === 1 ? values[0] : values)
  return Object.fromEntries(
    [...written].map(([name, said]) => [
      name,
      said instanceof Map
        ? Object.fromEntries([...said].map(([operator, values]) => [operator, one(values)]))
        : one(said),
    ]),
  )
}

const twice = (name: string) =>
  new Refusal('invalid-request', `${name} is given with and without an operator; write it as JSON in "when".`)

const unknownFact = (kind: SubjectKind, facts: Program['facts'], name: string): Refusal =>
  unknownName('unknown-fact', 'fact', name, { of: ` of an ${kind}`, allowed: facts[kind].keys() })

/** The fact of that name. Throws a Refusal with the nearest one. */
export function factNamed(kind: SubjectKind, { facts }: Program, name: string): Fact {
  const fact = facts[kind].get(name)
  if (fact) return fact
  throw unknownFact(kind, facts, name)
}

const NUMBER = /^[+-]?\d{1,15}(\.\d{1,6})?$/

/** A text as JSON would have the value: numbers and flags where the fact, or the operator, takes them. */
function valueIn(fact: Fact, operator: string | undefined, text: string): unknown {
  const isFlag = fact.kind === 'flag' || operator === 'missing' || operator === 'known'
  if (isFlag && (text === 'true' || text === 'false')) return text === 'true'
  return (fact.kind === 'number' || fact.kind === 'money') && NUMBER.test(text) ? Number(text) : text
}

/** `-amount,name` as facts, each with its direction. Throws a Refusal for a name that is none. */
export function sortOf(kind: SubjectKind, program: Program, sort: string | undefined) {
  const names = sort?.split(',').filter((name) => name !== '') ?? []
  if (names.length > 5) throw new Refusal('invalid-request', 'A list is sorted by five facts at most.')
  return names.map((name) => {
    const descending = name.startsWith('-')
    return { fact: factNamed(kind, program, descending ? name.slice(1) : name), descending }
  })
}
