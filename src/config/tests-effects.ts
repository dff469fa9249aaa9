import { ACTIONS } from '../actions/index.js'
import type { SubjectKind } from '../domain/subjects.js'
import { parseCivilDate, parseInstant } from '../lib/calendar.js'
import { isMap } from '../lib/maps.js'
import type { Path } from '../lib/problem.js'
import { parseSpan } from '../lib/span.js'
import { inUnits, readNumber } from '../program/numbers.js'
import type { Rule } from '../program/program.js'
import type { ExpectedEffect } from '../replay/rule-test.js'
import { type Schema, typesOf } from './json-schema.js'
import { checkEffectPerson, guessing, type OneTest } from './tests-context.js'
import { optionsSchema } from './words.js'

/** What may be expected of each kind of rule. */
export const STEPS_OF: Readonly<Record<Rule['is'], readonly string[]>> = {
  state: ['opens', 'resolves', 'reminds', 'escalates', 'refused'],
  event: ['opens', 'refused'],
  move: ['moves', 'opens', 'refused'],
}

/** Options whose value is a list of people, whether or not it is written as one. */
const LISTS = ['to']
const TELLING = ['notify', 'send_email']
/** The option that names one person. */
const PERSON: Readonly<Record<string, string>> = { create_task: 'assign', assign: 'to' }

/** Effects as a test writes them: actions of which any option may be left out. */
export function readEffects(
  written: readonly Readonly<Record<string, unknown>>[],
  kind: SubjectKind,
  path: Path,
  context: OneTest,
): ExpectedEffect[] {
  return written.flatMap((effect, i) => {
    const here = [...path, i]
    const [entry, another] = Object.entries(effect)
    if (!entry || another) {
      const message = entry ? 'One entry holds one effect.' : 'An effect is missing here.'
      context.complain({ path: here, at: 'key', message, hint: 'Begin each effect with a dash of its own.' })
      return []
    }
    const [name, options] = entry
    return readEffect(name, options, kind, [...here, name], context)
  })
}

function readEffect(name: string, options: unknown, kind: SubjectKind, path: Path, context: OneTest): ExpectedEffect[] {
  const action = ACTIONS.find((one) => one.name === name)
  if (!action) {
    const hint = guessing(
      name,
      ACTIONS.map((one) => one.name),
      'The effects are',
    )
    context.complain({ path, at: 'key', message: `There is no effect "${name}".`, hint })
    return []
  }
  if (name === 'set_field')
    return isMap(options) ? readFields(options, kind, path, context) : refuseShape(path, context)
  const isAlone = !isMap(options)
  if (
    isAlone &&
    (action.short === undefined || options === null || typeof options === 'object') &&
    !Array.isArray(options)
  )
    return refuseShape(path, context)
  const details = isMap(options) ? options : { [action.short as string]: options }
  const shape = optionsSchema(action.options, action.short)
  const keys = Object.keys((shape.anyOf?.[0] ?? shape).properties ?? {})
  const read: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(details)) {
    const here = isAlone ? path : [...path, key]
    const schema = (shape.anyOf?.[0] ?? shape).properties?.[key]
    if (!schema) {
      const hint = guessing(key, keys, 'Its options are')
      context.complain({ path: here, at: 'key', message: `There is no option "${key}" of ${name}.`, hint })
    } else if (TELLING.includes(name) && LISTS.includes(key)) {
      const whos = [value].flat().map(String)
      whos.forEach((who, i) => {
        checkEffectPerson(who, Array.isArray(value) ? [...here, i] : here, context)
      })
      read[key] = whos
    } else if (key === 'due' && parseSpan(String(value)) === undefined) {
      context.complain({ path: here, message: `"due" of ${name} is a span such as "2 business days".` })
    } else {
      if (PERSON[name] === key && typeof value === 'string') checkEffectPerson(value, here, context)
      read[key] = wantsText(schema) && typeof value !== 'boolean' ? String(value) : value
    }
  }
  return [{ kind: name, details: read }]
}

const wantsText = (schema: Schema): boolean =>
  [schema, ...(schema.anyOf ?? [])].some((one) => typesOf(one).includes('string') || one.enum !== undefined)

function refuseShape(path: Path, context: OneTest): [] {
  context.complain({ path, message: 'An effect is a map of its details.', hint: 'Write { } where any will do.' })
  return []
}

/** Each field is an effect of its own. */
function readFields(
  options: Readonly<Record<string, unknown>>,
  kind: SubjectKind,
  path: Path,
  { program, complain }: OneTest,
): ExpectedEffect[] {
  const { calendar } = program.vocabulary
  if (Object.keys(options).length === 0) return [{ kind: 'set_field', details: {} }]
  return Object.entries(options).flatMap(([field, value]) => {
    const fact = program.facts[kind].get(field)
    if (!fact) {
      const hint = guessing(field, program.facts[kind].keys(), 'There is')
      complain({ path: [...path, field], at: 'key', message: `There is no fact "${field}".`, hint })
      return []
    }
    const to =
      value === null || typeof value === 'boolean'
        ? value
        : fact.kind === 'money' || fact.kind === 'number'
          ? inUnits(readNumber(value) ?? Number.NaN, fact.kind)
          : fact.kind === 'instant'
            ? parseInstant(String(value), calendar)
            : fact.kind === 'date'
              ? parseCivilDate(String(value))
              : String(value)
    return [{ kind: 'set_field', details: { field, to } }]
  })
}
