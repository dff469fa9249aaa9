import type { z } from 'zod'
import type { Effect } from '../domain/effects.js'
import type { FindingRef } from '../domain/findings.js'
import type { SubjectKind, SubjectRef } from '../domain/subjects.js'
import type { Vocabulary } from '../domain/vocabulary.js'
import type { Snapshot } from '../facts/fact.js'
import type { Complaint, Path } from '../lib/problem.js'
import type { Template } from '../lib/texts.js'

/** What an action may look at while the rules are checked. */
export interface ActionCheck {
  vocabulary: Vocabulary
  for: SubjectKind
  channels: ReadonlyMap<string, { type: string }>
  /** People may also come as data (or none are declared): then a person or team that no rule knows is none the less taken. */
  openPeople: boolean
  /** Is this a step of a finding? Not so of event rules and moves. */
  finding: boolean
  /** Parses and checks a text over the subject's facts; its problems go to `complain`. */
  template(source: unknown, path: Path): Template | null
  /** A value for a settable fact, read as its kind; null means "unknown". Complains and gives undefined where it is none. */
  settable(fact: string, value: unknown, path: Path): import('../domain/effects.js').Settable | undefined
  complain(complaint: Complaint): void
}

/** What an action sees when it plans: pure, nothing is sent or written. */
export interface ActionContext {
  subject: SubjectRef
  snapshot: Snapshot
  rule: { id: string; title: string; why: string | null }
  /** The finding whose step this is; null of moves and event rules. */
  finding: FindingRef | null
  /** The printed key of the step: what "in turn" hashes. */
  key: string
  /** The values that texts may use. */
  values: Record<string, unknown>
}

/** An action with its options checked and its texts parsed. */
export interface PlannedAction {
  readonly name: string
  /** For digests and for people: the options as written. */
  readonly options: unknown
  /** The effects it would have; a `left_out` where it has none for a reason that people should know. Throws only where a text fails. */
  plan(context: ActionContext): Effect[]
}

/** A verb of the language: one value that describes itself. */
export interface Action {
  readonly name: string
  readonly for: readonly SubjectKind[]
  /** One sentence. */
  readonly summary: string
  /** Options as written; the JSON Schema comes from it. */
  readonly options: z.ZodType
  /** The option that may stand alone. */
  readonly short?: string
  /** A line that loads and plans. */
  readonly example: string
  /** Checks references and parses texts. Null where it complained. `path` is the place of the options. */
  compile(options: unknown, check: ActionCheck, path: Path): Omit<PlannedAction, 'name' | 'options'> | null
}
