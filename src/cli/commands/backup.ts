import { backUp, restore as restoreStore } from '../../index.js'
import { type CliCommand, printJson, printLines } from '../command.js'
import { databaseOf } from '../environment.js'
import { FINE } from '../errors.js'
import { percent, showProgress } from '../progress.js'

/** Copies a SQLite database while it is in use. */
export const backup: CliCommand = {
  usage: 'backup <file>',
  summary: 'Copy the SQLite database into a new file, also while a server works with it.',
  args: { file: { says: 'the file to write; it may not be there yet' } },
  examples: ['linewalker backup pipeline-2026-03-02.db'],
  run: async (call) => {
    const [file = ''] = call.args
    const database = databaseOf(call)
    const progress = showProgress(call, 'Copying', percent)
    await backUp(database, file, progress.to).finally(progress.end)
    if (call.json) printJson(call, { database, backup: file })
    else printLines(call, `${database} is copied to ${file}; "linewalker restore" puts it back.`)
    return FINE
  },
}

/** Puts a copy back. */
export const restore: CliCommand = {
  usage: 'restore <file>',
  summary: 'Put a copy of the SQLite database, made by backup, in its place.',
  args: { file: { says: 'a file that backup wrote' } },
  options: [{ flags: '--force', says: 'replace the database that is there' }],
  examples: ['linewalker restore pipeline-2026-03-02.db', 'linewalker restore last-week.db --force'],
  run: async (call) => {
    const [file = ''] = call.args
    const database = databaseOf(call)
    await restoreStore(file, database, { overwrite: call.options.force === true })
    if (call.json) printJson(call, { database, backup: file })
    else printLines(call, `${database} is what ${file} holds.`)
    return FINE
  },
}
