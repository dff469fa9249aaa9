import type { Hold, Key } from '../domain/findings.js'
import { familyRef } from '../domain/subjects.js'
import { DAY, MINUTE } from '../lib/civil.js'
import { draftOf, finish } from './draft.js'
import { planFamily } from './family.js'
import type { FamilyRun } from './family-run.js'
import type { FamilyPlan, FamilyState } from './plan.js'
import { subjectsOf } from './snapshots.js'

/** Plans a family, or parks it where that throws; how many subjects were assessed. */
export async function planOrPark(state: FamilyState, run: FamilyRun): Promise<{ plan: FamilyPlan; assessed: number }> {
  try {
    return await planFamily(state, run)
  } catch (error) {
    return { plan: brokenPlan(state, run, error as Error), assessed: 0 }
  }
}

/** A family that throws is parked, shown, and tried again after a delay that doubles from a minute to a day; its batch goes on. */
function brokenPlan(state: FamilyState, run: FamilyRun, error: Error): FamilyPlan {
  const family = familyRef(state.family)
  const key: Key = ['broken', family.kind, family.id, 0, 'broken']
  const before = state.holds.find((hold) => hold.reason === 'broken')
  const waited = before?.until ? before.until - before.at : MINUTE / 2
  const until = run.now + Math.min(2 * waited, DAY)
  const why = `It cannot be assessed: ${error.message}`
  const hold: Hold = { key, subject: family, reason: 'broken', why, until, at: run.now, rule_digest: '' }
  const parked = subjectsOf(state.family).map((subject) => {
    const row =
      subject.kind === 'account' ? state.family.account : state.family.opportunities.find((o) => o.id === subject.id)
    const known = row && 'levels' in row ? row : null
    return {
      subject,
      again: row?.due_program === run.program.number,
      due: until,
      score: row?.score ?? null,
      health: known?.health ?? null,
      levels: known?.levels ?? {},
      qualification: known?.qualification ?? null,
    }
  })
  return { ...finish(draftOf(state)), holds: [hold], reckonings: parked, broken: { why, until } }
}
