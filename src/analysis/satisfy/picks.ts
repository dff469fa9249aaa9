import type { FactValue } from '../../facts/fact.js'
import { type Cube, readFrom } from './cube.js'

/** One value of each fact of which something is asked. */
export interface Picks {
  /** What was picked; undefined where nothing is asked of the fact. */
  of(name: string): FactValue | null | undefined
  text(name: string, otherwise: string | null): string | null
  number(name: string, otherwise: number): number
  /** Null where it must be missing. */
  known(name: string, otherwise: number | null): number | null
}

/** Picks the first value of each fact but those in `others`, whose number is given. */
export function picksOf(cube: Cube, others: ReadonlyMap<string, number> = new Map()): Picks {
  const of: Picks['of'] = (name) => {
    const tried = cube.get(readFrom(name))?.values.tried
    return tried && (tried[others.get(readFrom(name)) ?? 0] ?? null)
  }
  return {
    of,
    text: (name, otherwise) => {
      const value = of(name)
      return value === undefined ? otherwise : value === null ? null : String(value)
    },
    number: (name, otherwise) => Number(of(name) ?? otherwise),
    known: (name, otherwise) => {
      const value = of(name)
      return value === undefined ? otherwise : value === null ? null : Number(value)
    },
  }
}
