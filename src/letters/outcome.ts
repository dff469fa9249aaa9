/** What became of one attempt. The reasons are sentences for people and hold no secret. */
export type Outcome =
  /** It was taken; `note` says what else is worth knowing. */
  | { is: 'delivered'; note: string | null }
  /** It never will be: trying again changes nothing. */
  | { is: 'refused'; why: string }
  /** Not now; after `retryAfter` milliseconds at the earliest, where the other side says so. It surely did not arrive. */
  | { is: 'unavailable'; why: string; retryAfter: number | null }
  /** It was sent and nobody said that it was taken: it may have arrived. */
  | { is: 'uncertain'; why: string }

export const delivered = (note: string | null = null): Outcome => ({ is: 'delivered', note })
export const refused = (why: string): Outcome => ({ is: 'refused', why })
export const unavailable = (why: string, retryAfter: number | null = null): Outcome => ({
  is: 'unavailable',
  why,
  retryAfter,
})
export const uncertain = (why: string): Outcome => ({ is: 'uncertain', why })

/** What another machine said, as part of a sentence: one line, not too long, nothing that steers a terminal. */
export const quoted = (text: string): string => {
  const line = text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029\s]+/gu, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}
