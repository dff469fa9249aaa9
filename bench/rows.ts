/** One line of the bench. */
export interface Row {
  /** The letter of the figure, with a number where a letter has two goals. */
  id: string
  /** What is compared with what, in a sentence. */
  says: string
  ratio: number
  /** What the ratio is to reach; null of a row that is only shown. */
  goal: number | null
  ok: boolean
}

/** What a measurement gives: rows, and the times behind them for people, by what they are of. */
export interface Measured {
  rows: Row[]
  times: Readonly<Record<string, string>>
}

export const atLeast = (id: string, says: string, ratio: number, goal: number): Row => ({
  id,
  says,
  ratio,
  goal,
  ok: ratio >= goal,
})
export const atMost = (id: string, says: string, ratio: number, goal: number): Row => ({
  id,
  says,
  ratio,
  goal,
  ok: ratio <= goal,
})
export const shown = (id: string, says: string, ratio: number): Row => ({ id, says, ratio, goal: null, ok: true })

export const micros = (milliseconds: number, of: number): string => `${((1000 * milliseconds) / of).toFixed(2)} µs`
export const milliseconds = (n: number): string => `${n.toFixed(1)} ms`
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`
