import type { Call, CliCommand } from './command.js'
import { CallError } from './errors.js'

/** The option `--limit`: how much is printed for people. JSON is always whole. */
export const LIMIT = (what: string, usual: string): NonNullable<CliCommand['options']>[number] => ({
  flags: '--limit <n>',
  says: `how many ${what} are shown (default: ${usual}; 0: none, all: all)`,
})

/** Reads `--limit`: a whole number, or `all`. */
export function limitOf({ options }: Call, usual: number): number {
  const { limit } = options
  if (limit === undefined) return usual
  if (limit === 'all') return Number.POSITIVE_INFINITY
  if (typeof limit !== 'string' || !/^\d{1,9}$/.test(limit))
    throw new CallError(`--limit takes a whole number or "all", not "${limit}".`)
  return Number(limit)
}
