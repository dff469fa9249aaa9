import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { formatProblems, isRulesFile, loadRules, type Program } from '../../index.js'
import type { Call } from '../command.js'
import { CallError, RulesError } from '../errors.js'

const run = promisify(execFile)
const MOST = 64 * 1024 * 1024

/** The rules of a folder as they were in a revision of git. */
export async function rulesAt(call: Call, folder: string, revision: string): Promise<Program> {
  if (revision.startsWith('-')) throw new CallError(`"${revision}" is no revision.`)
  const git = async (...args: string[]) => {
    try {
      return (await run('git', args, { cwd: resolve(folder), maxBuffer: MOST })).stdout
    } catch (error) {
      const { stderr, code } = error as { stderr?: string; code?: string }
      if (code === 'ENOENT') throw new CallError('git is not installed here, or the folder of rules is not there.')
      throw new CallError(
        `git says: ${(stderr ?? '').trim().split('\n')[0]}.`,
        'Name a revision of the repository in which the rules stand.',
      )
    }
  }
  // Relative to the folder, which is where git is asked.
  const names = (await git('ls-tree', '-r', '-z', '--name-only', revision, '.')).split('\0').filter(isRulesFile).sort()
  if (names.length === 0) throw new CallError(`There is no rules file in ${folder} at ${revision}.`)
  const prefix = (await git('rev-parse', '--show-prefix')).trim()
  const files = []
  for (const name of names)
    files.push({ path: `${revision}:${prefix}${name}`, text: await git('show', `${revision}:./${name}`) })
  const { program, problems } = loadRules(files)
  if (program) return program
  call.output.err(`${formatProblems(problems, [], 'text')}\n`)
  call.output.err(`The rules at ${revision} have problems: there is nothing to compare with.\n`)
  throw new RulesError(problems)
}
