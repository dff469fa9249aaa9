import { textsOf } from '../config/load.js'
import { SECOND } from '../lib/civil.js'
import type { Instant } from '../lib/instant.js'
import type { Problem } from '../lib/problem.js'
import type { Program } from '../program/program.js'
import { ProgramHeldError } from '../store/errors.js'
import type { LoopEvent } from './events.js'

/** A folder of rules to watch, and how it is read; reading rejects where the folder cannot be read, with what the file system says. */
export interface WatchedRules {
  folder: string
  read(): Promise<{ program: Program | null; problems: readonly Problem[] }>
}

export interface AdopterPorts {
  rules: WatchedRules
  /** Takes a program into force; false where it says what the one in force says. */
  adopt(program: Program): Promise<boolean>
  tell(event: LoopEvent): void
}

/** When it is tried again what could not be adopted, in milliseconds: another process may have ended, the folder be back. */
const AGAIN = 5 * SECOND

/**
 * Takes changed rules into force. Where that cannot be, the last good ones stay in force, and the reason is told once. Rules that
 * say something wrong wait for the next change; whatever else is in the way is tried again: a folder that is away or empty,
 * another process that holds other rules, a database that is busy, an error in reading.
 */
export function openAdopter({ rules, adopt, tell }: AdopterPorts) {
  let changed = false
  /** Why the last good rules were kept, as it was told last; null where nothing is wrong. */
  let kept: string | null = null

  function keep(problems: readonly Problem[], why: string): void {
    if (kept !== why) tell({ is: 'rules_kept', problems, why })
    kept = why
  }

  /**
   * Resolves to the instant at which to try again, null where there is nothing to try. Rejects, the first time, where the store
   * does, and with mistakes of our own: whoever asks again has it tried again.
   */
  async function adoptRules(now: Instant): Promise<Instant | null> {
    if (!changed) return null
    changed = false
    try {
      const isDone = await adoptFolder()
      if (!isDone) changed = true
      return isDone ? null : now + AGAIN
    } catch (error) {
      changed = true
      const why = String(error)
      if (kept === why) return now + AGAIN
      kept = why
      throw error
    }
  }

  /** Resolves to false where it is to be tried again without another change. */
  async function adoptFolder(): Promise<boolean> {
    const read = await readFolder(rules)
    if (typeof read === 'string') {
      keep([{ place: { file: rules.folder, line: 1, column: 1 }, message: read }], `${read} ${LAST_GOOD}`)
      return false
    }
    const { program, problems } = read
    if (!program) {
      kept = ''
      tell({ is: 'rules_kept', problems, why: null })
      return true
    }
    try {
      const isAnother = await adopt(program)
      if (kept !== null && !isAnother) tell({ is: 'rules_fine' })
      kept = null
      return true
    } catch (error) {
      if (!(error instanceof ProgramHeldError)) throw error
      keep([], error.message)
      return false
    }
  }

  return {
    /** Something in the folder was changed: its rules are read at the next round. */
    noteChange: (): void => {
      changed = true
    },
    adoptRules,
  }
}

const LAST_GOOD = 'The last good rules stay in force.'

/**
 * What the folder says; or, in a sentence, why nothing can be read of it. A folder without a rules file is one that is not
 * mounted or not filled yet: taken at its word it would close every finding.
 */
async function readFolder({ folder, read }: WatchedRules): Promise<Awaited<ReturnType<typeof read>> | string> {
  try {
    const folderRead = await read()
    const isEmpty = folderRead.program !== null && textsOf(folderRead.program)?.length === 0
    return isEmpty ? `There is no rules file (*.yaml) in ${folder}.` : folderRead
  } catch (error) {
    // What the file system says; anything else is our own mistake.
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error
    return `The rules cannot be read: ${error.message}.`
  }
}
