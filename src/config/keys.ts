import { nearest } from '../lib/nearest.js'

/** Words that people bring from elsewhere. */
const SYNONYMS: Record<string, string> = {
  condition: 'when',
  conditions: 'when',
  if: 'when',
  where: 'when',
  do: 'then',
  actions: 'then',
  action: 'then',
  on: 'event',
  trigger: 'event',
  name: 'title',
  description: 'why',
  reason: 'why',
  subject: 'for',
  enabled: 'disabled',
  tz: 'timezone',
  zone: 'timezone',
}

/** The key that was meant: one that is near, or the language's own word for it. */
export function guessKey(key: string, keys: readonly string[], written: readonly string[]): string | undefined {
  const free = keys.filter((candidate) => !written.includes(candidate))
  const synonym = SYNONYMS[key.toLowerCase()]
  return nearest(key, free) ?? (synonym && free.includes(synonym) ? synonym : nearest(key, keys))
}
