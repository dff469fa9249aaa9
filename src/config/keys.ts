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

/** What is meant oftener than what is as near to it. */
const OFTEN = ['when']

/** The key that was meant: one that is near (of several first one that is needed and missing), or the language's own word for it. */
export function guessKey(
  key: string,
  keys: readonly string[],
  written: readonly string[],
  needed: readonly string[] = [],
): string | undefined {
  const weight = (word: string): number => (needed.includes(word) ? 0 : OFTEN.includes(word) ? 1 : 2)
  const free = keys.filter((candidate) => !written.includes(candidate)).sort((a, b) => weight(a) - weight(b))
  const synonym = SYNONYMS[key.toLowerCase()]
  return nearest(key, free) ?? (synonym && free.includes(synonym) ? synonym : nearest(key, keys))
}
