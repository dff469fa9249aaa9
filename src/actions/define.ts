import { z } from 'zod'
import type { Effect } from '../domain/effects.js'
import { nearest } from '../lib/nearest.js'
import type { Complaint, Path } from '../lib/problem.js'
import type { Action, ActionCheck, ActionContext } from './action.js'

interface Draft<O extends z.ZodType> extends Omit<Action, 'options' | 'compile'> {
  readonly options: O
  /** Checks references and parses texts; gives the plan, or null where it complained. */
  compile(options: z.infer<O>, check: ActionCheck, path: Path): ((context: ActionContext) => Effect[]) | null
}

/** Makes a word of the language of its draft: options are checked for their shape before references are looked at. */
export const defineAction = <O extends z.ZodType>(draft: Draft<O>): Action => ({
  ...draft,
  compile(options, check, path) {
    const parsed = draft.options.safeParse(options)
    if (!parsed.success) {
      const known = draft.options instanceof z.ZodObject ? Object.keys(draft.options.shape) : []
      for (const complaint of shapeComplaints(draft.name, parsed.error, options, known)) {
        check.complain({ ...complaint, path: [...path, ...complaint.path] })
      }
      return null
    }
    const plan = draft.compile(parsed.data, check, path)
    return plan && { plan }
  },
})

/** What is wrong with the shape of options, one slip once: a misspelt option counts as the one it was meant to be. */
function shapeComplaints(name: string, error: z.ZodError, options: unknown, known: readonly string[]): Complaint[] {
  const given = typeof options === 'object' && options !== null ? Object.keys(options) : []
  const complaints: Complaint[] = []
  const meant = new Set<string>()
  for (const issue of error.issues) {
    if (issue.code !== 'unrecognized_keys') continue
    for (const key of issue.keys) {
      const near = nearest(
        key,
        known.filter((k) => !given.includes(k)),
      )
      if (near) meant.add(near)
      const hint = near ? { meant: near } : listHint(known)
      complaints.push({ path: [key], message: `There is no option "${key}" of ${name}.`, hint, at: 'key' })
    }
  }
  for (const issue of error.issues) {
    const [key] = issue.path
    if (issue.code === 'unrecognized_keys' || (typeof key === 'string' && meant.has(key))) continue
    const path = issue.path as (string | number)[]
    if (typeof key === 'string' && !given.includes(key)) {
      complaints.push({ path: [], message: `${name} needs "${key}".` })
    } else if (key === undefined) {
      complaints.push({ path: [], message: `${name} takes its options as a map, not ${shown(options)}.` })
    } else {
      const value = path.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], options)
      complaints.push({ path, message: `"${String(key)}" of ${name} cannot be ${shown(value)}.`, hint: wanted(issue) })
    }
  }
  return complaints
}

const listHint = (known: readonly string[]) =>
  known.length > 0 ? `Its options are ${known.join(', ')}.` : 'It takes none: {}.'

const shown = (value: unknown): string => (value === null ? 'empty' : JSON.stringify(value))

function wanted(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === 'invalid_value') return `It is one of ${issue.values.join(', ')}.`
  if (issue.code === 'invalid_type') return `It is a ${issue.expected}.`
  return undefined
}
