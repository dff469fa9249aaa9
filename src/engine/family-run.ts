import type { People } from '../domain/vocabulary.js'
import type { Instant } from '../lib/instant.js'
import type { Program, Rule } from '../program/program.js'

/** All that the planning of one family needs beside the family. */
export interface FamilyRun {
  program: Program
  people: People
  now: Instant
  /** Rules that a limit holds. */
  held: Pick<ReadonlyMap<string, unknown>, 'has'>
  permits: ReadonlySet<string>
  baseline: ReadonlySet<string>
  only: ReadonlyMap<string, string> | null
  alone: boolean
  everything: boolean
  /** Whether the witness is asked, and it is told why. */
  explains: boolean
  /** When this rule was edited since the program of that number judged it; null where it was not. */
  editedAt: (rule: Rule, program: number) => Instant | null
  /** Whether what the rule's verdict rests on was edited since the program of that number judged it. */
  isReworded: (rule: Rule, program: number) => boolean
  /** Printed keys that another run has carried out: their steps are taken as done. */
  done: ReadonlySet<string>
}
