import { valuesOf } from '../analysis/origins.js'
import { absolute, writesOf } from '../analysis/writes.js'
import type { Program, Rule } from '../program/program.js'
import type { Origin } from '../program/sections/sources.js'

/** Texts that a fact may come to be though no record has them yet, by the name that it has of an opportunity. */
export interface Declared {
  readonly values: ReadonlyMap<string, ReadonlySet<string>>
  /** Facts into which a rule writes a text with variables, and so any. */
  readonly open: ReadonlySet<string>
}

/**
 * What the rules themselves say that facts may be: the reasons of pipelines, the currencies, what the origins of sources yield, and
 * what any rule writes, also one that is only watched or disabled.
 */
export function declaredIn(program: Program): Declared {
  const values = new Map<string, Set<string>>()
  const open = new Set<string>()
  const add = (fact: string, texts: Iterable<string>) =>
    values.set(fact, new Set([...(values.get(fact) ?? []), ...texts]))
  for (const { reasons } of program.vocabulary.pipelines.values()) add('reason', Object.values(reasons).flat())
  const { currency, rates } = program.vocabulary.money
  add('currency', [currency, ...Object.keys(rates)])
  for (const { accounts, opportunities, people } of Object.values(program.sections.sources ?? {})) {
    for (const [fact, texts] of yieldedBy(accounts)) add(absolute('account', fact), texts)
    for (const [fact, texts] of yieldedBy(opportunities)) add(fact, texts)
    for (const [key, texts] of yieldedBy(people))
      for (const owner of ['owner', 'account.owner']) add(key === 'id' ? owner : `${owner}.${key}`, texts)
  }
  for (const rule of program.rules) {
    for (const action of actionsOf(rule)) {
      for (const { fact, value } of writesOf([action], rule.for, program)) {
        const name = absolute(rule.for, fact)
        // Of an owner who is nobody described people tell.
        if (value === undefined && fact !== 'owner') open.add(name)
        else if (value !== undefined && value !== null) add(name, [String(value)])
      }
    }
  }
  return { values, open }
}

const actionsOf = (rule: Rule) => [
  ...rule.then,
  ...(rule.remind?.then ?? []),
  ...rule.escalate.flatMap(({ then }) => then),
  ...rule.onResolve,
]

type Mapped = Readonly<Record<string, Origin | Readonly<Record<string, Origin>> | undefined>>

/** What the origins of a kind of record yield, by fact; nothing of those that yield any text. */
function yieldedBy({ fields, ...rows }: Mapped = {}): [fact: string, texts: readonly string[]][] {
  const own = Object.entries(rows as Readonly<Record<string, Origin | undefined>>)
  const custom = Object.entries((fields ?? {}) as Readonly<Record<string, Origin>>)
  return [...own, ...custom.map(([name, origin]) => [`fields.${name}`, origin] as const)].flatMap(
    ([fact, origin]): [string, readonly string[]][] => (origin === undefined ? [] : [[fact, textsOf(origin)]]),
  )
}

/** What an origin yields for certain, whatever the columns say besides. */
function textsOf(origin: Origin): readonly string[] {
  const said = typeof origin === 'object' && 'else' in origin ? origin.else : undefined
  return valuesOf(origin) ?? (said === undefined ? [] : [said])
}
