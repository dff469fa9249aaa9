import { readScorecards, sayInstant, sayScorecards, scorecardsTable } from '../../index.js'
import { type CliCommand, printJson, printLines } from '../command.js'
import { instantIn, reading } from '../environment.js'
import { FINE } from '../errors.js'
import { counted, showProgress } from '../progress.js'
import { formatTable, wrapped } from '../tables.js'

/** Tells how each rule in force has done. */
export const scorecard: CliCommand = {
  usage: 'scorecard',
  summary: 'Show how each rule has done: what it opened, what ended it, and whether what it found was won less often.',
  options: [{ flags: '--since <instant>', says: 'only findings that opened since then' }],
  examples: ['linewalker scorecard', 'linewalker scorecard --since 2026-01-01 --json'],
  run: (call) =>
    reading(call, async (store, program, now) => {
      const since = instantIn(call, 'since', program) ?? null
      const progress = showProgress(call, 'Reading', counted('families'))
      const request = { since, onProgress: progress.to }
      const cards = await readScorecards(store, program, now, request).finally(progress.end)
      if (call.json) printJson(call, { scorecards: cards })
      else if (cards.every(({ opened }) => opened === 0)) {
        const { calendar } = program.vocabulary
        const nothing = 'Nothing has been found yet: linewalker apply is what looks.'
        printLines(call, since === null ? nothing : `Nothing has been found since ${sayInstant(since, calendar)}.`)
      } else {
        printLines(call, formatTable(scorecardsTable(cards), call.output))
        const sentences = sayScorecards(cards)
        if (sentences.length > 0) printLines(call, '', ...sentences.flatMap((one) => wrapped(one, call.output, 2)))
      }
      return FINE
    }),
}
