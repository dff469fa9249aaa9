import { textsOf } from '../config/load.js'
import { SECOND } from '../lib/civil.js'
import type { Instant } from '../lib/instant.js'
import type { Problem } from '../lib/problem.js'
import type { Program } from '../program/program.js'
import { ProgramHeldError } from '../store/errors.js'
import type { LoopEvent } from './events.js'

/** A folder of rules to watch, and how it is read; reading rejects where the folder cannot be read. */
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
 * Takes changed rules into force. Where that cannot be, the last good ones stay in force, and the reason is told once. What
 * the rules do not say wrong is tried again: a folder that is away or empty, another process that holds other rules.
 */
export function openAdopter({ rules, adopt, tell }: AdopterPorts) {
  let changed = false
  /** Why the last good rules were kept, as it was told last; null where nothing is wrong. */
  let kept: string | null = null

  function keep(problems: readonly Problem[], why: string): void {
    if (kept !== why) tell({ is: 'rules_kept', problems, why })
    kept = why
  }

  /** Resolves to the instant at which to try again, null where there is nothing to try. Rejects where the store does. */
  async function adoptRules(now: Instant): Promise<Instant | null> {
    if (!changed) return null
    changed = false
    const read = await readFolder(rules)
    if (typeof read === 'string') {
      changed = true
      keep([{ place: { file: rules.folder, line: 1, column: 1 }, message: read }], `${read} ${LAST_GOOD}`)
      return now + AGAIN
    }
    const { program, problems } = read
    if (!program) {
      kept = ''
      tell({ is: 'rules_kept', problems, why: null })
      return null
    }
    try {
      const isAnother = await adopt(program)
      if (kept !== null && !isAnother) tell({ is: 'rules_fine' })
      kept = null
      return null
    } catch (error) {
      changed = true
      if (!(error instanceof ProgramHeldError)) throw error
      keep([], error.message)
      return now + AGAIN
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
