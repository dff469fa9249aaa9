import { ALWAYS, type Condition, fold, type Leaf, NEVER_SO } from '../../conditions/tree.js'
import { settledAnswer } from '../../conditions/verdict.js'
import type { SubjectKind } from '../../domain/subjects.js'
import type { Fact, FactValue } from '../../facts/fact.js'
import type { Indicator, Program } from '../../program/program.js'
import { all, any, failing, missingIs } from './failing.js'

/** Beyond so many lines a score is not written out: it is only known to lie between its least and its most. */
const MOST_LINES = 5
const MOST_NEEDS = 6

/**
 * A condition in terms of what is stored: health, its levels, qualification and scores are written out as what they are
 * reckoned from. A score of many lines stays as it is.
 */
export function inStoredFacts(program: Program, kind: SubjectKind, condition: Condition): Condition {
  return fold<Condition>(condition, {
    all: (parts) => ({ is: 'all', parts }),
    any: (parts) => ({ is: 'any', parts }),
    leaf: (leaf) => {
      const meanings = meaningsOf(program, kind, leaf.fact.name)
      if (!meanings) return leaf
      const ways = meanings.filter(([value]) => settledAnswer(leaf, value)).map(([, when]) => when)
      return { is: 'any', parts: ways.map((when) => inStoredFacts(program, kind, when)) }
    },
  })
}

type Meanings = readonly (readonly [value: FactValue | null, when: Condition])[]

/** What a reckoned fact may be, and when it is each; null of a fact that is stored (or too much to write out). */
function meaningsOf(program: Program, kind: SubjectKind, name: string): Meanings | null {
  if (name === 'score') return scoreMeanings(program, kind)
  if (name === 'account.score') return kind === 'opportunity' ? accountScore(program) : null
  if (kind === 'account') return null
  if (name === 'health') return healthMeanings(program)
  if (name.startsWith('health.')) return levelMeanings(program, name.slice('health.'.length))
  if (name === 'qualification') return countOfNeeds(program)
  if (name.startsWith('qualification.')) return needMeanings(program, name.slice('qualification.'.length))
  return null
}

const missing: Meanings = [[null, ALWAYS]]

function levelsOf({ rows, fact }: Indicator): Record<'healthy' | 'at_risk' | 'poor' | 'none', Condition> {
  const at = (level: string) =>
    any(
      ...rows.flatMap((row, i) =>
        row.level === level ? [all(row.when, ...rows.slice(0, i).map((before) => failing(before.when)))] : [],
      ),
    )
  const neither = all(...rows.map((row) => failing(row.when)))
  return {
    poor: at('poor'),
    at_risk: at('at_risk'),
    healthy: fact ? all(neither, missingIs(fact, false)) : neither,
    none: fact ? all(neither, missingIs(fact, true)) : NEVER_SO,
  }
}

function levelMeanings({ health }: Program, name: string): Meanings {
  const indicator = health?.indicators.find((one) => one.name === name)
  if (!health || !indicator) return missing
  const levels = levelsOf(indicator)
  return [
    ['poor', all(health.when, levels.poor)],
    ['at_risk', all(health.when, levels.at_risk)],
    ['healthy', all(health.when, levels.healthy)],
    [null, any(failing(health.when), levels.none)],
  ]
}

function healthMeanings({ health }: Program): Meanings {
  if (!health) return missing
  const { when, indicators } = health
  const levels = indicators.map(levelsOf)
  const isPoor = any(...levels.map(({ poor }) => poor))
  const isAtRisk = any(...levels.map(({ at_risk }) => at_risk))
  return [
    ['poor', all(when, isPoor)],
    ['at_risk', all(when, isAtRisk, failing(isPoor))],
    ['healthy', all(when, failing(isPoor), failing(isAtRisk))],
    [null, failing(when)],
  ]
}

function needMeanings({ qualification }: Program, name: string): Meanings {
  const need = qualification?.find((one) => one.name === name)
  if (!need) return missing
  return [
    [true, need.met],
    [false, failing(need.met)],
  ]
}

function countOfNeeds({ qualification }: Program): Meanings | null {
  if (!qualification) return missing
  if (qualification.length > MOST_NEEDS) return null
  return subsets(qualification).map(({ chosen, others }) => [
    chosen.length,
    all(...chosen.map(({ met }) => met), ...others.map(({ met }) => failing(met))),
  ])
}

function scoreMeanings(program: Program, kind: SubjectKind): Meanings | null {
  const lines = program.scoring[kind]
  if (lines.length === 0) return missing
  if (lines.length > MOST_LINES) return null
  return subsets(lines).map(({ chosen, others }) => [
    chosen.reduce((sum, { add }) => sum + add, 0),
    all(...chosen.map(({ when }) => when), ...others.map(({ when }) => failing(when))),
  ])
}

/** The account's score as a fact of an opportunity: its lines speak of `account.*`, and without an account it is missing. */
function accountScore(program: Program): Meanings | null {
  const meanings = scoreMeanings(program, 'account')
  const id = program.facts.opportunity.get('account.id') as Fact
  if (!meanings) return null
  const known = missingIs(id, false)
  return [
    ...meanings.map(([value, when]) => [value, all(known, ofItsAccount(program, when))] as const),
    [null, missingIs(id, true)],
  ]
}

const ofItsAccount = ({ facts }: Program, condition: Condition): Condition =>
  fold<Condition>(condition, {
    all: (parts) => ({ is: 'all', parts }),
    any: (parts) => ({ is: 'any', parts }),
    leaf: (leaf): Leaf => ({ ...leaf, fact: facts.opportunity.get(`account.${leaf.fact.name}`) ?? leaf.fact }),
  })

function subsets<T>(list: readonly T[]): { chosen: T[]; others: T[] }[] {
  return Array.from({ length: 2 ** list.length }, (_, bits) => ({
    chosen: list.filter((_one, i) => (bits & (1 << i)) !== 0),
    others: list.filter((_one, i) => (bits & (1 << i)) === 0),
  }))
}
