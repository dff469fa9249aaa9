import type { Fact } from '../../facts/fact.js'
import type { Program } from '../../program/program.js'

/** What a fact may be at all, whatever the data say. Wider than the truth where the truth is not certain. */
export interface Domain {
  /** Of one that the account, or the subject, has: may it be missing? */
  missing: boolean
  whole: boolean
  min: number
  max: number
  choices: readonly string[] | null
}

/** The fact's name without the side it stands on: `account.bin` is `bin`. */
export const plainName = (name: string): string => name.replace(/^account\./, '')
export const isOfItsAccount = (name: string): boolean => name.startsWith('account.')

const ANY = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY, choices: null }

const domains = new WeakMap<Fact, Domain>()

/** The domain of a fact of the program's own table. */
export function domainOf(program: Program, fact: Fact): Domain {
  const known = domains.get(fact) ?? makeDomain(program, fact)
  domains.set(fact, known)
  return known
}

function makeDomain(program: Program, fact: Fact): Domain {
  const name = plainName(fact.name)
  const missing = isOfItsAccount(fact.name) || !fact.neverMissing
  const base: Domain = { ...ANY, missing, whole: fact.kind === 'money', choices: fact.choices ?? null }
  if (fact.neverMissing === 'count') return { ...base, whole: true, min: 0 }
  if (name === 'contacts_touched') return { ...base, whole: true, min: 1 }
  if (name === 'amount_drop') return { ...base, min: 0 }
  if (name === 'group') {
    const { assemblyLine } = program.vocabulary
    const groups = [...(assemblyLine?.bins.values() ?? [])].map(({ group }) => group)
    return { ...base, choices: [...new Set<string>(groups)] }
  }
  if (name === 'score') {
    const isAccount = fact.name !== name || program.facts.opportunity.get(name) !== fact
    const lines = program.scoring[isAccount ? 'account' : 'opportunity']
    const sum = (sign: 1 | -1) => lines.reduce((total, { add }) => total + (add * sign > 0 ? add : 0), 0)
    return { ...base, missing: lines.length === 0 || isAccount, min: sum(-1), max: sum(1) }
  }
  return base
}
