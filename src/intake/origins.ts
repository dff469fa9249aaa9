import { parseTemplate, type Template } from '../lib/texts.js'
import type { Origin } from '../program/sections/sources.js'

/** A row as it came: the cells of a CSV row by column, or a webhook's JSON. */
export type Row = Readonly<Record<string, unknown>>

/** Where a value comes from, ready to be asked. */
export interface From {
  /** The columns it needs; of several alternatives one must be there. */
  columns: readonly (readonly string[])[]
  /** For sentences: `in column close_date`. */
  where: string
  /** Its text in a row, trimmed; null where the row says nothing. */
  text(row: Row): { text: string | null } | { why: string }
  /** The only texts it can ever give; null where that depends on the row. */
  fixed: readonly string[] | null
}

const NOTHING = { text: null }

/** Makes an origin ready. `empty` are texts that mean "unknown". `error` is a sentence. */
export function compileOrigin(origin: Origin, empty: readonly string[]): { from: From } | { error: string } {
  const unknown = new Set(['', ...empty.map((text) => text.trim())])
  if (typeof origin === 'string') return { from: ofColumns([origin], unknown) }
  if (Array.isArray(origin)) return { from: ofColumns(origin, unknown) }
  if ('value' in origin) {
    const text = String(origin.value)
    return { from: { columns: [], where: 'as the fixed value', text: () => ({ text }), fixed: [text] } }
  }
  if ('text' in origin) {
    const { template, error } = parseTemplate(origin.text)
    return template ? { from: ofTemplate(template, unknown) } : { error: `The text "${origin.text}": ${error}` }
  }
  const columns = ofColumns([origin.column].flat(), unknown)
  return { from: origin.map || origin.else !== undefined ? ofMap(columns, origin, unknown) : columns }
}

function ofColumns(columns: readonly string[], unknown: ReadonlySet<string>): From {
  return {
    columns: [columns],
    where: columns.length === 1 ? `in column ${columns[0]}` : `in one of the columns ${columns.join(', ')}`,
    fixed: null,
    text: (row) => {
      for (const column of columns) {
        const text = scalar(look(row, column))
        if (text === undefined) return { why: `Column ${column} holds no single value.` }
        if (!unknown.has(text)) return { text }
      }
      return NOTHING
    },
  }
}

/** `map` is asked with the text as it stands, also where that means "unknown"; `else` takes every other text and the empty one. */
function ofMap(columns: From, { map, else: otherwise }: MapOrigin, unknown: ReadonlySet<string>): From {
  const known = new Map(Object.entries(map ?? {}))
  return {
    ...columns,
    fixed: map ? [...known.values(), ...(otherwise === undefined ? [] : [otherwise])] : null,
    text: (row) => {
      const said = columns.text(row)
      if ('why' in said) return said
      const raw = said.text ?? scalar(look(row, columns.columns[0]?.[0] ?? '')) ?? ''
      const mapped = known.get(raw)
      if (mapped !== undefined) return { text: unknown.has(mapped) ? null : mapped }
      if (said.text !== null && map === undefined) return said
      if (otherwise !== undefined) return { text: otherwise }
      if (said.text === null) return NOTHING
      return { why: `${quote(said.text)} ${columns.where} is not in the map of the source.` }
    },
  }
}
type MapOrigin = Extract<Origin, { column: unknown }>

function ofTemplate(template: Template, unknown: ReadonlySet<string>): From {
  const columns = template.variables.map((name) => name.replace(/^row\./, '')).filter((name) => name !== 'row')
  return {
    columns: columns.map((column) => [column]),
    where: `as the text "${template.source}"`,
    fixed: null,
    text: (row) => {
      const values: Record<string, unknown> = { row: emptied(row, unknown) }
      for (const column of columns) values[column] = known(look(row, column), unknown)
      try {
        const text = template.render(values).trim()
        return unknown.has(text) ? NOTHING : { text }
      } catch (error) {
        return { why: `The text "${template.source}" fails: ${error instanceof Error ? error.message : String(error)}` }
      }
    },
  }
}

const known = (value: unknown, unknown: ReadonlySet<string>) => {
  const text = scalar(value)
  return text !== undefined && unknown.has(text) ? null : (text ?? value)
}

const emptied = (row: Row, unknown: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [column, known(value, unknown)]))

/** A column by its name, else by the dotted path into a webhook's JSON; undefined where it is not there. */
export function look(row: Row, column: string): unknown {
  if (Object.hasOwn(row, column)) return row[column]
  if (!column.includes('.')) return undefined
  let at: unknown = row
  for (const part of column.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Row)[part]
  }
  return at
}

/** A single value as text, trimmed; undefined of lists, objects, and of numbers that JSON cannot hold exactly. */
function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim()
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return String(value)
  if (typeof value !== 'number') return undefined
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value)
}

/** A text as sentences quote it: shortened, control characters shown. */
export const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text)
