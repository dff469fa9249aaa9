import { readFile } from 'node:fs/promises'
import { projectSchema } from '../../index.js'
import { type CliCommand, printJson, printLines, textOf } from '../command.js'
import { programOf } from '../environment.js'
import { FINE } from '../errors.js'
import { inPackage } from '../package.js'
import { writeWhole } from '../write-whole.js'

/** Prints the JSON Schema of rules files: with this project's own names, or as it is published. */
export const schema: CliCommand = {
  usage: 'schema',
  summary: 'Print the JSON Schema of rules files, with the names of this project.',
  options: [
    { flags: '--published', says: 'the schema as it is published, without the names of this project' },
    {
      flags: '--out <file>',
      says: 'write it to a file, whole; where the rules have a problem the file stays as it is',
    },
  ],
  examples: ['linewalker schema --out rules/linewalker.schema.json', 'linewalker schema --published'],
  run: async (call) => {
    const text =
      call.options.published === true
        ? await readFile(inPackage('schemas', 'linewalker.schema.json'), 'utf8')
        : `${JSON.stringify(projectSchema(await programOf(call)), null, 2)}\n`
    const out = textOf(call.options, 'out')
    if (out === undefined) call.output.out(text)
    else {
      await writeWhole(out, text, 'The schema')
      if (call.json) printJson(call, { written: out })
      else
        printLines(
          call,
          `Wrote ${out}: an editor that reads it knows ${call.options.published === true ? 'the language' : 'the names of this project'}.`,
        )
    }
    return FINE
  },
}
