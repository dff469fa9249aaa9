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

/** Said of rules of which there is nothing to release. */
const NOTHING = {
  approve: (rules: string) => `Of ${rules} nothing is held.`,
  baseline: (rules: string) => `Of ${rules} nothing is held, and nothing would open.`,
}
const OTHERWISE = {
  approve: '"linewalker apply" does what is due.',
  baseline: '"linewalker baseline RULE" takes all that a rule finds now as it is, held or not.',
}

function release(call: Call, what: 'approve' | 'baseline', run: typeof approveHeld): Promise<number> {
  return writing(call, async (store, program, now) => {
    const limit = limitOf(call, 3)
    for (const name of call.args) ruleNamed(program, name)
    const { end, ...watching } = watchRun(call)
    const applied = await run(store, program, now, processOf(call, store, what), call.args, watching).finally(end)
    const rules = new Set(applied.done.map(({ rule }) => rule))
    const idle = call.args.filter((name) => !rules.has(name))
    if (call.json) printJson(call, appliedJson(applied, program))
    else if (applied.done.length > 0) await tellApplied({ call, store, program, limit }, applied)
    if (!call.json && idle.length > 0) printLines(call, NOTHING[what](idle.join(', ')))
    else if (!call.json && applied.done.length === 0) printLines(call, `Nothing is held. ${OTHERWISE[what]}`)
    return hasHeld(applied.plan) ? FOUND : FINE
  })
}
