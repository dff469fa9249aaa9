/** `a, b and c`; of very many the first dozen and a count. */
export function list(words: readonly string[], join = 'and'): string {
  const shown = words.length > 24 ? [...words.slice(0, 20), `${words.length - 20} more`] : words
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} ${join} ${shown.at(-1)}`
}

/** What was found in place of something else, short: `"soon"`, `14`, `a map`, `nothing`. */
export function found(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty map' : 'a map'
  if (typeof value !== 'string') return String(value)
  return `"${value.length > 60 ? `${value.slice(0, 57)}…` : value}"`
}
