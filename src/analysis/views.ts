import { verdict } from '../conditions/verdict.js'
import type { Program, View } from '../program/program.js'
import { type Subject, seenBy } from './satisfy/satisfy.js'
import type { Trace } from './witness.js'

/** Is the subject in a view, at every instant at which the engine looked at it? */
export const listedIn = (program: Program, view: View, { ref, people }: Subject, trace: Trace): boolean[] =>
  trace.rounds.map(({ at, after }) => verdict(view.when, seenBy(program, { ref, people, family: after }, at)).holds)

/** Was the subject in no list of the view? */
export const replaysNothing =
  (program: Program, view: View, subject: Subject) =>
  (trace: Trace): boolean =>
    listedIn(program, view, subject, trace).every((listed) => !listed)
