import type { Instant } from '../lib/instant.js'
import { type Duration, type Quantile, quantile, survival } from '../lib/survival.js'
import type { Program } from '../program/program.js'
import type { Store } from '../store/store.js'
import { gapsIn, staysOf } from './stays.js'
import { cell, type Table } from './table.js'

/** What a threshold may be suggested for. */
export const SUGGESTED = ['time_in_stage', 'time_since_activity'] as const
export type Suggested = (typeof SUGGESTED)[number]

export interface SuggestRequest {
  fact: Suggested
  /** The share that was done by then: 0.9 is 90 %. */
  share: number
  /** Also by the segment of the account. */
  bySegment: boolean
  onProgress?: (families: number, total: number) => void
}

/** By when so many of the opportunities that were won had left a stage, or were touched again. Lengths in days. */
export interface Suggestion {
  pipeline: string
  stage: string
  /** Null over all segments, and where accounts have none. */
  segment: string | null
  /** How many there were; of them `open` go on. */
  n: number
  open: number
  /** Null where too few are known to have ended. */
  days: Quantile | null
}

const DAY = 86_400_000
const PAGE = 500
/** Of fewer than so many nothing is said. */
const FEWEST = 10

/**
 * Suggests thresholds from the history of opportunities that were won, stage by stage (and segment by segment): the time by which
 * a share of them had left the stage, or had been touched again. Those that are open count as long as they have been watched;
 * those that were lost or abandoned do not count.
 */
export async function suggest(
  store: Pick<Store, 'everyFamily' | 'lives'>,
  { vocabulary }: Pick<Program, 'vocabulary'>,
  now: Instant,
  { fact, share, bySegment, onProgress }: SuggestRequest,
): Promise<Suggestion[]> {
  const durations = new Map<string, Duration[]>()
  const refs = await store.everyFamily()
  for (let i = 0; i < refs.length; i += PAGE) {
    for (const { family, history, activities } of await store.lives(refs.slice(i, i + PAGE))) {
      for (const row of family.opportunities) {
        if (row.status !== 'open' && row.status !== 'won') continue
        const touches = activities.filter((a) => a.opportunity === row.id && vocabulary.touches.includes(a.kind))
        const segment = bySegment ? (family.account?.segment ?? null) : null
        for (const stay of staysOf(row, history, now)) {
          const key = JSON.stringify([stay.pipeline, stay.stage, segment])
          const found =
            fact === 'time_in_stage' ? [{ length: stay.to - stay.from, ended: stay.left }] : gapsIn(stay, touches)
          const known = durations.get(key)
          if (known) known.push(...found)
          else durations.set(key, found)
        }
      }
    }
    onProgress?.(Math.min(i + PAGE, refs.length), refs.length)
  }
  return [...durations]
    .map(([key, found]): Suggestion => {
      const [pipeline, stage, segment] = JSON.parse(key) as [string, string, string | null]
      const ended = found.filter((d) => d.ended).length
      const days = ended < FEWEST ? null : quantile(survival(found), share)
      return { pipeline, stage, segment, n: found.length, open: found.length - ended, days: days && inDays(days) }
    })
    .sort(inOrderOf(vocabulary))
}

const inDays = ({ at, from, to }: Quantile): Quantile => ({
  at: Math.ceil(at / DAY),
  from: from === null ? null : Math.ceil(from / DAY),
  to: to === null ? null : Math.ceil(to / DAY),
})

function inOrderOf({ pipelines }: Program['vocabulary']) {
  const places = [...pipelines.values()].flatMap(({ name, stages }) => stages.map((stage) => `${name}/${stage.name}`))
  const rank = ({ pipeline, stage }: Suggestion) => {
    const place = places.indexOf(`${pipeline}/${stage}`)
    return place < 0 ? places.length : place
  }
  return (a: Suggestion, b: Suggestion) =>
    rank(a) - rank(b) || ((a.segment ?? '~') < (b.segment ?? '~') ? -1 : a.segment === b.segment ? 0 : 1)
}

const DONE: Readonly<Record<Suggested, string>> = {
  time_in_stage: 'left within',
  time_since_activity: 'touched again within',
}

/** Suggestions as people read them. */
export function suggestionsTable(
  suggestions: readonly Suggestion[],
  { fact, share, bySegment }: SuggestRequest,
): Table {
  const days = (n: number | null) => (n === null ? 'not known' : `${n}`)
  return {
    headers: [
      'stage',
      ...(bySegment ? ['segment'] : []),
      `${Math.round(share * 1000) / 10} % ${DONE[fact]}`,
      'interval (95 %)',
      'known',
      'still open',
    ],
    right: [bySegment ? 4 : 3, bySegment ? 5 : 4],
    rows: suggestions.map(({ pipeline, stage, segment, n, open, days: found }) => [
      cell(`${pipeline} ${stage}`),
      ...(bySegment ? [cell(segment ?? 'none', segment === null ? 'quiet' : undefined)] : []),
      found ? cell(`${found.at} days`) : cell('too few to say', 'quiet'),
      found ? cell(`${days(found.from)} to ${days(found.to)}`) : cell(''),
      cell(String(n)),
      cell(String(open)),
    ]),
  }
}

/** The same as a section of rules, to be copied by whoever agrees: a table of thresholds by stage (and segment). */
export function suggestionsYaml(
  suggestions: readonly Suggestion[],
  { fact, share, bySegment }: SuggestRequest,
  asOf: string,
): string {
  const said = suggestions.filter(({ days }) => days !== null)
  const name = fact === 'time_in_stage' ? 'stuck_after' : 'quiet_after'
  const line = ({ days, n }: Suggestion) =>
    `${days?.at} days # ${Math.round(share * 100)} % of won ones; n = ${n}, ${days?.from ?? 'not known'} to ${days?.to ?? 'not known'}`
  const stages = [...new Set(said.map(({ stage }) => stage))]
  const lines = stages.flatMap((stage) => {
    const here = said.filter((one) => one.stage === stage)
    if (!bySegment) return [`    ${stage}: ${line(slowest(here))}`]
    const segments = here.filter(({ segment }) => segment !== null)
    const rest = here.find(({ segment }) => segment === null)
    return [
      `    ${stage}:`,
      '      by: account.segment',
      ...segments.map((one) => `      ${JSON.stringify(one.segment)}: ${line(one)}`),
      ...(rest ? [`      else: ${line(rest)}`] : []),
    ]
  })
  if (lines.length === 0) return `# Too little is known as of ${asOf} to suggest anything.\n`
  return [
    `# Suggested by what was won up to ${asOf}.`,
    'thresholds:',
    `  ${name}:`,
    '    by: stage',
    ...lines,
    '',
  ].join('\n')
}

/** Two pipelines may have a stage of the same name: the table has one line for both, so that the slower one is not called late. */
const slowest = (here: readonly Suggestion[]): Suggestion =>
  here.reduce((a, b) => ((b.days?.at ?? 0) > (a.days?.at ?? 0) ? b : a))
