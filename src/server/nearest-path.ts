import { nearest } from '../lib/nearest.js'

/** Longer than any path of ours with an id; nobody meant anything near to what is longer. */
const LONGEST = 500

/**
 * The path that somebody who wrote another may have meant, of paths with their parameters in braces: what stands for a parameter
 * is taken as written. Undefined where none is near.
 */
export function nearestPath(written: string, known: readonly string[]): string | undefined {
  if (written.length > LONGEST) return undefined
  const plain = written.replace(/\/+$/, '')
  const said = [plain, `/api/v1${plain}`]
  const meant = said.flatMap((path) => known.flatMap((template) => filled(path.split('/'), template.split('/')) ?? []))
  return nearest(written, meant) ?? meant[0]
}

/** The template with its parameters as written; null where another part of it is not near to what was written. */
function filled(written: readonly string[], template: readonly string[]): string | null {
  if (written.length !== template.length) return null
  const parts = template.map((part, i) => {
    const said = written[i] ?? ''
    if (part.startsWith('{')) return said === '' ? undefined : said
    return part === said ? part : nearest(said, [part])
  })
  return parts.includes(undefined) ? null : parts.join('/')
}
