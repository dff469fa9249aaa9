import { normalForm, type Written } from '../conditions/normal-form.js'
import { operatorNamed } from '../conditions/operators.js'
import { ALWAYS, type Condition, leavesOf } from '../conditions/tree.js'
import type { Fact } from '../facts/fact.js'
import { isMap } from '../lib/maps.js'
import type { Hint, Path } from '../lib/problem.js'
import { type Checking, hintFor, type Scope, scopeOf } from './checking.js'
import { readCondition, readWritten } from './conditions.js'
import { compared } from './operands.js'
import type { Indicator, Program } from './program.js'
import { readCoach, titleOf } from './rules.js'
import type { Rules } from './sections/index.js'

type Source = NonNullable<Rules['health']>['indicators'][string]

const isMeasured = (fact: Fact): boolean => ['elapsed', 'number', 'money'].includes(fact.kind)

/** Reads the section; null where it is not declared. */
export function readHealth(checking: Checking): Program['health'] {
  const { health } = checking.rules
  if (!health) return null
  const scope = scopeOf(checking, 'opportunity', 'health', 'health')
  const when = health.when === undefined ? ALWAYS : readCondition(health.when, scope, ['health', 'when'])
  const indicators = Object.entries(health.indicators).flatMap(
    ([name, indicator]) => readIndicator(name, indicator, scope) ?? [],
  )
  return { when: when ?? ALWAYS, indicators }
}

function readIndicator(name: string, source: Source, scope: Scope): Indicator | null {
  const { checking, facts } = scope
  const path: Path = ['health', 'indicators', name]
  const fact = facts.get(name)
  const measured = fact && isMeasured(fact) ? fact : null
  const needsFact = source.at_risk !== undefined || source.poor !== undefined
  const refuse = (message: string, hint?: Hint): null => {
    checking.complain({ path, at: 'key', message, hint })
    return null
  }
  const coach = readCoach(source.coach, checking, [...path, 'coach'])
  if (needsFact && !measured) {
    const names = [...facts.values()].filter(isMeasured).map((known) => known.name)
    return fact
      ? refuse(
          `The indicator ${name} cannot have levels: ${name} is no span and no number.`,
          'Give it "when" and "level".',
        )
      : refuse(`There is no fact "${name}" of which "at_risk" and "poor" could be levels.`, hintFor(name, names))
  }
  const when = source.when === undefined ? null : readWritten(source.when, scope, [...path, 'when'])
  if (source.when !== undefined && !when) return null
  const base = { name, title: source.title ?? titleOf(name), coach }
  if (measured) {
    if (source.level !== undefined) {
      return refuse(`The indicator ${name} is named after a fact: it has "at_risk" or "poor", no "level".`)
    }
    if (!needsFact) return refuse(`The indicator ${name} needs "at_risk", "poor" or both.`)
    const rows = (['poor', 'at_risk'] as const).flatMap((level) => {
      const row =
        source[level] === undefined ? null : readRow(measured, level, source[level], when, scope, [...path, level])
      return row ?? []
    })
    return { ...base, rows, fact: measured, facts: [name] }
  }
  if (!when || source.level === undefined) {
    const missing = [when ? [] : '"when"', source.level === undefined ? '"level"' : []].flat().join(' and ')
    const hint = hintFor(
      name,
      [...facts.values()].filter(isMeasured).map((known) => known.name),
    )
    return refuse(`The indicator ${name} needs ${missing}.`, hint)
  }
  const condition = normalForm(when)
  const named = [...new Set(leavesOf(condition).map((leaf) => leaf.fact.name))]
  return { ...base, rows: [{ level: source.level, when: condition, threshold: null }], fact: null, facts: named }
}

/** Reached as by `over` (a span) or `at_least` (a number). */
function readRow(
  fact: Fact,
  level: 'at_risk' | 'poor',
  value: unknown,
  when: Written | null,
  scope: Scope,
  path: Path,
) {
  const [name, as] = fact.kind === 'elapsed' ? (['over', 'span'] as const) : (['at_least', 'number'] as const)
  if (value === null || Array.isArray(value) || (isMap(value) && Object.keys(value).length === 0)) {
    scope.checking.complain({ path, message: `"${level}" of ${fact.name} needs a threshold.` })
    return null
  }
  const operand = compared(fact, value, scope, path, `"${level}" of ${fact.name}`, as)
  if (!operand) return null
  const reached: Written = { is: 'leaf', fact, operator: operatorNamed(name, fact.kind), operand }
  const condition: Condition = normalForm(when ? { is: 'all', parts: [reached, when] } : reached)
  return { level, when: condition, threshold: operand.is === 'table' ? null : operand }
}
