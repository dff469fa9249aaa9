import { oneAtATime, type Turn } from '../lib/in-rounds.js'
import { Refusal } from './problem-details.js'

/** How long whoever finds the queue full is told to stay away, in seconds. */
const LATER = '5'

/**
 * Turns for work that is heavy: one works, one waits, and whoever comes then is refused with a Refusal (429) instead of making
 * the line longer.
 */
export function shortQueue(): Turn {
  const turn = oneAtATime()
  let inside = 0
  return async (work) => {
    if (inside > 1) {
      const why = 'One call of this kind is under way and another waits; try again later.'
      throw new Refusal('too-many-requests', why, {}, { 'retry-after': LATER })
    }
    inside += 1
    try {
      return await turn(work)
    } finally {
      inside -= 1
    }
  }
}
