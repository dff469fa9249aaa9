import type { Condition } from '../conditions/tree.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import type { Complaint } from '../lib/problem.js'
import type { Program } from '../program/program.js'
import type { Rules } from '../program/sections/index.js'
import type { Answer } from './satisfy/satisfy.js'
import type { Trace, Witness } from './witness.js'

/** What every kind of warning is given to look at. */
export interface Asked {
  readonly program: Program
  /** As written: where tables and lines stand. */
  readonly rules: Rules
  readonly now: Instant
  /** Can a condition hold of anything? The answer is remembered. */
  satisfy(kind: SubjectKind, condition: Condition): Answer
}

/** A fault that was reasoned out, and the witness that must show it before anybody is told. */
export interface Suspicion extends Complaint {
  /** Where it does not say what it is about, it is about the rules at the path. */
  readonly witness: Witness
  /** Does the engine do with the witness what the sentence says? Or with what sentence, where only the engine can tell. */
  isSo(trace: Trace): boolean | string
}

/** One kind of fault: a value that describes itself. The docs and the tests follow from it. */
export interface WarningKind {
  /** As in the docs: `rule-never-fires`. */
  readonly id: string
  /** One sentence. */
  readonly summary: string
  /** Rules that have the fault once, over the sections of `WORLD`. */
  readonly example: string
  find(asked: Asked): Iterable<Suspicion>
}

/** A fault that the engine has shown on its witness. */
export interface Warning extends Complaint {
  readonly kind: string
  readonly witness: Witness
}
