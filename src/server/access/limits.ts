import type { Instant } from '../../lib/instant.js'

/** So many at once, refilled at so many a minute. */
export interface Rate {
  readonly burst: number
  readonly perMinute: number
}

/** Counts for whoever is named. */
export interface Limiter {
  /** Takes one; gives the seconds to wait where there is none left, else 0. */
  take(key: string, now: Instant): number
}

/** Names that are remembered at once. Beyond, those that have all of theirs again are forgotten, then the oldest tenth. */
const REMEMBERED = 10_000

/** A bucket for each name: bounded in memory, and told the time. */
export function makeLimiter({ burst, perMinute }: Rate): Limiter {
  const perMs = perMinute / 60_000
  const buckets = new Map<string, { left: number; at: Instant }>()
  const leftAt = ({ left, at }: { left: number; at: Instant }, now: Instant) =>
    Math.min(burst, left + Math.max(0, now - at) * perMs)
  const forget = (now: Instant) => {
    for (const [key, bucket] of buckets) if (leftAt(bucket, now) >= burst) buckets.delete(key)
    for (const key of buckets.keys()) {
      if (buckets.size <= REMEMBERED * 0.9) break
      buckets.delete(key)
    }
  }
  return {
    take: (key, now) => {
      const bucket = buckets.get(key)
      const left = bucket ? leftAt(bucket, now) : burst
      if (!bucket && buckets.size >= REMEMBERED) forget(now)
      const taken = left >= 1
      buckets.set(key, { left: taken ? left - 1 : left, at: now })
      return taken ? 0 : Math.max(1, Math.ceil((1 - left) / perMs / 1000))
    },
  }
}
