import type { HistoryEntry } from '../../domain/effects.js'
import type { Opportunity } from '../../domain/subjects.js'
import type { FiledActivity } from '../../domain/take-activity.js'
import type { Instant } from '../../lib/instant.js'

/** A time that an opportunity spent in a stage. */
export interface Stay {
  pipeline: string
  stage: string
  from: Instant
  to: Instant
  /** False where it is there still: then `to` is now. */
  left: boolean
}

/** Where an opportunity has been up to now, as far as its history knows when it came and when it left. Of a closed one until it closed. */
export function staysOf(row: Opportunity, history: readonly HistoryEntry[], now: Instant): Stay[] {
  const changes = history.filter(({ kind, id, fact }) => kind === 'opportunity' && id === row.id && fact === 'stage')
  const since = row.status === 'open' || !row.status_since_known ? null : row.status_since
  if (row.status !== 'open' && since === null) return []
  const closed = since !== null && since <= now ? since : null
  const end = closed ?? now
  const places: { stage: string; from: Instant | null }[] = [
    changes[0]
      ? { stage: String(changes[0].from), from: row.created }
      : { stage: row.stage, from: row.stage_since_known ? row.stage_since : null },
    ...changes.map(({ to, at }) => ({ stage: String(to), from: at })),
  ]
  return places.flatMap(({ stage, from }, i): Stay[] => {
    const next = places[i + 1]?.from ?? null
    const isLeft = next !== null && next <= end
    const to = isLeft ? next : end
    // What closes an opportunity often moves it too, at the same instant: that is no stay.
    if (from === null || from >= to) return []
    return [{ pipeline: row.pipeline, stage, from, to, left: isLeft || closed !== null }]
  })
}

/** The times between one touch and the next while it stayed; from its coming to the first, and from the last to its leaving. */
export function gapsIn(stay: Stay, touches: readonly FiledActivity[]): { length: number; ended: boolean }[] {
  const within = touches.filter(({ at }) => at >= stay.from && at <= stay.to).map(({ at }) => at)
  const marks = [stay.from, ...within, stay.to]
  return marks.slice(1).flatMap((at, i) => {
    const length = at - (marks[i] as Instant)
    const isLast = i === marks.length - 2
    return length > 0 ? [{ length, ended: !isLast }] : []
  })
}
