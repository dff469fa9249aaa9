import { type CliCommand, printJson, printLines } from '../command.js'
import { withStore } from '../environment.js'
import { FINE } from '../errors.js'

/** Brings the schema of an existing database up to date. */
export const migrate: CliCommand = {
  usage: 'migrate',
  summary: 'Bring the schema of an existing database up to date.',
  examples: ['linewalker migrate', 'linewalker migrate --db sqlite:/var/lib/linewalker/main.db'],
  run: (call) =>
    withStore(call, { migrate: true, now: call.clock() }, async ({ place }) => {
      if (call.json) printJson(call, { database: place, migrated: true })
      else printLines(call, `The database at ${place} is up to date.`)
      return FINE
    }),
}
