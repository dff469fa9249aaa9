import { readFile } from 'node:fs/promises'
import { projectSchema } from '../../index.js'
import { type CliCommand, printJson } from '../command.js'
import { programOf } from '../environment.js'
import { FINE } from '../errors.js'
import { inPackage } from '../package.js'

/** Prints the JSON Schema of rules files: with this project's own names, or as it is published. */
export const schema: CliCommand = {
  usage: 'schema',
  summary: 'Print the JSON Schema of rules files, with the names of this project.',
  options: [{ flags: '--published', says: 'the schema as it is published, without the names of this project' }],
  examples: ['linewalker schema > rules/linewalker.schema.json', 'linewalker schema --published'],
  run: async (call) => {
    if (call.options.published === true)
      call.output.out(await readFile(inPackage('schemas', 'linewalker.schema.json'), 'utf8'))
    else printJson(call, projectSchema(await programOf(call)))
    return FINE
  },
}
