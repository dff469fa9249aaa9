import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import {
  askIfMeant,
  ListenError,
  nearest,
  ProgramHeldError,
  ProgramMovedError,
  StoppedError,
  StoreError,
} from '../index.js'
import type { CliCommand, Options, Surroundings } from './command.js'
import { COMMANDS } from './commands/index.js'
import { CallError, codeOf, FINE, FOUND, RulesError, WRONG } from './errors.js'
import { version } from './package.js'

/** README.md says the same; a test compares them. */
const FOOTER = `
Exit codes: 0 fine; 1 something was found (problems in the rules, rejected rows, failed tests,
something held); 2 the call or its surroundings are wrong; 130 Ctrl-C, 143 SIGTERM.`

/** Runs one call of the command line, given without the name of the program, and returns its exit code. Never throws. */
export async function runCli(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { output } = surroundings
  let code = FINE
  const cli = new Command('linewalker')
    .description('Walks a sales pipeline: finds what is not as it should be, says why, and moves what may be moved.')
    .version(version(), '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', FOOTER)
  addShared(cli)
  for (const command of COMMANDS) {
    cli.addCommand(
      commandFor(command, async (one, args, options) => {
        code = await one.run({ ...surroundings, args, options, json: options.json === true })
      }),
    )
  }
  everywhere(cli, (one) =>
    one
      .exitOverride()
      .showHelpAfterError('Run it with --help to see what it takes.')
      .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(output.width, 100) })
      .configureOutput({
        writeOut: output.out,
        writeErr: output.err,
        outputError: (text, write) => write(sentence(text)),
        getOutHasColors: () => output.colours,
        getErrHasColors: () => output.colours,
        getOutHelpWidth: () => Math.min(output.width, 100),
        getErrHelpWidth: () => Math.min(output.width, 100),
      }),
  )
  try {
    await cli.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    return tell(error, surroundings)
  }
}

/** Every command takes these, before or behind its name. */
const addShared = (command: Command): Command =>
  command
    .option('--rules <dir>', 'the folder of rules (default: "rules")')
    .option('--db <url>', 'the database (default: DATABASE_URL, else "sqlite:linewalker.db")')
    .option(
      '--at <instant>',
      "as of when: an ISO 8601 instant, or a date in the calendar's zone (default: now); serve, and loop without --once, take none",
    )
    .option('--json', 'print one JSON value and nothing else; serve prints its log, each line a value')

type Act = (command: CliCommand, args: readonly string[], options: Options) => Promise<void>

function commandFor(described: CliCommand, act: Act): Command {
  const [name = '', ...args] = described.usage.split(' ')
  const command = new Command(name).summary(described.summary).description(described.summary)
  for (const arg of args) {
    const about = described.args?.[arg.replace(/[<>[\].]/g, '')]
    const argument = new Argument(arg, about?.says)
    if (about?.choices) argument.choices(about.choices).argParser(oneOf(about.choices))
    command.addArgument(argument)
  }
  for (const { flags, says, choices, default: fallback, many } of described.options ?? []) {
    const option = new Option(flags, says)
    if (choices) option.choices(choices).argParser(many ? someOf(choices) : oneOf(choices))
    if (fallback !== undefined) option.default(fallback)
    command.addOption(option)
  }
  command.addHelpText('after', `\nExamples:\n${described.examples.map((example) => `  $ ${example}`).join('\n')}`)
  for (const below of described.subcommands ?? []) command.addCommand(commandFor(below, act))
  command.action(async () => {
    await act(described, command.args, command.optsWithGlobals<Options>())
  })
  return command
}

/** Refuses what is none of the choices, with the one that may have been meant. */
const oneOf = (choices: readonly string[]) => (value: string) => {
  if (choices.includes(value)) return value
  const meant = nearest(value, choices)
  throw new InvalidArgumentError(meant === undefined ? `It may be ${choices.join(', ')}.` : askIfMeant(meant))
}

/** The same for an option that may be given again: all that was given, with commas. */
const someOf = (choices: readonly string[]) => (value: string, before: string | undefined) =>
  [...(before === undefined ? [] : [before]), oneOf(choices)(value)].join(',')

function everywhere(command: Command, change: (command: Command) => void): void {
  change(command)
  for (const below of command.commands) everywhere(below, change)
}

/** Commander's `error: unknown option '--jsn'` as we write sentences. */
function sentence(text: string): string {
  const words = text.replace(/^error: /, '').replaceAll("'", '"')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Says what went wrong, in a sentence, and with which exit code it ends. */
function tell(error: unknown, { output, env }: Surroundings): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? FINE : WRONG
  if (error instanceof RulesError) return FOUND
  if (error instanceof CallError) {
    output.err(`${error.message}${error.next === null ? '' : ` ${error.next}`}\n`)
    return WRONG
  }
  if (error instanceof StoppedError) {
    output.err(`${error.message}\n`)
    return FOUND
  }
  const ours = [StoreError, ProgramHeldError, ProgramMovedError, ListenError]
  if (ours.some((kind) => error instanceof kind)) {
    output.err(`${(error as Error).message}\n`)
    return WRONG
  }
  const message = error instanceof Error ? error.message : String(error)
  if (/^E[A-Z]+$/.test(codeOf(error))) output.err(`The system says: ${message}.\n`)
  else {
    output.err(`Linewalker failed: ${message}\nThat is a mistake of ours; please report it with what you did.\n`)
    if (env.DEBUG && error instanceof Error) output.err(`${error.stack}\n`)
  }
  return WRONG
}
