/** Chance that is an argument: the same seed gives the same run. */
export interface Chance {
  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number
  pick<T>(list: readonly T[]): T
  /** True so often. */
  often(probability: number): boolean
  /** The value, or null so often. */
  maybe<T>(probabilityOfNull: number, value: () => T): T | null
  /** So many of the list, in its order. */
  some<T>(list: readonly T[], atLeast?: number): T[]
  times<T>(n: number, make: (index: number) => T): T[]
}

/** Numbers from a seed, each in [0, 1): mulberry32. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function chance(seed: number): Chance {
  const next = numbersFrom(seed)
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  const pick = <T>(list: readonly T[]): T => list[int(0, list.length - 1)] as T
  const often = (probability: number) => next() < probability
  return {
    int,
    pick,
    often,
    maybe: (probabilityOfNull, value) => (often(probabilityOfNull) ? null : value()),
    some: (list, atLeast = 0) => {
      const n = int(atLeast, list.length)
      const left = [...list]
      while (left.length > n) left.splice(int(0, left.length - 1), 1)
      return left
    },
    times: (n, make) => Array.from({ length: n }, (_, index) => make(index)),
  }
}
