import type { Path } from '../lib/problem.js'

/** What the things of a rules file are called: the path of a kind of thing, with `*` for a name or an index. */
const NOUNS: readonly [pattern: string, noun: string][] = [
  ['people.*', 'person'],
  ['fields.*.*', 'field'],
  ['pipelines.*', 'pipeline'],
  ['pipelines.*.stages.*', 'stage'],
  ['assembly_line.bins.*', 'bin'],
  ['assembly_line.moves.*', 'move'],
  ['thresholds.*', 'threshold'],
  ['health.indicators.*', 'indicator'],
  ['scoring.*.*', 'line of the scoring'],
  ['qualification.needs.*', 'need'],
  ['rules.*', 'rule'],
  ['rules.*.event', 'event'],
  ['rules.*.remind', 'reminder'],
  ['rules.*.escalate.*', 'escalation'],
  ['playbooks.*', 'playbook'],
  ['playbooks.*.steps.*', 'step of a playbook'],
  ['views.*', 'view'],
  ['channels.*', 'channel'],
  ['digests.*', 'digest'],
  ['goals.*', 'goal'],
  ['sources.*', 'source'],
]

const fits = (pattern: readonly string[], path: Path): boolean =>
  pattern.length === path.length && pattern.every((part, i) => part === '*' || part === path[i])

const PATTERNS = NOUNS.map(([pattern, noun]) => [pattern.split('.'), noun] as const)

/** What stands at the path, if it has a name of its kind: `rule`, `stage`. */
export const nounAt = (path: Path): string | undefined => PATTERNS.find(([pattern]) => fits(pattern, path))?.[1]

/** What stands at the path, for a sentence about something inside it: `a rule`, `"hours"`. */
export function placeNoun(path: Path): string {
  const noun = nounAt(path)
  if (noun) return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
  return nameOf(path)
}

/** The last name of the path, in quotes; of an element of a list, the list's. */
export const nameOf = (path: Path): string => `"${path.findLast((step) => typeof step === 'string') ?? 'rules'}"`

/** What stands at the path, by kind and name where it has one: `The rule quiet`, `"hours"`. */
export function titleOf(path: Path): string {
  const noun = nounAt(path)
  const last = path.at(-1)
  if (!noun) return nameOf(path)
  return typeof last === 'string' && !['event', 'remind'].includes(last) ? `The ${noun} ${last}` : `The ${noun}`
}
