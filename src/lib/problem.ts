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

/** A problem before its place is known: it speaks of a path into the rules. */
export interface Complaint {
  path: Path
  message: string
  hint?: string
  /** Where the same thing stands already: the sentence names both places. */
  also?: Path
  /** Point at the key itself rather than at its value. */
  at?: 'key' | 'value'
  /** Of a text: the part of it, as written, at which to point. */
  near?: string
}
