import { didYouMean } from './nearest.js'

/** Where in a file something stands. Lines and columns count from 1. */
export interface Place {
  file: string
  line: number
  column: number
}

/** A path into the merged rules, as keys and indexes: `['rules', 'quiet', 'when', 'stage']`. */
export type Path = readonly (string | number)[]

/** A mistake of a user, with its place and, where one helps, the next step. */
export interface Problem {
  place: Place
  message: string
  hint?: string
  /** Of a warning: which of those that the docs describe, as `ping-pong`. */
  kind?: string
}

/** The next step; or what was probably `meant`, which is asked at the end of the sentence. */
export type Hint = string | { readonly meant: string }

/** A problem before its place is known: it speaks of a path into the rules. */
export interface Complaint {
  path: Path
  message: string
  hint?: Hint | undefined
  /** Set where the message says that nothing has this name: of such a `kind` (`stage`, `field`, `person`). */
  unknown?: { kind: string; name: string }
  /** The text, as written, that stands where a number belongs. */
  noNumber?: string
  /** Where the same thing stands already: the sentence names both places. */
  also?: Path
  /** Point at the key itself rather than at its value. */
  at?: 'key' | 'value'
  /** Of a text: the part of it, as written, at which to point. */
  near?: string
}

/** What a complaint says: its sentence, with what was probably meant, and the next step where there is another one. */
export function sayComplaint({
  message,
  hint,
}: Pick<Complaint, 'message' | 'hint'>): Pick<Problem, 'message' | 'hint'> {
  if (hint === undefined) return { message }
  return typeof hint === 'string' ? { message, hint } : { message: message + didYouMean(hint.meant) }
}
