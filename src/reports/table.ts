import type { Level } from '../domain/subjects.js'

/** How a cell is to be seen: a level colours it, `quiet` is what matters less. */
export type Tone = Level | 'quiet'

/** One cell: its text as people read it, and the tone of what is wrong with it. */
export interface Cell {
  text: string
  tone?: Tone
}

/** Rows under headers, ready for a terminal or a page. */
export interface Table {
  headers: readonly string[]
  rows: readonly (readonly Cell[])[]
  /** Columns of numbers: they stand to the right and are never cut. */
  right?: readonly number[]
  /** Columns that people copy: they are cut last. */
  whole?: readonly number[]
  /** Columns that may go where there is little room, the first first. */
  spare?: readonly number[]
  /** Columns of sentences: where there is little room they are broken between words, if `below` says what else may move. */
  broken?: readonly number[]
  /** Columns that stand beneath their row where there is little room: those that people copy each on a line of its own, uncut. */
  below?: readonly number[]
  /** By whose clock its times are written, where there are any. */
  zone?: string
}

export const cell = (text: string | null, tone?: Tone): Cell => ({
  text: text ?? '',
  ...(tone && tone !== 'healthy' ? { tone } : {}),
})

/** What people call a level. */
export const sayLevel = (level: Level): string => level.replace('_', ' ')
