import type { PlannedAction } from '../actions/action.js'
import { ALWAYS, type Condition, fold, type Leaf, NEVER_SO } from '../conditions/tree.js'
import { settledAnswer } from '../conditions/verdict.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { Vocabulary } from '../domain/vocabulary.js'
import { type Fact, type FactValue, isOfTime } from '../facts/fact.js'
import { follows } from '../facts/follows.js'
import { factsFor, settableFacts } from '../facts/table.js'
import type { Program, Rule } from '../program/program.js'
import { inStoredFacts } from './satisfy/reckoned.js'

/** What an action writes into a fact of its subject, or of the subject's account (`account.bin`). */
export interface Write {
  readonly fact: string
  /** Null makes it unknown; undefined where it depends on the subject. */
  readonly value: FactValue | null | undefined
}

const optionsOf = ({ options }: PlannedAction): Record<string, unknown> =>
  typeof options === 'object' && options !== null ? (options as Record<string, unknown>) : { to: options }

/** What actions write, in order; the first of two into one slot stands. */
export function writesOf(actions: readonly PlannedAction[], kind: SubjectKind, program: Program): Write[] {
  const writes = actions.flatMap((action): Write[] => {
    const options = optionsOf(action)
    const to = String(options.to)
    switch (action.name) {
      case 'set_status':
        return [
          { fact: 'status', value: to },
          { fact: 'reason', value: options.reason === undefined ? null : String(options.reason) },
        ]
      case 'move_stage':
        return [{ fact: 'stage', value: to }]
      case 'move_bin':
        return [{ fact: kind === 'account' ? 'bin' : 'account.bin', value: to }]
      case 'assign':
        return [{ fact: 'owner', value: program.vocabulary.people.get(to)?.active ? to : undefined }]
      case 'set_field':
        return Object.entries(options).map(([fact, value]) => ({
          fact,
          value: settableValue(fact, value, kind, program),
        }))
      default:
        return []
    }
  })
  return writes.filter(({ fact }, i) => writes.findIndex((one) => one.fact === fact) === i)
}

/** What a rule writes when it fires: a move its bin, too. */
export const writesOfRule = (rule: Rule, program: Program): Write[] => [
  ...(rule.move ? [{ fact: 'bin', value: rule.move.to }] : []),
  ...(rule.mode === 'observe' ? [] : writesOf(rule.then, rule.for, program)),
]

function settableValue(fact: string, value: unknown, kind: SubjectKind, program: Program): Write['value'] {
  if (value === null) return null
  switch (settableFacts(kind, program.vocabulary).get(fact)) {
    case 'number':
      return Number(value)
    case 'money':
      return Math.round(Number(value) * 1000)
    case 'flag':
      return value === true || value === 'true'
    case 'instant':
      return undefined
    default:
      return /\{[{%]/.test(String(value)) ? undefined : String(value)
  }
}

/** All that a rule may ever write: also as a reminder, as an escalation, on resolving. */
export const allWrites = (rule: Rule, program: Program): Write[] => [
  ...writesOfRule(rule, program),
  ...[...(rule.remind?.then ?? []), ...rule.escalate.flatMap(({ then }) => then), ...rule.onResolve].flatMap((action) =>
    writesOf([action], rule.for, program),
  ),
]

/** Does it write what pipelines and the assembly line may refuse? */
export const isJudged = ({ fact }: Write): boolean => /^(status|stage|(account\.)?bin)$/.test(fact)

/** A fact's name as an opportunity would have it: of an account's own facts `account.…`. */
export const absolute = (kind: SubjectKind, fact: string): string => (kind === 'account' ? `account.${fact}` : fact)

/** Reckoned of other facts, and of too many to be written out as these. */
const RECKONED = /^(account\.)?(score|qualification)$/

/** Does a fact change with what is written, in ways that are left to the engine? What is written is named as beside the fact. */
const isMovedBy = (fact: Fact, written: string): boolean => RECKONED.test(fact.name) || follows(fact, written)

/** The same of two names, both as an opportunity would have them. */
export function moves(written: string, read: string, vocabulary: Vocabulary): boolean {
  const fact = factsFor('opportunity', vocabulary).get(read)
  return fact !== undefined && isMovedBy(fact, written)
}

/**
 * The condition as it reads of a subject before the writes, for it to hold after them. Of what follows from a write in other ways
 * nothing is asked: whether it holds then the engine says.
 */
function after(condition: Condition, writes: readonly Write[]): Condition {
  const written = new Map(writes.map(({ fact, value }) => [fact, value]))
  const isMoved = ({ fact }: Leaf) => [...written.keys()].some((one) => isMovedBy(fact, one))
  return fold<Condition>(condition, {
    all: (parts) => ({ is: 'all', parts }),
    any: (parts) => ({ is: 'any', parts }),
    leaf: (leaf) => {
      const value = written.get(leaf.fact.name)
      if (value === undefined) return written.has(leaf.fact.name) || isMoved(leaf) ? ALWAYS : leaf
      // When time tells, the engine is asked; whether anything is known, or nothing, is certain.
      const isTime = isOfTime(leaf.fact)
      if (isTime && value !== null && !leaf.operator.ofMissing) return ALWAYS
      return settledAnswer(leaf, value) ? ALWAYS : NEVER_SO
    },
  })
}

/** The condition of a rule as it reads before the writes, for it to hold after them: with what is reckoned written out. */
export const afterRule = (program: Program, rule: Rule, writes: readonly Write[]): Condition =>
  after(inStoredFacts(program, rule.for, rule.when), writes)
