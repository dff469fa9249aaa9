/** How long something lasted; `ended` is false where it still goes on, and lasts at least so long. */
export interface Duration {
  length: number
  ended: boolean
}

/** A step of the estimate: the share that lasts longer than `at`, how many were at risk there, and how many ended. */
export interface Step {
  at: number
  share: number
  atRisk: number
  ended: number
  /** Greenwood's sum Σ d / (n (n − d)) up to here: the variance of log(share). */
  variance: number
}

/**
 * The product-limit estimate of the share that lasts longer than a time (Kaplan and Meier, J. Am. Stat. Assoc. 53, 1958): a step
 * at each time at which something ended. What goes on counts as long as it has been watched.
 */
export function survival(durations: readonly Duration[]): Step[] {
  const sorted = [...durations].sort((a, b) => a.length - b.length)
  const steps: Step[] = []
  let share = 1
  let variance = 0
  for (let i = 0; i < sorted.length; ) {
    const at = (sorted[i] as Duration).length
    const atRisk = sorted.length - i
    let ended = 0
    for (; i < sorted.length && (sorted[i] as Duration).length === at; i += 1)
      if ((sorted[i] as Duration).ended) ended += 1
    if (ended === 0) continue
    share *= 1 - ended / atRisk
    variance = ended === atRisk ? Number.POSITIVE_INFINITY : variance + ended / (atRisk * (atRisk - ended))
    steps.push({ at, share, atRisk, ended, variance })
  }
  return steps
}

/** A time, with the ends of its interval; null where the estimate does not reach so far. */
export interface Quantile {
  at: number
  from: number | null
  to: number | null
}

/** Of the normal distribution: 95 % lie within so many standard deviations. */
const Z = 1.959964

/**
 * The time by which a share (0.9 is 90 %) has ended, with its interval of 95 %: the times at which the estimate does not differ
 * from it significantly, on the scale of log(−log) (Brookmeyer and Crowley, Biometrics 38, 1982). Null where fewer ended.
 */
export function quantile(steps: readonly Step[], ended: number): Quantile | null {
  const left = 1 - ended
  // A share is a product of fractions: what is exact on paper is not in binary.
  const reached = steps.find(({ share }) => share <= left + 1e-12)
  if (!reached) return null
  const target = Math.log(-Math.log(left))
  const near = ({ share, variance }: Step): boolean => {
    if (share <= 0 || share >= 1) return false
    const log = Math.log(share)
    return Math.abs(Math.log(-log) - target) <= (Z * Math.sqrt(variance)) / Math.abs(log)
  }
  const first = steps.findIndex(near)
  if (first < 0) return { at: reached.at, from: reached.at, to: reached.at }
  const behind = steps.slice(first).findIndex((step) => !near(step))
  return {
    at: reached.at,
    from: Math.min((steps[first] as Step).at, reached.at),
    to: behind < 0 ? null : Math.max((steps[first + behind] as Step).at, reached.at),
  }
}
