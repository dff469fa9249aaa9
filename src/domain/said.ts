import type { Settable } from './effects.js'

type Values = Readonly<Record<string, Settable>>

/** What one source said last of the records of a batch, and what it says now. */
export interface Said {
  /** What it said before; null where it never spoke of the record, or where nothing is kept (a person's word). */
  before(id: string): Values | null
  /** Keeps what it says now, but for the facts that were refused. */
  keep(id: string, values: Values, refused?: readonly string[]): void
}

/** Of a person's word nothing is kept to compare the next one with. */
export const NOTHING_SAID: Said = { before: () => null, keep: () => undefined }

/**
 * What of the values is to be applied, and where the source repeats what somebody else has changed since. A source that has
 * never known a fact takes nothing away by not knowing it. `never` are facts that cannot become unknown. `names` are those that
 * are looked at, in the order in which they are to be applied (left out: all that are said).
 */
export function compare(
  values: Values,
  before: Values | null,
  present: (name: string) => Settable,
  { remembers, never }: { remembers: boolean; never: readonly string[] },
  names: readonly string[] = Object.keys(values),
): { apply: string[]; diverged: string[] } {
  const apply: string[] = []
  const diverged: string[] = []
  for (const name of names) {
    const value = values[name] ?? null
    if (value === null && never.includes(name)) continue
    const differs = present(name) !== value
    if (!differs) continue
    if (!remembers || (before?.[name] ?? null) !== value) apply.push(name)
    else if (before && Object.hasOwn(before, name)) diverged.push(name)
  }
  return { apply, diverged }
}
