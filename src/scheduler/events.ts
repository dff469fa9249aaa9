import type { Intent } from '../engine/plan.js'
import type { Instant } from '../lib/instant.js'
import type { Problem } from '../lib/problem.js'
import type { LetterRow } from '../sql/telling.js'
import type { LetterResult } from '../store/letters.js'
import type { Applied } from './carry-out.js'

/** What a run did, as the loop tells it. */
export const walked = ({ done, plan }: Applied): LoopEvent => ({
  is: 'walked',
  intents: done,
  held: plan.held.map(({ rule }) => rule),
})

/** What the loop tells whoever looks on. */
export type LoopEvent =
  /** Intents that a walk carried out, and the rules that a limit holds. */
  | { is: 'walked'; intents: readonly Intent[]; held: readonly string[] }
  /** Letters that were written: of notices, or digests. */
  | { is: 'gathered'; letters: number; of: 'notices' | 'digests' }
  | { is: 'letter'; letter: LetterRow; result: LetterResult }
  /** New rules are in force. */
  | { is: 'rules_changed'; number: number }
  /** New rules have problems, cannot be read, or may not come into force: the last good ones stay. `why` is null where the problems say it all. */
  | { is: 'rules_kept'; problems: readonly Problem[]; why: string | null }
  /** Rules that had problems are in order again, and say what those in force say. */
  | { is: 'rules_fine' }
  | { is: 'stopped'; by: string; at: Instant }
  | { is: 'resumed' }
  /** The clock lies before the last run: it waits until it has caught up. */
  | { is: 'clock_back'; last: Instant }
  /** Something failed and will be tried again. */
  | { is: 'failed'; what: string; error: unknown }
