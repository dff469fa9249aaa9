/** A moment: epoch milliseconds, an integer. */
export type Instant = number

/** The instant that never comes: what `until` says of an answer that stands for ever. */
export const NEVER: Instant = Number.POSITIVE_INFINITY

/** A calendar day, `YYYY-MM-DD`. It stands for its whole day in the calendar's zone. Compares as text. */
export type CivilDate = string
