import type { z } from 'zod'
import { didYouMean, nearest } from '../lib/nearest.js'

type Issue = z.core.$ZodIssue

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
  undefined: 'left out',
}

const COUNTED: Readonly<Record<string, string>> = {
  string: 'characters',
  array: 'entries',
  set: 'entries',
  object: 'names',
}

/** What stands there, short. */
function found(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  const text = String(value)
  return typeof value === 'string' ? `"${text.length > 60 ? `${text.slice(0, 57)}…` : text}"` : text
}

const list = (words: readonly string[]): string => {
  const each = [...new Set(words)]
  return each.length < 2 ? (each[0] ?? '') : `${each.slice(0, -1).join(', ')} or ${each.at(-1)}`
}

/** What stands at the place of an issue within what was read. */
const valueAt = (issue: Issue, whole: unknown): unknown =>
  issue.path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | null | undefined)?.[step], whole)

/** What is wrong, as a sentence of our own about the thing at its place: `It is a number, not "many".` */
export function sayIssue(issue: Issue, whole: unknown): string {
  const value = valueAt(issue, whole)
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined) return 'It is missing.'
      return `It is ${TYPES[issue.expected] ?? issue.expected}, not ${found(value)}.`
    case 'too_small':
      return bound(issue.origin, Number(issue.minimum), issue.inclusive === false ? 'more than' : 'at least', value)
    case 'too_big':
      return bound(issue.origin, Number(issue.maximum), issue.inclusive === false ? 'less than' : 'at most', value)
    case 'invalid_value': {
      if (value === undefined) return 'It is missing.'
      const words = issue.values.map(String)
      const meant = typeof value === 'string' ? nearest(value, words) : undefined
      return `It is ${list(words)}, not ${found(value)}.${didYouMean(meant)}`
    }
    case 'invalid_union': {
      if (value === undefined) return 'It is missing.'
      const types = issue.errors.flatMap(([first]) =>
        first?.code === 'invalid_type' ? [TYPES[first.expected] ?? ''] : [],
      )
      return types.length === 0 || types.includes('')
        ? `${found(value)} is none of what may stand here.`
        : `It is ${list(types)}, not ${found(value)}.`
    }
    default:
      return issue.message
  }
}

function bound(origin: string, limit: number, word: string, value: unknown): string {
  const counted = COUNTED[origin]
  if (counted === undefined) return `It is ${word} ${limit}, not ${found(value)}.`
  return limit === 1 && word === 'at least' ? 'It is empty.' : `It has ${word} ${limit} ${counted}.`
}

/** Each name that there is not, with its own place and the nearest that there is. */
export const sayUnknownKeys = (keys: readonly string[], known: readonly string[]): { key: string; says: string }[] =>
  keys.map((key) => ({ key, says: `There is no "${key}" in it.${didYouMean(nearest(key, known))}` }))
