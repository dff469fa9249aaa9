/** A ratio of two shares, with the ends of its interval of 95 %. */
export interface Ratio {
  /** Null where the second share is 0. */
  is: number | null
  from: number
  /** Null where nobody can say how far it may reach. */
  to: number | null
}

/** Whether its interval reaches over 1, as it reads with two digits. */
export const mayBeChance = ({ from, to }: Ratio): boolean =>
  Number(from.toFixed(2)) <= 1 && (to === null || Number(to.toFixed(2)) >= 1)

/** A share from 0 to 1, and of how many independent ones it is as good as. */
export interface Share {
  is: number
  size: number
}

const Z2 = 1.959964 ** 2

/** The interval of a share of 95 %, after Wilson (J. Am. Stat. Assoc. 22, 1927): wide also where the share is 0 or 1. */
function wilson({ is, size }: Share): { low: number; high: number } {
  const middle = is + Z2 / (2 * size)
  const reach = Math.sqrt(Z2 * ((is * (1 - is)) / size + Z2 / (4 * size * size)))
  const scale = 1 + Z2 / size
  return {
    low: is === 0 ? 0 : Math.max(0, (middle - reach) / scale),
    high: is === 1 ? 1 : Math.min(1, (middle + reach) / scale),
  }
}

/**
 * The ratio of two shares, with the interval that those of each give by the method of variance estimates recovery (Donner and
 * Zou, Stat. Methods Med. Res. 21, 2012); `together` is how the two are correlated, from -1 to 1. Null where both are 0.
 */
export function ratioOf(a: Share, b: Share, together: number): Ratio | null {
  if (a.is === 0 && b.is === 0) return null
  const [ofA, ofB] = [wilson(a), wilson(b)]
  const from = endOf(a.is, b.is, a.is - ofA.low, ofB.high - b.is, together)
  const to = endOf(a.is, b.is, ofA.high - a.is, b.is - ofB.low, together)
  return {
    is: b.is === 0 ? null : a.is / b.is,
    from: from.low,
    to: b.is === 0 ? null : to.high,
  }
}

/** The two roots of (a - x b)² = da² + (x db)² - 2 x together da db, by the forms of the quadratic that lose no digits. */
function endOf(a: number, b: number, da: number, db: number, together: number): { low: number; high: number } {
  const square = b * b - db * db
  const middle = a * b - together * da * db
  const rest = a * a - da * da
  const root = Math.sqrt(Math.max(0, middle * middle - square * rest))
  return { low: rest === 0 ? 0 : rest / (middle + root), high: (middle + root) / square }
}
