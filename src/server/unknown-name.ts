import { didYouMean, nearest } from '../lib/nearest.js'
import { type ProblemType, Refusal } from './problem-details.js'

/** Types of problem about a name that nobody knows. All have the members `name`, `nearest` (where one is near) and `allowed`. */
export type UnknownType = Extract<ProblemType, `unknown-${string}`>

/** So many of the names that there are stand in a problem. */
const SHOWN = 50
/** So much of a name that nobody knows is said again. */
const LONGEST = 200

export interface Among {
  /** The names that there are, as far as the caller may know of them. */
  allowed: Iterable<string>
  /** The name that is meant; left out: the nearest of those allowed. */
  meant?: string | undefined
  /** Behind the name, of what there is none: ` of an opportunity`. */
  of?: string
}

/** The refusal of a name that nobody knows: what it would be a name of, and what may be meant. */
export function unknownName(
  type: UnknownType,
  what: string,
  name: string,
  { allowed, of = '', ...but }: Among,
): Refusal {
  const known = [...new Set(allowed)]
  const meant = 'meant' in but ? but.meant : nearest(name, known)
  const said = name.slice(0, LONGEST)
  return new Refusal(type, `There is no ${what} "${said}"${of}.${didYouMean(meant)}`, {
    name: said,
    ...(meant === undefined ? {} : { nearest: meant }),
    allowed: known.slice(0, SHOWN),
  })
}
