import { formatNumber } from '../../conditions/operands.js'
import { DAY } from '../../lib/civil.js'
import { grouped } from '../../lib/grouped.js'
import type { Instant } from '../../lib/instant.js'
import { type Duration, type Quantile, quantile, survival } from '../../lib/survival.js'
import type { Program } from '../../program/program.js'
import type { Store } from '../../store/store.js'
import { gapsIn, type Stay, staysOf } from '../outcomes/stays.js'
import { cell, type Table } from '../table.js'
import { count } from '../words.js'
import { segmentAsThen, statusAsThen } from './as-then.js'

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
  /** How many ended: the stage was left, or a touch came. */
  n: number
  /** How many still go on: they count as long as they have been watched. */
  open: number
  /** Times since a touch that no touch ended, since the opportunity left the stage first: they count up to then. */
  cut: number
  /** Null where too few are known to have ended. */
  days: Quantile | null
}

/** How long, whether it ended, and whether it goes on: else it was cut off. */
interface Watched extends Duration {
  goesOn: boolean
}

const PAGE = 500
/** Of fewer than so many nothing is said. */
const FEWEST = 10

/**
 * Suggests thresholds from the history of opportunities that were won, stage by stage (and segment by segment): the time by which
 * a share of them had left the stage, or had been touched again. Those that are open count as long as they have been watched;
 * those that were lost or abandoned do not count. All of it is as it was at that instant: one that was won later still goes on.
 * A stage in which nothing is ever open has no threshold. What ends a time since a touch is a touch: where the stage was left before one
 * came, nobody knows how long it would have been quiet there, and it is censored at that instant.
 */
export async function suggest(
  store: Pick<Store, 'everyFamily' | 'lives'>,
  { vocabulary }: Pick<Program, 'vocabulary'>,
  now: Instant,
  { fact, share, bySegment, onProgress }: SuggestRequest,
): Promise<Suggestion[]> {
  const durations = new Map<string, Watched[]>()
  const mayBeOpenIn = ({ pipeline, stage }: Stay) =>
    vocabulary.pipelines
      .get(pipeline)
      ?.stages.find(({ name }) => name === stage)
      ?.statuses.includes('open') ?? true
  const refs = await store.everyFamily()
  for (let i = 0; i < refs.length; i += PAGE) {
    for (const { family, history, activities } of await store.lives(refs.slice(i, i + PAGE))) {
      const segment = bySegment ? segmentAsThen(family.account, history, now) : null
      for (const today of family.opportunities) {
        const row = statusAsThen(today, history, now)
        if (row.status !== 'open' && row.status !== 'won') continue
        const touches = activities.filter((a) => a.opportunity === row.id && vocabulary.touches.includes(a.kind))
        for (const stay of staysOf(row, history, now)) {
          if (!mayBeOpenIn(stay)) continue
          const key = JSON.stringify([stay.pipeline, stay.stage, segment])
          const times =
            fact === 'time_in_stage' ? [{ length: stay.to - stay.from, ended: stay.left }] : gapsIn(stay, touches)
          const found = times.map((one) => ({ ...one, goesOn: !one.ended && !stay.left }))
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
      const open = found.filter(({ goesOn }) => goesOn).length
      const days = ended < FEWEST ? null : quantile(survival(found), share)
      const cut = found.length - ended - open
      return { pipeline, stage, segment, n: ended, open, cut, days: days && inDays(days) }
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

/** `12.5 %` */
export const sayShare = (share: number): string => `${Number((share * 100).toPrecision(6))} %`

/** Suggestions as people read them: a table for each pipeline. */
export function suggestionsTables(
  suggestions: readonly Suggestion[],
  request: Pick<SuggestRequest, 'fact' | 'share' | 'bySegment'>,
): { pipeline: string; table: Table }[] {
  return [...grouped(suggestions, ({ pipeline }) => pipeline)].map(([pipeline, ofIt]) => ({
    pipeline,
    table: tableOf(ofIt, request),
  }))
}

function tableOf(
  suggestions: readonly Suggestion[],
  { fact, share, bySegment }: Pick<SuggestRequest, 'fact' | 'share' | 'bySegment'>,
): Table {
  const ofTouches = fact === 'time_since_activity'
  const headers = [
    'stage',
    ...(bySegment ? ['segment'] : []),
    `${sayShare(share)} within`,
    '95 % interval',
    ...(ofTouches ? ['touched', 'left'] : ['left']),
    'going on',
  ]
  return {
    headers,
    right: headers.map((_, i) => i).slice(bySegment ? 4 : 3),
    whole: [0],
    rows: suggestions.map(({ stage, segment, n, open, cut, days }) => [
      cell(stage),
      ...(bySegment ? [cell(segment ?? 'none', segment === null ? 'quiet' : undefined)] : []),
      days ? cell(count(days.at, 'day')) : cell('too few', 'quiet'),
      days ? cell(sayInterval(days)) : cell(''),
      cell(formatNumber(n)),
      ...(ofTouches ? [cell(formatNumber(cut))] : []),
      cell(formatNumber(open)),
    ]),
  }
}

/** `31 to 36`, `31 or more` where nobody knows how long it may be. */
export const sayInterval = ({ from, to }: Quantile): string =>
  to === null ? (from === null ? 'not known' : `${from} or more`) : from === null ? `up to ${to}` : `${from} to ${to}`

/** What the numbers of the tables are, in sentences. */
export const sayCensored = (fact: Suggested, share: number): string =>
  fact === 'time_in_stage'
    ? `So long it took until ${sayShare(share)} of what was won had left the stage. Stays that still go on count as long as they have been watched; lost ones do not count.`
    : `So long it took until ${sayShare(share)} of what was won was touched again. Times that still go on, and those that ended with leaving the stage before a touch came ("left"), count as long as they were watched; lost ones do not count.`
