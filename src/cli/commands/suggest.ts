import {
  suggest as readSuggestions,
  SUGGESTED,
  type Suggested,
  sayCensored,
  sayInstant,
  suggestionsTables,
  suggestionsYaml,
} from '../../index.js'
import { type CliCommand, printJson, printLines, textOf } from '../command.js'
import { reading } from '../environment.js'
import { CallError, FINE } from '../errors.js'
import { paintFor } from '../output.js'
import { counted, showProgress } from '../progress.js'
import { formatTable, wrapped } from '../tables.js'

/** Suggests thresholds from the history of what was won. */
export const suggest: CliCommand = {
  usage: 'suggest [fact]',
  summary: 'Suggest thresholds by stage, from the history of what was won; changes nothing.',
  args: { fact: { says: 'for which fact (default: time_in_stage)', choices: SUGGESTED } },
  options: [
    { flags: '--percent <number>', says: 'the share that should be within it', default: '90' },
    { flags: '--segments', says: "also by the account's segment" },
    { flags: '--yaml', says: 'print a section of rules to copy from' },
  ],
  examples: [
    'linewalker suggest',
    'linewalker suggest time_since_activity --percent 80 --segments',
    'linewalker suggest --yaml',
  ],
  run: (call) =>
    reading(call, async (store, program, now) => {
      const fact = (call.args[0] ?? 'time_in_stage') as Suggested
      const percent = Number(textOf(call.options, 'percent'))
      if (!(percent >= 1 && percent <= 99)) throw new CallError('--percent takes a number from 1 to 99.')
      const progress = showProgress(call, 'Reading', counted('families'))
      const request = {
        fact,
        share: percent / 100,
        bySegment: call.options.segments === true,
        onProgress: progress.to,
      }
      const suggestions = await readSuggestions(store, program, now, request).finally(progress.end)
      const asOf = sayInstant(now, program.vocabulary.calendar)
      if (call.json && call.options.yaml === true) throw new CallError('Name --yaml or --json, not both.')
      if (call.json) printJson(call, { fact, percent, suggestions })
      else if (call.options.yaml === true) call.output.out(suggestionsYaml(suggestions, request, asOf, program))
      else if (suggestions.length === 0)
        printLines(
          call,
          'The history knows of no stay in a stage: import past changes, or wait until some have happened.',
        )
      else {
        const paint = paintFor(call.output)
        const tables = suggestionsTables(suggestions, request)
        for (const { pipeline, table } of tables) {
          if (tables.length > 1) printLines(call, paint.bold(pipeline))
          printLines(call, formatTable(table, call.output), ...(tables.length > 1 ? [''] : []))
        }
        if (tables.length === 1) printLines(call, '')
        const said = `${sayCensored(fact, percent / 100)} Nothing was changed: --yaml prints it as rules.`
        printLines(call, ...wrapped(said, call.output))
      }
      return FINE
    }),
}
