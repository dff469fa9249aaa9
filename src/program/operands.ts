import type { Table } from '../conditions/normal-form.js'
import type { Operand, Operator } from '../conditions/tree.js'
import type { Stage } from '../domain/vocabulary.js'
import type { Fact } from '../facts/fact.js'
import { parseCivilDate } from '../lib/calendar.js'
import { isMap } from '../lib/maps.js'
import { meantPeriod, meantWithin, parsePeriod } from '../lib/period.js'
import type { Complaint, Hint, Path } from '../lib/problem.js'
import { meantSpan, type Span } from '../lib/span.js'
import { factNamed, hintFor, type Scope, shown } from './checking.js'
import { inUnits, readNumber, withoutCommas } from './numbers.js'
import { fitThreshold, readPlain, readThreshold, type Threshold } from './thresholds.js'
import { readChoice } from './values.js'

/** Reads what a fact is compared with. Null where it complained. */
export function readOperand(
  fact: Fact,
  operator: Operator,
  value: unknown,
  scope: Scope,
  path: Path,
): Operand | Table | null {
  const takes = (is: Operand['is']) => operator.takes.includes(is)
  const what = `"${operator.name}" of ${fact.name}`
  const refuse = (wanted: string, hint?: Hint): null => {
    scope.checking.complain({ path, message: `${what} takes ${wanted}, not ${shown(value)}.`, hint })
    return null
  }
  const numeric = fact.kind === 'number' || fact.kind === 'money'
  if (operator.name === 'missing') {
    const flag = value === true || value === 'true' ? true : value === false || value === 'false' ? false : null
    return flag === null ? refuse('true or false') : { is: 'flag', flag }
  }
  if (value === null) return refuse('a value', 'Write { missing: true } for "is not known".')
  if (takes('values')) {
    const isThreshold = numeric && (isMap(value) || (typeof value === 'string' && readNumber(value) === null))
    if (isThreshold && !Array.isArray(value)) return compared(fact, value, scope, path, what, 'values')
    return readValues(fact, value, scope, path)
  }
  if (takes('flag')) {
    const flag = readChoice(value, fact, scope.checking, path)
    return flag === null ? null : { is: 'flag', flag: flag === true }
  }
  if (takes('number') && numeric) return compared(fact, value, scope, path, what, 'number')
  if (takes('span')) return compared(fact, value, scope, path, what, 'span')
  if (takes('range')) return readRange(fact, value, refuse)
  if (takes('text')) {
    if (typeof value === 'object' || value === '') return refuse('a text')
    return { is: 'text', text: String(value) }
  }
  const several = takes('periods') && !takes('date')
  const period = (one: unknown) => (typeof one === 'string' ? parsePeriod(one) : undefined)
  const list = several && Array.isArray(value) ? value : [value]
  const periods = list.flatMap((one) => period(one) ?? [])
  if (takes('periods') && periods.length === list.length && list.length > 0) return { is: 'periods', periods }
  const date = !several && typeof value === 'string' ? parseCivilDate(value) : undefined
  if (date !== undefined) return { is: 'date', date }
  const wanted = `${several ? '' : 'a date such as 2026-03-31 or '}a period such as "this quarter" or "month-1"`
  const texts = list.filter((one) => typeof one === 'string')
  const within = several ? texts.map(meantWithin).find(Boolean) : undefined
  const near = texts.map(meantPeriod).find(Boolean)
  return refuse(wanted, within ? `Write ${within}.` : near && { meant: near })
}

const spanHint = (value: unknown, as: 'number' | 'span' | 'values'): Hint | undefined => {
  const meant = as === 'span' && typeof value === 'string' ? meantSpan(value) : undefined
  return meant === undefined ? undefined : { meant }
}

function readValues(fact: Fact, value: unknown, scope: Scope, path: Path): Operand | null {
  const list = Array.isArray(value) ? value : [value]
  if (list.length === 0) {
    scope.checking.complain({ path, message: `An empty list is no value of ${fact.name}.`, hint: 'Name at least one.' })
    return null
  }
  const values = list.map((one, i) => readChoice(one, fact, scope.checking, Array.isArray(value) ? [...path, i] : path))
  return values.every((one) => one !== null) ? { is: 'values', values } : null
}

function readRange(fact: Fact, value: unknown, refuse: (wanted: string, hint?: Hint) => null): Operand | null {
  const ends = Array.isArray(value) && value.length === 2 ? value : []
  const read = ends.map((end) => {
    const number = readNumber(end)
    return number === null ? null : inUnits(number, fact.kind)
  })
  const [from, to] = read
  const commas = ends.map(withoutCommas).find((text) => text !== null)
  const hint = commas ? `Write ${commas}, without commas.` : undefined
  if (from === undefined || to === undefined || from === null || to === null) {
    return refuse('two numbers: [10000, 50000]', hint)
  }
  return from <= to ? { is: 'range', from, to } : refuse('the lower number first', `Write [${ends[1]}, ${ends[0]}].`)
}

