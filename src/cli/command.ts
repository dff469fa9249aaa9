import type { Instant } from '../index.js'
import type { Output } from './output.js'

/** What a command is given of the world: the only place from which it learns the time and the environment. */
export interface Surroundings {
  output: Output
  env: Readonly<Record<string, string | undefined>>
  clock: () => Instant
  /** Who calls, for history: the user's name. */
  user: string
  /** So many bytes that nobody can guess, as base64url. */
  secret: (bytes: number) => string
  /**
   * Runs when Ctrl-C or SIGTERM breaks the command off; it may take `patience` milliseconds, if not given two seconds. `says` is
   * what is told then in place of the sentence on what was committed.
   */
  onInterrupt(cleanup: () => Promise<void>, manner?: { patience?: number; says?: string }): void
}

/** Options as given, by their camelCase names; those that every command takes are among them. */
export type Options = Readonly<Record<string, string | boolean | undefined>>

/** One call of a command. */
export interface Call extends Surroundings {
  args: readonly string[]
  options: Options
  json: boolean
}

/** One command: a file in `commands/` and a line in their list. Help, completion of names and the docs follow from it. */
export interface CliCommand {
  /** With its arguments as commander writes them: `explain <rule> <subject>`. */
  usage: string
  summary: string
  /** Each argument with a sentence, by name. */
  args?: Readonly<Record<string, { says: string; choices?: readonly string[] }>>
  /** One with `many` may be given again: its values come as one text, with commas. */
  options?: readonly { flags: string; says: string; choices?: readonly string[]; default?: string; many?: true }[]
  examples: readonly string[]
  subcommands?: readonly CliCommand[]
  /** Does the work and returns the exit code. */
  run(call: Call): Promise<number>
}

/** The text of an option; undefined where it was not given. */
export const textOf = (options: Options, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** Prints one JSON value, and nothing else. */
export const printJson = ({ output }: Pick<Call, 'output'>, value: unknown): void =>
  output.out(`${JSON.stringify(value, null, 2)}\n`)

/** Prints lines of text. */
export const printLines = ({ output }: Pick<Call, 'output'>, ...lines: readonly string[]): void =>
  output.out(lines.map((line) => `${line}\n`).join(''))
