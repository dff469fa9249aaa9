import type { CivilDate, Instant } from '../lib/instant.js'
import type { FindingRef } from './findings.js'
import type { FieldValue, Status, SubjectKind, SubjectRef } from './subjects.js'

/** What a field of a subject may be set to; null makes it unknown. */
export type Settable = FieldValue | CivilDate | Instant | null

/** What changes the state of the pipeline. `from` is what stood there when it was planned. */
export type StateEffect =
  | { kind: 'set_status'; subject: SubjectRef; from: Status; to: Status; reason: string | null }
  | { kind: 'move_stage'; subject: SubjectRef; from: string; to: string }
  | { kind: 'move_bin'; subject: SubjectRef; from: string; to: string }
  /** `field` is a fact's name: `amount`, `next_step`, `fields.budget`. */
  | { kind: 'set_field'; subject: SubjectRef; field: string; from: Settable; to: Settable }
  | { kind: 'assign'; subject: SubjectRef; from: string | null; to: string }

/** What Linewalker writes beside the pipeline: tasks, notices and letters. */
export type WrittenEffect =
  /** `due_in` is the span as written; `due` the instant it gives at planning. Digests know `due_in` only. */
  | {
      kind: 'create_task'
      subject: SubjectRef
      assign: string
      title: string
      due: Instant | null
      due_in: string | null
    }
  | { kind: 'close_tasks'; finding: FindingRef }
  | { kind: 'notify'; to: readonly string[]; text: string; urgent: boolean }
  | { kind: 'send_email'; to: readonly string[]; subject: string; text: string }
  | { kind: 'post_message'; channel: string; text: string }
  | { kind: 'call_webhook'; channel: string; facts: Record<string, unknown> }

/** What an action would have done and did not, with the reason. */
export interface LeftOut {
  kind: 'left_out'
  action: string
  why: string
}

/** The closed union of all that a rule can bring about. */
export type Effect = StateEffect | WrittenEffect | LeftOut

export const STATE_EFFECTS = [
  'set_status',
  'move_stage',
  'move_bin',
  'set_field',
  'assign',
] as const satisfies readonly StateEffect['kind'][]

export const isStateEffect = (effect: Effect): effect is StateEffect =>
  (STATE_EFFECTS as readonly string[]).includes(effect.kind)

/** What two effects may not both write in one link: target and status, stage, bin, owner or one field. */
export function slotOf(effect: StateEffect): string {
  const what = { set_status: 'status', move_stage: 'stage', move_bin: 'bin', assign: 'owner', set_field: '' }[
    effect.kind
  ]
  const slot = effect.kind === 'set_field' ? effect.field : what
  return `${effect.subject.kind}/${effect.subject.id}/${slot}`
}

/** A row of history: what changed, when it happened, when we learned it, by whom and by what cause. */
export interface HistoryEntry {
  kind: SubjectKind
  id: string
  /** `stage`, `status`, `bin`, `owner`, `amount`, `fields.budget`, …; `created`, `deleted`. */
  fact: string
  from: Settable
  to: Settable
  at: Instant
  learned_at: Instant
  /** A person's id, `rule:NAME`, `import:SOURCE`, … */
  by: string
  /** The printed key of the intent that caused it, else null. */
  cause: string | null
}
