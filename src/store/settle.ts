import { setImmediate as breathe } from 'node:timers/promises'
import { byFamily, eachOnce, type SubjectRef } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import type { Reckoning } from '../engine/plan.js'
import { familySighted } from '../engine/quiet.js'
import type { Hear, Quiet, SettleRun, Sighted } from '../engine/store.js'
import type { Instant } from '../lib/instant.js'
import type { Asked } from './asked.js'
import { checkMayCommit, noteCommit } from './commit.js'
import { Unread } from './light.js'
import { reckon } from './reckon.js'
import type { Session } from './session.js'
import { readSetting } from './settings.js'
import { readPeople } from './spending.js'
import { nextSlice, startSurvey } from './survey.js'

/** Who cannot be assessed is not quiet: its family is parked when it is planned. */
const carefully =
  (quiet: Quiet): Quiet =>
  (seen) => {
    try {
      return quiet(seen)
    } catch (error) {
      if (error instanceof Unread) throw error
      return null
    }
  }

/**
 * Goes over all that is due and stores what is reckoned of subjects that are quiet, a slice to a transaction, in which they
 * and the people are read too: nobody can have changed them meanwhile; `hear` is told the families of the others. Like every reckoning it leaves the versions of families alone.
 */
export async function settle(
  session: Session,
  run: SettleRun,
  quietUnder: (imported: People) => Quiet,
  hear?: Hear,
): Promise<number> {
  let settled = 0
  for (let survey = startSurvey({ ...run, which: 'due' }); survey.after !== null; ) {
    const next = await session.write(async (tx) => {
      await checkMayCommit(tx, run.program)
      // Time does not go back for what a later run has looked at.
      if ((((await readSetting(tx, 'last_commit_at')) as Instant | null) ?? run.now) > run.now) return null
      const quiet = carefully(quietUnder(await readPeople(tx)))
      const reckonings: Reckoning[] = []
      const loud: SubjectRef[] = []
      const { survey: after } = await nextSlice(tx, session, survey, (seen) => {
        const left = quiet(seen)
        if (left) reckonings.push(left)
        else loud.push(familySighted(seen))
      })
      await reckon(tx, session, reckonings, run.program)
      const settled = reckonings.length
      if (settled > 0) await noteCommit(tx, run.now)
      return { survey: after, settled, loud }
    })
    if (!next) break
    survey = next.survey
    settled += next.settled
    for (const family of next.loud) hear?.(family)
    await breathe()
  }
  return settled
}

/** The families of all that is due, or of everybody, but those of which every such subject is quiet; in id order. */
export async function loud(session: Session, asked: Asked, quiet: Quiet): Promise<SubjectRef[]> {
  const families: SubjectRef[] = []
  const isQuiet = carefully(quiet)
  const family = (seen: Sighted): SubjectRef | null => (isQuiet(seen) ? null : familySighted(seen))
  for (let survey = startSurvey(asked); survey.after !== null; ) {
    const next = await session.read((tx) => nextSlice(tx, session, survey, family))
    survey = next.survey
    for (const ref of next.found) if (ref) families.push(ref)
    await breathe()
  }
  return eachOnce(families).sort(byFamily)
}
