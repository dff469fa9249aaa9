import { distance } from 'fastest-levenshtein'

function sharedStart(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length += 1
  return length
}

const letters = (word: string): string => [...word].sort().join('')

/**
 * The candidate that somebody who wrote `word` may have meant: at most one slip in three letters away, capitals apart;
 * swapped letters are one slip. Of several equally near the one that begins most like it, then the first. Undefined where none is near.
 */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined =>
  within(Math.ceil(word.length / 3), word, candidates)

/** The same among names that nobody chose for their difference (columns of a file): of a short one only a single slip is guessed. */
export const nearestOfAny = (word: string, candidates: Iterable<string>): string | undefined =>
  within(Math.max(1, Math.floor(word.length / 3)), word, candidates)

/** `Did you mean "x"?` as a step of its own. */
export const askIfMeant = (guess: string): string => `Did you mean "${guess}"?`

/** The same behind a sentence, after a space; nothing where nobody knows what was meant. */
export const didYouMean = (guess: string | undefined): string => (guess === undefined ? '' : ` ${askIfMeant(guess)}`)

function within(most: number, word: string, candidates: Iterable<string>): string | undefined {
  const written = word.toLowerCase()
  let best: string | undefined
  let bestDistance = most
  let bestStart = -1
  for (const candidate of candidates) {
    const meant = candidate.toLowerCase()
    if (Math.abs(meant.length - written.length) > bestDistance) continue
    const apart = distance(written, meant)
    const away = apart > 1 && letters(written) === letters(meant) ? 1 : apart
    const start = sharedStart(written, meant)
    if (away > bestDistance || (away === bestDistance && start <= bestStart)) continue
    ;[best, bestDistance, bestStart] = [candidate, away, start]
  }
  return best
}
