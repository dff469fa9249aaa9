import { appliedJson, apply as run } from '../../index.js'
import { type CliCommand, printJson } from '../command.js'
import { processOf, writing } from '../environment.js'
import { FINE, FOUND } from '../errors.js'
import { LIMIT, limitOf } from '../limit.js'
import { watchRun } from '../progress.js'
import { hasHeld, tellApplied } from '../run-words.js'
import { readSavedPlan } from '../saved-plan.js'
import { reportSaved } from '../saved-report.js'

/** Plans and commits. A saved plan is a permission: only what still stands in it is done. */
export const apply: CliCommand = {
  usage: 'apply [plan]',
  summary: 'Do what the plan says: plan afresh and carry it out.',
  args: { plan: { says: 'a saved plan: only what still stands in it is done' } },
  options: [LIMIT('examples of each rule', '3')],
  examples: ['linewalker apply', 'linewalker plan --out plan.json && linewalker apply plan.json'],
  run: async (call) => {
    const [file] = call.args
    const saved = file === undefined ? null : await readSavedPlan(file)
    const only = saved && new Map([...saved.intents].map(([key, { digest }]) => [key, digest]))
    return writing(call, async (store, program, now) => {
      const limit = limitOf(call, 3)
      const { end, ...watching } = watchRun(call)
      const permission = { ...watching, ...(only ? { only } : {}) }
      const applied = await run(store, program, now, processOf(call, store, 'apply'), permission).finally(end)
      const report = saved && (await reportSaved(store, program, applied, saved))
      if (call.json) printJson(call, { ...appliedJson(applied, program), ...(report ? { saved: report } : {}) })
      else await tellApplied({ call, store, program, limit }, applied, report)
      return hasHeld(applied.plan) || (report && report.held.length > 0) ? FOUND : FINE
    })
  },
}
