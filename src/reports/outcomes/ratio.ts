/** A ratio of two shares, with the ends of its interval of 95 %. */
export interface Ratio {
  is: number
  from: number
  to: number
}

const Z = 1.959964

/** One may be flagged and, before, among the others: what it adds to both is added up before it is squared. */
export function ratioOf(
  matched: readonly { index: number }[],
  { sums, won }: { sums: Float64Array; won: Uint8Array },
  rate: number,
  base: number,
): Ratio {
  const n = matched.length
  const parts = sums.map((sum) => -sum / (n * base))
  for (const { index } of matched)
    parts[index] = (parts[index] as number) + ((won[index] as number) - rate) / (n * rate)
  const variance = parts.reduce((sum, part) => sum + part * part, 0)
  const is = rate / base
  const spread = Math.exp(Z * Math.sqrt(variance))
  return { is, from: is / spread, to: is * spread }
}

/** How many of a sorted list lie below a number. */
export function countBelow(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as number) < limit) low = middle + 1
    else high = middle
  }
  return low
}
