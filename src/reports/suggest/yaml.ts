import { formatNumber } from '../../conditions/operands.js'
import { groupedAs } from '../../lib/grouped.js'
import type { Quantile } from '../../lib/survival.js'
import type { Program } from '../../program/program.js'
import { count } from '../words.js'
import { type Suggestion, type SuggestRequest, sayInterval, sayShare } from './suggest.js'

/** Words of a table of thresholds itself, and keys that no rules may have: no value of a fact stands in a table by such a name. */
const NO_KEYS: readonly string[] = ['by', 'else', '<<', '__proto__']
/** What YAML, old or new, reads as something else than a text. */
const OTHERWISE_READ = /^(true|false|null|yes|no|on|off|y|n)$/

/** A text as a key that every YAML reads as this text. */
const keyOf = (text: string): string =>
  /^[a-z][a-z0-9_-]*$/.test(text) && !OTHERWISE_READ.test(text) ? text : JSON.stringify(text)

/**
 * Suggestions as a section of rules, to be copied by whoever agrees: a table of thresholds by stage (and segment). It loads under
 * the program: what cannot stand in such a table is a comment, and so is what is known too roughly to go by.
 */
export function suggestionsYaml(
  suggestions: readonly Suggestion[],
  { fact, share, bySegment }: SuggestRequest,
  asOf: string,
  { vocabulary }: Pick<Program, 'vocabulary'>,
): string {
  const said = suggestions.filter(({ days }) => days !== null)
  const stages = new Set(
    [...vocabulary.pipelines.values()].flatMap((pipeline) => pipeline.stages.map(({ name }) => name)),
  )
  const lines = [...new Set(said.map(({ stage }) => stage))].flatMap((stage) => {
    const here = said.filter((one) => one.stage === stage)
    const slow = slowest(here)
    if (!stages.has(stage)) return [left(4, stage, slow, 'is no stage of these rules')]
    if (NO_KEYS.includes(stage)) return [left(4, stage, slow, 'cannot be a key of it')]
    const segments = bySegment ? bySegmentOf(here) : []
    const rest = bySegment ? here.filter(({ segment }) => segment === null) : here
    const line = (indent: number, key: string, ones: readonly Suggestion[]) => lineOf(indent, key, ones, fact, share)
    const parts = segments.map(([segment, ones]) =>
      NO_KEYS.includes(segment)
        ? left(6, segment, slowest(ones), 'cannot be a key of it')
        : line(6, keyOf(segment), ones),
    )
    if (segments.length === 0) return [line(4, keyOf(stage), rest)]
    if (parts.every(isComment)) {
      const commented = [`    # ${keyOf(stage)}:`, '      # by: account.segment', ...parts]
      return rest.length === 0 ? commented : [...commented, line(4, keyOf(stage), rest)]
    }
    return [
      `    ${keyOf(stage)}:`,
      '      by: account.segment',
      ...parts,
      ...(rest.length > 0 ? [line(6, 'else', rest)] : []),
    ]
  })
  if (lines.every(isComment))
    return [
      `# Too little is known as of ${asOf} to suggest anything.`,
      ...lines.map((line) => line.trimStart()),
      '',
    ].join('\n')
  const name = fact === 'time_in_stage' ? 'stuck_after' : 'quiet_after'
  return [
    `# Suggested by what was won up to ${asOf}.`,
    'thresholds:',
    `  ${name}:`,
    '    by: stage',
    ...lines,
    '',
  ].join('\n')
}

const isComment = (line: string): boolean => line.trimStart().startsWith('#')

/** Segment by segment, in the order in which they come. */
const bySegmentOf = (here: readonly Suggestion[]): [string, Suggestion[]][] => [
  ...groupedAs(
    here.flatMap((one) => (one.segment === null ? [] : [{ segment: one.segment, one }])),
    ({ segment }) => segment,
    ({ one }) => one,
  ),
]

/** Two pipelines may have a stage of the same name: the table has one line for both, so that the slower one is not called late. */
const slowest = (here: readonly Suggestion[]): Suggestion =>
  here.reduce((a, b) => ((b.days?.at ?? 0) > (a.days?.at ?? 0) ? b : a))

const left = (indent: number, name: string, { days }: Suggestion, why: string): string =>
  `${' '.repeat(indent)}# ${JSON.stringify(name)} ${why}: ${count(days?.at ?? 0, 'day')} would be suggested for it.`

/** An interval of which the upper end is more than so many times the lower one tells nothing to go by. */
const WIDEST = 4

/** Why nobody should take a threshold as it is; null where its interval is sound. */
function unsound({ from, to }: Quantile): string | null {
  if (to === null) return 'it may be much longer'
  return from === null || to > WIDEST * from ? 'known too roughly' : null
}

/** A line of the table; behind `#`, with the reason, where the number is no sound one. */
function lineOf(
  indent: number,
  key: string,
  here: readonly Suggestion[],
  fact: SuggestRequest['fact'],
  share: number,
): string {
  const { pipeline, days, n, open, cut } = slowest(here)
  if (!days) return ''
  const all = n + open + cut
  const counted =
    fact === 'time_in_stage'
      ? `${count(all, 'stay')}${open > 0 ? `, ${formatNumber(open)} of them still going on` : ''}`
      : `${count(n, 'touch', 'touches')}, ${count(cut + open, 'time')} without one up to the end`
  const of = here.length > 1 ? ` (the slowest of ${here.length} pipelines: ${pipeline})` : ''
  const why = unsound(days)
  const begin = `${' '.repeat(indent)}${why ? '# ' : ''}${key}: ${count(days.at, 'day')} # ${why ? `${why}; ` : ''}`
  return `${begin}${sayShare(share)} of won ones${of}: ${sayInterval(days)}; ${counted}`
}
