import { tzOffset } from '@date-fns/tz/tzOffset'
import { DAY, type DayNumber, SECOND } from './civil.js'
import type { Instant } from './instant.js'

/** Milliseconds on the wall clock of a zone, counted as if the zone were UTC. */
export type CivilTime = number

/** The clock on the wall of one zone, from a table of its transitions. All of it is monotone but `offset`. */
export interface Zone {
  readonly name: string
  /** Milliseconds by which the wall clock is ahead of UTC. */
  offset(at: Instant): number
  /** The wall clock; in the second run of a repeated hour it stands still at that hour's end. */
  civil(at: Instant): CivilTime
  /** The first instant at which the wall clock has reached the time; of a time in a gap, the gap's end. */
  instant(civil: CivilTime): Instant
  /** The last day that has begun. A clock that falls back over midnight does not bring yesterday back. */
  dayOf(at: Instant): DayNumber
  /** Days between 1970 and today's rules that the zone left out altogether, in order. */
  skippedDays(): readonly DayNumber[]
}

/** One offset, from one transition to the next. `reached` is the end of the wall clock's earlier runs. */
interface Stretch {
  from: Instant
  offset: number
  reached: CivilTime
}

// Before 1970 and after 2400 a zone keeps the offset it has there.
const FIRST: Instant = 0
const LAST: Instant = Date.UTC(2400, 0, 1)
const BLOCK = 400 * DAY
const BLOCKS = Math.ceil((LAST - FIRST) / BLOCK)
// Offsets of up to a day and clock changes of up to a day never reach over a block's margin.
const MARGIN = 4 * DAY
// The shortest stretch of any zone from 1970 to 2100 is a week (Boa Vista, October 2000).
const STEP = 4 * DAY

function offsetAt(name: string, at: Instant): number {
  const minutes = tzOffset(name, new Date(Math.min(Math.max(at, FIRST), LAST)))
  return Math.round(minutes * 60) * SECOND
}

function transitionsBetween(name: string, start: Instant, end: Instant): Stretch[] {
  let offset = offsetAt(name, start)
  const found: Stretch[] = [{ from: Number.NEGATIVE_INFINITY, offset, reached: Number.NEGATIVE_INFINITY }]
  for (let at = start; at < end; at += STEP) {
    const next = offsetAt(name, at + STEP)
    if (next === offset) continue
    let before = at
    let after = at + STEP
    while (after - before > SECOND) {
      const middle = before + Math.floor((after - before) / 2 / SECOND) * SECOND
      if (offsetAt(name, middle) === offset) before = middle
      else after = middle
    }
    const { reached } = found[found.length - 1]!
    found.push({ from: after, offset: next, reached: Math.max(reached, after + offset) })
    offset = next
  }
  return found
}

function makeZone(name: string): Zone {
  const blocks: (Stretch[] | undefined)[] = new Array(BLOCKS + 2).fill(undefined)
  const blockOf = (time: number): Stretch[] => {
    const block = Math.min(Math.max(Math.floor((time - FIRST) / BLOCK), -1), BLOCKS)
    const known = blocks[block + 1]
    if (known !== undefined) return known
    const start = FIRST + block * BLOCK
    const built = transitionsBetween(name, start - MARGIN, start + BLOCK + MARGIN)
    blocks[block + 1] = built
    return built
  }
  const stretchAt = (at: Instant): Stretch => {
    const block = blockOf(at)
    let i = block.length - 1
    while (at < block[i]!.from) i -= 1
    return block[i]!
  }
  let skipped: readonly DayNumber[] | undefined
  return {
    name,
    offset: (at) => stretchAt(at).offset,
    civil(at) {
      const { offset, reached } = stretchAt(at)
      return Math.max(at + offset, reached)
    },
    instant(civil) {
      const block = blockOf(civil)
      for (let i = 0; ; i += 1) {
        const { from, offset } = block[i]!
        if (civil < from + offset) return from
        const next = block[i + 1]
        if (next === undefined || civil < next.from + offset) return civil - offset
      }
    },
    dayOf(at) {
      const { offset, reached } = stretchAt(at)
      return Math.floor(Math.max(at + offset, reached - 1) / DAY)
    },
    skippedDays() {
      skipped ??= findSkippedDays(name, blockOf)
      return skipped
    },
  }
}

/** A zone leaves a day out when it crosses the date line, for good: the offset of a year's end shows it. */
function findSkippedDays(name: string, blockOf: (time: number) => Stretch[]): DayNumber[] {
  const found = new Set<DayNumber>()
  for (let year = 1970; year < 2038; year += 1) {
    const [start, end] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)]
    if (offsetAt(name, end) - offsetAt(name, start) < DAY / 2) continue
    for (const block of new Set([blockOf(start), blockOf(end)])) {
      for (const [i, { from, offset }] of block.entries()) {
        if (i === 0) continue
        const first = Math.ceil((from + block[i - 1]!.offset) / DAY)
        for (let day = first; (day + 1) * DAY <= from + offset; day += 1) found.add(day)
      }
    }
  }
  return [...found].sort((a, b) => a - b)
}

const zones = new Map<string, Zone>()

/** The zone of an IANA name, made once. Throws on a name that `isTimezone` refuses. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name)
  if (known !== undefined) return known
  if (!isTimezone(name)) throw new Error(`There is no time zone "${name}".`)
  const zone = makeZone(name)
  zones.set(name, zone)
  return zone
}

/** Whether the platform knows the name as an IANA zone. `+02:00` is an offset, not a zone. */
export function isTimezone(name: string): boolean {
  if (zones.has(name)) return true
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    // tzOffset alone reads "Nowhere+05:30" as an offset.
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}
