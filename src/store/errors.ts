import type { Instant } from '../lib/instant.js'

export type StoreProblem =
  | 'unknown_url'
  | 'absent'
  | 'no_directory'
  | 'no_database'
  | 'unreachable'
  | 'too_old'
  | 'wrong_password'
  | 'cut'
  | 'foreign'
  | 'no_rights'
  | 'read_only'
  | 'full'
  | 'busy'
  | 'newer'
  | 'older'
  | 'unreadable'
  | 'too_early'
  | 'refused'

/** The database cannot do what is asked of it, in a sentence for the person who asked: exit code 2. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  constructor(
    readonly problem: StoreProblem,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause })
  }
}

/** Of a write that is worth making, not worth refusing a request while the database takes none: lets only mistakes pass. */
export function unlessBusy(error: unknown): void {
  if (!(error instanceof StoreError)) throw error
}

/** The kill switch is on: nothing was written. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError'
  constructor(
    readonly by: string,
    readonly since: Instant,
  ) {
    super(`Linewalker is stopped (by ${by}); nothing was written. "linewalker resume" lets it go on.`)
  }
}

/** Another program came into force while this one worked: its plan is not carried out any further. */
export class ProgramMovedError extends Error {
  override readonly name = 'ProgramMovedError'
  constructor(
    readonly mine: number,
    readonly inForce: number | null,
  ) {
    super(`Other rules came into force (program ${inForce ?? 'none'} instead of ${mine}); nothing more was written.`)
  }
}

/** A living process works under another program, so that this one may not come into force. */
export class ProgramHeldError extends Error {
  override readonly name = 'ProgramHeldError'
  constructor(
    readonly digest: string,
    readonly held: { number: number; digest: string; process: string; command: string },
  ) {
    super(
      `The rules at hand (${short(digest)}) are not those in force (program ${held.number}, ${short(held.digest)}), ` +
        `which "${held.command}" (process ${held.process}) works under. Stop it, or give it these rules.`,
    )
  }
}

const short = (digest: string) => digest.slice(0, 12)
