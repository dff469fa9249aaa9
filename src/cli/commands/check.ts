import {
  analyse,
  sayCount as count,
  FORMATS,
  type Format,
  formatProblems,
  inOrder,
  type Problem,
  type Program,
  type RulesFolder,
  sayWitness,
  UNKNOWN_VALUE,
  unknownValues,
  WARNING_KINDS,
} from '../../index.js'
import { type Call, type CliCommand, printLines, textOf } from '../command.js'
import { instantOf, readRules, withStore } from '../environment.js'
import { CallError, FINE, FOUND } from '../errors.js'
import { harmless, paintFor } from '../output.js'

/** Reads the rules and prints what is wrong with them, and what is probably wrong. Opens a database only where one is named. */
export const check: CliCommand = {
  usage: 'check [dir]',
  summary: 'Read the rules and print what is wrong with them.',
  args: { dir: { says: 'the folder of rules; the same as --rules' } },
  options: [
    { flags: '--format <format>', says: 'how to print problems', choices: FORMATS },
    { flags: '--show', says: 'prove each warning: a subject, and what Linewalker does with it' },
  ],
  examples: [
    'linewalker check',
    'linewalker check --show',
    'linewalker check --db sqlite:linewalker.db',
    'linewalker check rules --format sarif > check.sarif',
  ],
  run: async (call) => {
    const folder = await readRules(call, call.args[0])
    const { program, problems, files, dir } = folder
    const format = (textOf(call.options, 'format') as Format | undefined) ?? (call.json ? 'json' : 'text')
    const shows = call.options.show === true
    if (call.json && format !== 'json') throw new CallError(`Name --json or --format ${format}, not both.`)
    if (shows && format !== 'text') throw new CallError('--show is for people.', 'Leave --format and --json out.')
    const warned = await warningsOf(call, folder)
    const warnings = inOrder(warned.map(({ problem }) => problem))
    if (shows && program) {
      for (const problem of warnings) {
        printLines(call, formatProblems([], [problem], format))
        const proof = (await warned.find((one) => one.problem === problem)?.proof()) ?? []
        printLines(call, ...proof.map((line) => `    ${harmless(line)}`), '')
      }
    } else {
      const printed = formatProblems(problems, warnings, format, SAID_OF_KINDS)
      if (printed !== '') printLines(call, printed)
    }
    if (format === 'text') {
      const paint = paintFor(call.output)
      if (program) printLines(call, paint.good(summary(program, files.length, warnings.length)))
      else call.output.err(`${count(problems.length, 'problem')} in ${dir}.\n`)
    }
    return problems.length > 0 ? FOUND : FINE
  },
}

/** What is probably wrong, each where it stands, and how it is proved: by a witness, or by what the records say. */
async function warningsOf(
  call: Call,
  { program, rules, locate }: RulesFolder,
): Promise<{ problem: Problem; proof(): Promise<readonly string[]> }[]> {
  if (!program || !rules) return []
  const now = instantOf(call, program)
  const analysed = (await analyse(program, rules, now)).map((warning) => ({
    problem: { ...locate(warning), kind: warning.kind },
    proof: () => sayWitness(program, warning.witness),
  }))
  if (textOf(call.options, 'db') === undefined) return analysed
  const values = await withStore(call, { readOnly: true }, (store) => unknownValues(store, program, rules, now))
  return [
    ...analysed,
    ...values.map((value) => ({
      problem: { ...locate(value), kind: UNKNOWN_VALUE.id },
      proof: async () => value.proof,
    })),
  ]
}

const SAID_OF_KINDS = new Map([...WARNING_KINDS, UNKNOWN_VALUE].map(({ id, summary }) => [id, summary]))

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
