import type { Path, Place } from '../lib/problem.js'

/** Where a key and its value begin. Of an element of a list both are the same. */
export interface Spot {
  key: Place
  value: Place
}

type Container = object
type Step = string | number

/**
 * Where everything stands. Each map and list that was read knows the places of what it holds, so that values stay plain
 * and may be merged and mended: the new container is told where its parts came from.
 */
export interface Places {
  /** Says where `step` of `container` stands. */
  put(container: Container, step: Step, spot: Spot): void
  get(container: Container, step: Step): Spot | undefined
  /** `to` holds at `at` what `from` held at `step`: its place and its silence go with it. */
  carry(from: Container, step: Step, to: Container, at: Step): void
  /** What stands there was not understood: nothing more is said about it, nor about anything inside. */
  hush(container: Container, step: Step): void
  isHushed(container: Container, step: Step): boolean
  /** The container is not as its author wrote it: nothing more is said about it as a whole. */
  hurt(container: Container): void
  /** The place of a path into `root`, or of the nearest thing around it that stands somewhere. */
  find(root: unknown, path: Path, at?: 'key' | 'value'): Place | null
  /** Would a complaint about this path only repeat a slip that is told already? */
  isQuiet(root: unknown, path: Path): boolean
}

/** An empty register of places. */
export function createPlaces(): Places {
  const spots = new WeakMap<Container, Map<Step, Spot>>()
  const hushed = new WeakMap<Container, Set<Step>>()
  const hurt = new WeakSet<Container>()

  const places: Places = {
    put(container, step, spot) {
      const known = spots.get(container) ?? new Map<Step, Spot>()
      spots.set(container, known.set(step, spot))
    },
    get: (container, step) => spots.get(container)?.get(step),
    carry(from, step, to, at) {
      const spot = places.get(from, step)
      if (spot) places.put(to, at, spot)
      if (places.isHushed(from, step)) places.hush(to, at)
    },
    hush(container, step) {
      // A text has letters, not parts.
      if (typeof container !== 'object') return
      hushed.set(container, (hushed.get(container) ?? new Set<Step>()).add(step))
    },
    isHushed: (container, step) => hushed.get(container)?.has(step) ?? false,
    hurt: (container) => void hurt.add(container),
    find(root, path, at = 'value') {
      let here = root
      let found: Place | null = null
      for (const [i, step] of path.entries()) {
        if (typeof here !== 'object' || here === null) break
        const spot = places.get(here, step)
        const isLast = i === path.length - 1
        if (spot) found = isLast && at === 'value' ? spot.value : spot.key
        if (!spot && isLast) break
        here = (here as Record<Step, unknown>)[step]
      }
      return found
    },
    isQuiet(root, path) {
      let here = root
      for (const [i, step] of path.entries()) {
        if (typeof here !== 'object' || here === null) return false
        if (places.isHushed(here, step)) return true
        const next = (here as Record<Step, unknown>)[step]
        // A hurt container is quiet as a whole, and about the parts that were taken out of it.
        if (next === undefined && hurt.has(here)) return true
        if (i === path.length - 1) return typeof next === 'object' && next !== null && hurt.has(next)
        here = next
      }
      return false
    },
  }
  return places
}