/** A number or a span, in place, by the name of a threshold, as a table, or `expected`. */
export function compared(
  fact: Fact,
  value: unknown,
  scope: Scope,
  path: Path,
  what: string,
  as: 'number' | 'span' | 'values',
): Operand | Table | null {
  const { checking } = scope
  const named = typeof value === 'string' && checking.thresholds.has(value)
  const wanted = as === 'span' ? 'a span such as "14 days"' : 'a number'
  const refuse = (given: unknown, at: Path, more: Pick<Complaint, 'hint' | 'unknown' | 'noNumber'> = {}): null => {
    checking.complain({ path: at, message: `${what} takes ${wanted}, not ${given}.`, ...more })
    return null
  }
  let threshold: Threshold | null
  if (named) threshold = checking.thresholds.get(value) ?? null
  else if (isMap(value)) {
    threshold = readThreshold(value, (name, at) => factNamed(name, scope, at, 'value'), checking, path, what)
  } else {
    threshold = readPlain(value)
    const commas = withoutCommas(value)
    const hint = commas
      ? `Write ${commas}, without commas.`
      : (spanHint(value, as) ?? hintFor(value, [...checking.thresholds.keys(), 'expected']))
    if (!threshold) {
      const text = typeof value === 'string' ? value : null
      const unknown = text === null ? {} : { unknown: { kind: 'threshold', name: text } }
      return refuse(shown(value), path, {
        hint,
        ...unknown,
        ...(text === null || as === 'span' ? {} : { noNumber: text }),
      })
    }
  }
  if (!threshold) return null
  const fit = (plain: Exclude<Threshold, { is: 'table' }>, at: Path): Operand | Table | null => {
    if (plain.is === 'expected') return expectedOf(fact, plain.times, scope, at, what)
    if (plain.is === 'span') {
      return as === 'span' ? { is: 'span', span: plain.span } : refuse(written(plain, value, named), at)
    }
    if (as === 'span') return refuse(written(plain, value, named), at)
    if (plain.percent && !/(^|\.)amount_drop$/.test(fact.name)) {
      return refuse(`${plain.number}%`, at, { hint: 'Only amount_drop is in per cent.' })
    }
    const number = inUnits(plain.number, fact.kind)
    if (number === null) return refuse(plain.number, at, { hint: 'Amounts have at most three decimals.' })
    return as === 'values' ? { is: 'values', values: [number] } : { is: 'number', number }
  }
  return fitThreshold(threshold, fit, scope, path, named)
}

function written(plain: Exclude<Threshold, { is: 'table' }>, value: unknown, named: boolean): string {
  const it =
    plain.is === 'number'
      ? String(plain.number)
      : plain.is === 'span'
        ? `"${plain.span.count} ${plain.span.unit}s"`
        : 'expected'
  return named ? `${it.replace('_', ' ')} (the threshold ${value})` : isMap(value) ? it.replace('_', ' ') : shown(value)
}

/** `expected`: the span of the stage or the bin in which the subject is. Where one has none there is no row. */
function expectedOf(fact: Fact, times: number, scope: Scope, path: Path, what: string): Table | null {
  const { pipelines, assemblyLine } = scope.checking.vocabulary
  const side = fact.name.startsWith('account.') ? 'account.' : ''
  const plain = fact.name.slice(side.length)
  const by = (name: string) => scope.facts.get(side + name)
  const operand = (span: Span): Operand => (times === 1 ? { is: 'span', span } : { is: 'span', span, times })
  const rowsOf = (places: Iterable<Pick<Stage, 'name' | 'expected'>>) =>
    [...places].flatMap(({ name, expected }) => (expected ? [{ value: name, then: operand(expected) }] : []))
  const [stage, pipeline, bin] = [by('stage'), by('pipeline'), by('bin')]
  if (plain === 'time_in_bin' && bin) return { is: 'table', by: bin, rows: rowsOf(assemblyLine?.bins.values() ?? []) }
  if (plain === 'time_in_stage' && stage && pipeline) {
    const tables = [...pipelines.values()].map((p) => ({
      value: p.name,
      then: { is: 'table', by: stage, rows: rowsOf(p.stages) } as Table,
    }))
    const filled = tables.filter((row) => row.then.rows.length > 0)
    return filled[0] && pipelines.size === 1 ? filled[0].then : { is: 'table', by: pipeline, rows: filled }
  }
  scope.checking.complain({
    path,
    message: `${what} cannot be compared with "expected".`,
    hint: 'Only time_in_stage and time_in_bin can.',
  })
  return null
}
