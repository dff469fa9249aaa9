import { appliedJson, approve as approveHeld, baseline as baselineHeld } from '../../index.js'
import { type Call, type CliCommand, printJson, printLines } from '../command.js'
import { processOf, ruleNamed, writing } from '../environment.js'
import { FINE, FOUND } from '../errors.js'
import { LIMIT, limitOf } from '../limit.js'
import { watchRun } from '../progress.js'
import { hasHeld, tellApplied } from '../run-words.js'

const RULES = { rules: { says: 'only of these rules (default: of all)' } }

/** Lets act what a limit holds, planned afresh. */
export const approve: CliCommand = {
  usage: 'approve [rules...]',
  summary: 'Let act what a limit holds, planned afresh.',
  args: RULES,
  options: [LIMIT('examples of each rule', '3')],
  examples: ['linewalker approve', 'linewalker approve quiet overdue-close-date'],
  run: (call) => release(call, 'approve', approveHeld),
}

/** Opens what a limit holds and withholds its effects for good. */
export const baseline: CliCommand = {
  usage: 'baseline [rules...]',
  summary: 'Take what a limit holds as it is: findings open, their effects are withheld for good.',
  args: RULES,
  options: [LIMIT('examples of each rule', '3')],
  examples: ['linewalker baseline', 'linewalker baseline quiet'],
  run: (call) => release(call, 'baseline', baselineHeld),
}

function release(call: Call, what: 'approve' | 'baseline', run: typeof approveHeld): Promise<number> {
  return writing(call, async (store, program, now) => {
    const limit = limitOf(call, 3)
    for (const name of call.args) ruleNamed(program, name)
    const held = (await store.heldByRule()).map(({ rule }) => rule)
    const idle = call.args.length > 0 ? call.args.filter((name) => !held.includes(name)) : []
    if (!call.json && idle.length > 0) printLines(call, `Of ${idle.join(', ')} nothing is held.`)
    const { end, ...watching } = watchRun(call)
    const applied = await run(store, program, now, processOf(call, store, what), call.args, watching).finally(end)
    if (call.json) printJson(call, appliedJson(applied, program))
    else await tellApplied({ call, store, program, limit }, applied)
    return hasHeld(applied.plan) ? FOUND : FINE
  })
}
