const escaped = (letter: string): string => letter.replace(/[.*+?^${}()|[\]\\]/, '\\$&')
const inAnyCase = (letter: string): string =>
  letter.toLowerCase() === letter.toUpperCase() ? escaped(letter) : `[${letter.toLowerCase()}${letter.toUpperCase()}]`

/**
 * What is one slip away from a word, capitals apart: a letter too many, one that is missing, another one, or two that are
 * swapped; and the word itself. The source of a regular expression, for schemas: where `nearest` guesses, with no further slips.
 */
export function nearPattern(word: string): string {
  const letters = [...word].map(inAnyCase)
  const with_ = (at: number, taken: number, put: string): string =>
    [...letters.slice(0, at), put, ...letters.slice(at + taken)].join('')
  const slips = [
    with_(0, 0, '.'),
    ...letters.flatMap((_, at) => [with_(at, 1, '.?'), with_(at + 1, 0, '.')]),
    ...letters.slice(1).map((next, at) => with_(at, 2, `${next}${letters[at]}`)),
  ]
  return `^(?:${slips.join('|')})$`
}
