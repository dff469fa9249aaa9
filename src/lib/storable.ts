/** A text that every database holds: NUL is in none of PostgreSQL's, and half of a pair of surrogates is no character. */
export const STORABLE = /^[^\0\p{Cs}]*$/u
export const isStorable = (text: string): boolean => STORABLE.test(text)
/** How a sentence ends that says of a text that it is not storable. */
export const NOT_STORABLE = 'holds a character that no text may hold.'

/** An id, or a name by which something is looked up: what is longer fits into no index. */
export const ID = /^[^\p{Cc}\p{Cs}]{1,200}$/u
export const isId = (text: string): boolean => ID.test(text)
export const NO_ID = 'An id has 1 to 200 characters, and no control characters.'
