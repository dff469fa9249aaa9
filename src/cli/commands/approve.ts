import { appliedJson, approve as approveHeld, baseline as baselineHeld } from '../../index.js'
import { type Call, type CliCommand, printJson, printLines } from '../command.js'
import { processOf, ruleNamed, writing } from '../environment.js'
import { FINE, FOUND } from '../errors.js'
import { LIMIT, limitOf } from '../limit.js'
import { watchRun } from '../progress.js'
import { hasHeld, tellApplied } from '../run-words.js'

/** One of the two ways to end that a limit holds something. */
interface Release {
  name: string
  run: typeof approveHeld
  summary: string
  examples: readonly string[]
  /** What is said of rules of which there is nothing to release, and where nothing is at all. */
  nothing: { of(rules: string): string; atAll: string }
}

const commandOf = (release: Release): CliCommand => ({
  usage: `${release.name} [rules...]`,
  summary: release.summary,
  args: { rules: { says: 'only of these rules (default: of all)' } },
  options: [LIMIT('examples of each rule', '3')],
  examples: release.examples,
  run: (call) => releaseHeld(call, release),
})

/** Lets act what a limit holds, planned afresh. */
export const approve = commandOf({
  name: 'approve',
  run: approveHeld,
  summary: 'Let act what a limit holds, planned afresh.',
  examples: ['linewalker approve', 'linewalker approve quiet overdue-close-date'],
  nothing: {
    of: (rules) => `Of ${rules} nothing is held.`,
    atAll: 'Nothing is held. "linewalker apply" does what is due.',
  },
})

/** Opens what a limit holds and withholds its effects for good. */
export const baseline = commandOf({
  name: 'baseline',
  run: baselineHeld,
  summary: 'Take what a limit holds as it is: findings open, their effects are withheld for good.',
  examples: ['linewalker baseline', 'linewalker baseline quiet'],
  nothing: {
    of: (rules) => `Of ${rules} nothing is held, and nothing would open.`,
    atAll: 'Nothing is held. "linewalker baseline RULE" takes all that a rule finds now as it is, held or not.',
  },
})

function releaseHeld(call: Call, { name, run, nothing }: Release): Promise<number> {
  return writing(call, async (store, program, now) => {
    const limit = limitOf(call, 3)
    for (const rule of call.args) ruleNamed(program, rule)
    const { end, ...watching } = watchRun(call)
    const process = processOf(call, store, name)
    const applied = await run({ store, program, now, process, rules: call.args, watching }).finally(end)
    const rules = new Set(applied.done.map(({ rule }) => rule))
    const idle = call.args.filter((rule) => !rules.has(rule))
    if (call.json) printJson(call, appliedJson(applied, program))
    else if (applied.done.length > 0) await tellApplied({ call, store, program, limit }, applied)
    if (!call.json && idle.length > 0) printLines(call, nothing.of(idle.join(', ')))
    else if (!call.json && applied.done.length === 0) printLines(call, nothing.atAll)
    return hasHeld(applied.plan) ? FOUND : FINE
  })
}
