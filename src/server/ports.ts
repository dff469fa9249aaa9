import type { SubjectRef } from '../domain/subjects.js'
import type { Turn } from '../lib/in-rounds.js'
import type { Instant } from '../lib/instant.js'
import type { Problem } from '../lib/problem.js'
import type { Program } from '../program/program.js'
import type { Applied } from '../scheduler/carry-out.js'
import type { Store } from '../store/store.js'
import type { Recorder } from './recording/recorder.js'

/** The rules as the process that serves knows them. */
export interface ServedRules {
  /** In force, under the number that the store knows it by. */
  readonly program: Program
  /** Of the files as they are now: where there are any, the program is of the last good ones. */
  readonly problems: readonly Problem[]
}

/** One line of the log; values are plain and hold no secrets. */
export interface Log {
  info(of: Readonly<Record<string, unknown>>, says: string): void
  warn(of: Readonly<Record<string, unknown>>, says: string): void
  error(of: Readonly<Record<string, unknown>>, says: string): void
}

/** All that the server needs of the process around it. */
export interface ServerPorts {
  readonly store: Store
  rules(): ServedRules
  clock(): Instant
  /** So many bytes that nobody can guess, as base64url. */
  secret(bytes: number): string
  /** Something has changed: the loop goes round soon. */
  wake(): void
  /** Evaluates these families now and commits what follows, as a run of the loop would; never while a walk is under way. */
  evaluate(families: readonly SubjectRef[]): Promise<Applied>
  /** Tells what a request had carried out otherwise, as a walk is told. */
  told(applied: Applied): void
  readonly log: Log
}

/** What operations need beside that. */
export interface OperationPorts extends ServerPorts {
  /** Records what a call wishes for, in company of others. */
  record: Recorder
  /**
   * When rules that a call brings are loaded and planned under, which holds up everybody else. Throws a Refusal where too many
   * wait.
   */
  tryRules: Turn
}
