import { writeFile } from 'node:fs/promises'
import { planJson, planNow, sayAsOf } from '../../index.js'
import { type CliCommand, printJson, printLines, textOf } from '../command.js'
import { reading } from '../environment.js'
import { CallError, FINE, FOUND } from '../errors.js'
import { LIMIT, limitOf } from '../limit.js'
import { paintFor } from '../output.js'
import { watchRun } from '../progress.js'
import { hasHeld, sayTotals, tellPlanned } from '../run-words.js'

/** Shows what would happen now, and why. Writes nothing, but the file of `--out`. */
export const plan: CliCommand = {
  usage: 'plan',
  summary: 'Show what would happen now, and why. It changes nothing.',
  options: [
    { flags: '--out <file>', says: 'also write the plan to a file, which "apply" takes as a permission' },
    LIMIT('examples of each rule', '3'),
  ],
  examples: ['linewalker plan', 'linewalker plan --at 2026-04-01 --limit 0', 'linewalker plan --out plan.json'],
  run: (call) =>
    reading(call, async (store, program, now) => {
      const limit = limitOf(call, 3)
      const { end, ...watching } = watchRun(call)
      const planned = await planNow(store, program, now, watching).finally(end)
      const out = textOf(call.options, 'out')
      const json = planJson(planned, program)
      if (out !== undefined) await save(out, json)
      const code = hasHeld(planned) ? FOUND : FINE
      if (call.json) {
        printJson(call, json)
        return code
      }
      const paint = paintFor(call.output)
      printLines(call, paint.bold(`Plan as of ${sayAsOf(now, program.vocabulary.calendar)}`), '')
      const intents = planned.families.flatMap((family) => family.intents)
      await tellPlanned({ call, store, program, limit }, intents, planned)
      if (planned.totals.intents === 0) {
        const { accounts, opportunities } = await store.counts()
        printLines(
          call,
          planned.held.length > 0
            ? 'Nothing else is to be done.'
            : accounts + opportunities === 0
              ? 'There are no accounts and no opportunities yet; "linewalker import" reads them.'
              : 'Nothing is to be done: everything is as the rules want it, or was done already.',
        )
        return code
      }
      printLines(
        call,
        `In all ${sayTotals(planned.totals)}. Nothing was changed: "linewalker apply${out === undefined ? '' : ` ${out}`}" does it.`,
      )
      return code
    }),
}

async function save(path: string, json: unknown): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(json, null, 2)}\n`)
  } catch (error) {
    throw new CallError(`The plan cannot be written to ${path}: ${(error as Error).message}.`)
  }
}
