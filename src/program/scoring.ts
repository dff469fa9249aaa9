import { normalForm, type Written } from '../conditions/normal-form.js'
import { operatorNamed } from '../conditions/operators.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { Fact } from '../facts/fact.js'
import type { Path } from '../lib/problem.js'
import { type Checking, factNamed, type Scope, scopeOf } from './checking.js'
import { readCondition } from './conditions.js'
import type { Need, ScoreLine } from './program.js'

/** Reads the lines of points for one kind of subject. */
export function readScoring(checking: Checking, kind: SubjectKind): ScoreLine[] {
  const scope = scopeOf(checking, kind, 'score', 'the score')
  return (checking.rules.scoring?.[kind] ?? []).flatMap(({ when, add }, i) => {
    const condition = readCondition(when, scope, ['scoring', kind, i, 'when'])
    return condition ? [{ when: condition, add }] : []
  })
}

/** Reads the needs of qualification; null where none are declared. A fact is met when it is known and not false. */
export function readQualification(checking: Checking): Need[] | null {
  const { qualification } = checking.rules
  if (!qualification) return null
  const scope = scopeOf(checking, 'opportunity', 'score', 'qualification')
  return Object.entries(qualification.needs).flatMap(([name, need]) => {
    const path: Path = ['qualification', 'needs', name]
    const met = typeof need === 'string' ? known(need, scope, path) : readCondition(need, scope, path)
    return met ? [{ name, met }] : []
  })
}

function known(name: string, scope: Scope, path: Path) {
  const fact = factNamed(name, scope, path, 'value')
  return fact && normalForm(isKnown(fact))
}

const isKnown = (fact: Fact): Written =>
  fact.kind === 'flag'
    ? { is: 'leaf', fact, operator: operatorNamed('is', 'flag'), operand: { is: 'values', values: [true] } }
    : { is: 'leaf', fact, operator: operatorNamed('missing', fact.kind), operand: { is: 'flag', flag: false } }
