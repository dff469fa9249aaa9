import type { Problem } from '../index.js'

/** The call or the environment is wrong: a sentence and, where one helps, the next step. Exit code 2. */
export class CallError extends Error {
  override readonly name = 'CallError'
  constructor(
    message: string,
    readonly next: string | null = null,
  ) {
    super(message)
  }
}

/** The rules have problems, which were printed: exit code 1. */
export class RulesError extends Error {
  override readonly name = 'RulesError'
  constructor(readonly problems: readonly Problem[]) {
    super('The rules have problems.')
  }
}

export const FINE = 0
/** Something was found: problems, rejected rows, failed tests, a held plan or run. */
export const FOUND = 1
/** The call or its surroundings are wrong. */
export const WRONG = 2
/** Ctrl-C, and what a service manager sends. */
export const INTERRUPTED = 130
export const TERMINATED = 143

/** The code that Node gives an error of the system, such as `ENOENT`. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
