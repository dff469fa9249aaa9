import { verdict } from '../conditions/verdict.js'
import type { Program, View } from '../program/program.js'
import { seenBy } from './satisfy/satisfy.js'
import type { Trace } from './witness.js'

/** Does a view list the subject of a witness, when the engine is done with it? */
export const isListed = (program: Program, view: View, { subject, end }: Trace): boolean =>
  verdict(view.when, seenBy(program, subject, end)).holds
