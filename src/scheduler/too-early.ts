import { formatInstant } from '../lib/calendar.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import { StoreError } from '../store/errors.js'

/** Why nothing can be applied before the last run: what it looked at later would be judged as if it had not come yet. */
export const tooEarly = (last: Instant, { vocabulary }: Program): StoreError =>
  new StoreError(
    'too_early',
    `The last run was at ${formatInstant(last, vocabulary.calendar)}; what lies before it cannot be applied any more. Plan at any instant, apply from then on. If that run was of a wrong clock, go back to a copy of the database from before it.`,
  )
