import { sayCount as count, FORMATS, type Format, formatProblems, type Program } from '../../index.js'
import { type CliCommand, printLines, textOf } from '../command.js'
import { readRules } from '../environment.js'
import { FINE, FOUND } from '../errors.js'
import { paintFor } from '../output.js'

/** Reads the rules and prints what is wrong with them. Opens no database. */
export const check: CliCommand = {
  usage: 'check [dir]',
  summary: 'Read the rules and print what is wrong with them.',
  args: { dir: { says: 'the folder of rules; the same as --rules' } },
  options: [{ flags: '--format <format>', says: 'how to print problems', choices: FORMATS }],
  examples: ['linewalker check', 'linewalker check rules --format sarif > check.sarif'],
  run: async (call) => {
    const { program, problems, warnings, files, dir } = await readRules(call, call.args[0])
    const format = (textOf(call.options, 'format') as Format | undefined) ?? (call.json ? 'json' : 'text')
    const printed = formatProblems(problems, warnings, format)
    if (printed !== '') printLines(call, printed)
    if (format === 'text') {
      const paint = paintFor(call.output)
      if (program) printLines(call, paint.good(summary(program, files.length, warnings.length)))
      else call.output.err(`${count(problems.length, 'problem')} in ${dir}.\n`)
    }
    return problems.length > 0 ? FOUND : FINE
  },
}

/** `14 files, 31 rules, 9 moves, 4 views: no problems.` */
function summary({ rules, views, health, playbooks, vocabulary }: Program, files: number, warnings: number): string {
  const moves = rules.filter((rule) => rule.is === 'move').length
  const parts = [
    count(files, 'file'),
    count(rules.length - moves, 'rule'),
    count(moves, 'move'),
    count(views.size, 'view'),
    count(health?.indicators.length ?? 0, 'health indicator'),
    count(playbooks.size, 'playbook'),
    count(vocabulary.pipelines.size, 'pipeline'),
  ]
  return `${parts.join(', ')}: no problems${warnings > 0 ? `, ${count(warnings, 'warning')}` : ''}.`
}
