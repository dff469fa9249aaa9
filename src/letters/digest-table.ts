import { LEVEL_RANK, type Level } from '../domain/subjects.js'
import type { Program, View } from '../program/program.js'
import { type SickOpportunity, sayWrong } from '../reports/health.js'
import { sayLevel } from '../reports/table.js'
import type { ViewReport } from '../reports/views.js'
import { sayName } from './words.js'

/** What is read across: the first column is the name, with what stands under it. */
export interface ListTable {
  /** Of the names. */
  head: string
  headers: { title: string; right: boolean }[]
  rows: Row[]
}

export interface Row {
  name: string
  level: Level | null
  tag: string | null
  under: string | null
  cells: { text: string; level: Exclude<Level, 'healthy'> | null }[]
  /** What has no room in a column; what is wrong of it says so. */
  notes: Note[]
  /** What is copied: the id of a task. */
  code: string | null
}

export interface Note {
  text: string
  level: Exclude<Level, 'healthy'> | null
}

/** So many letters stand beside the name at the width of a letter; the gap behind a column counts as so many. */
const ROOM = 74
const GAP = 2
/** A cell that is longer is a sentence: it stands below. */
const LONG = 22

/** What is read as one: a day, an amount, a span, "at least". Between them a cell may be broken. */
export const UNBROKEN =
  /\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?|at least|less than a minute|[-−]?\d[\d.,]* (?:%|[A-Z]{3}\b|(?:business )?(?:minute|hour|day|week|month|quarter|year)s?\b)/g

interface Looking {
  program: Program
  sick: ReadonlyMap<string, SickOpportunity>
  /** Is it about one person's own? Then nobody needs to be told whose it is. */
  isOwn: boolean
}

/** The first rows of a view as a table of a letter; what is wrong and has no column of its own stands under its name. */
export function tableOf(report: ViewReport, shown: number, { program, sick, isOwn }: Looking): ListTable {
  const view = program.views.get(report.name) as View
  const rows = report.rows.slice(0, shown)
  const known = view.columns.map(({ name, kind }, i) => ({ name, kind, i, title: report.columns[i]?.title ?? name }))
  const account = known.find(({ name }) => name === 'account.name')
  const apart = ['name', 'account.name', 'health', ...(isOwn ? ['owner', 'owner.name'] : [])]
  const told = known.filter(({ name, i }) => !apart.includes(name) && rows.some(({ cells }) => cells[i]?.text))
  const isLong = ({ i }: { i: number }) => rows.some(({ cells }) => (cells[i]?.text.length ?? 0) > LONG)
  const columns = fitting(
    told.filter((column) => !isLong(column)),
    rows,
  )
  const below = told.filter((column) => !columns.includes(column))
  return {
    head: view.for,
    headers: columns.map(({ title, kind }) => ({
      title,
      right: kind === 'number' || kind === 'money' || kind === 'elapsed',
    })),
    rows: rows.map(({ subject, name, cells }) => {
      const cell = (i: number) => ({ text: cells[i]?.text ?? '', level: cells[i]?.wrong ?? null })
      const own = subject.kind === 'opportunity' ? sick.get(subject.id) : undefined
      const worst = cells.map(({ wrong }) => wrong).sort((a, b) => rank(b) - rank(a))[0] ?? null
      const level = own?.level ?? worst
      const isHealthy = level === null && known.some(({ name, i }) => name === 'health' && cells[i]?.text === 'healthy')
      const under = account ? cell(account.i).text : ''
      const more = below.flatMap(({ i, title }) => {
        const { text, level } = cell(i)
        return text === '' ? [] : [noteOf(`${title}: ${text}`, level)]
      })
      const seen = new Set(told.flatMap(({ i, name }) => (cell(i).text === '' ? [] : [name])))
      const unsaid = own?.wrong.filter((one) => !isSeen(program, one.name, seen)) ?? []
      return {
        name: sayName({ ...subject, subject: subject.id, name }),
        level: isHealthy ? 'healthy' : level,
        tag: isHealthy ? 'healthy' : level === null ? null : sayLevel(level),
        under: under === '' || name?.includes(under) ? null : under,
        cells: columns.map(({ i }) => cell(i)),
        notes: [...unsaid.map((one) => noteOf(sayWrong([one]), one.level)), ...more],
        code: null,
      }
    }),
  }
}

/** Colours alone say nothing: the level of what is wrong stands in words behind it, once. */
const noteOf = (text: string, level: Note['level']): Note => ({
  text: level === null || text.includes(`(${sayLevel(level)}`) ? text : `${text} (${sayLevel(level)})`,
  level,
})

/** The columns for which there is room, as they stand in the view; those in which something is wrong go last. */
function fitting<Of extends { i: number; title: string }>(columns: readonly Of[], rows: ViewReport['rows']): Of[] {
  const isWrong = ({ i }: Of) => rows.some(({ cells }) => cells[i]?.wrong)
  const chosen = new Set<Of>()
  let room = ROOM
  for (const column of [...columns.filter(isWrong), ...columns.filter((one) => !isWrong(one))]) {
    const texts = [column.title, ...rows.map(({ cells }) => cells[column.i]?.text ?? '')]
    const width = GAP + Math.max(...texts.map(widest))
    if (width > room) continue
    chosen.add(column)
    room -= width
  }
  return columns.filter((column) => chosen.has(column))
}

/** How long the longest part of a text is that no line breaks. */
const widest = (text: string): number => {
  const rest = text.replace(UNBROKEN, '')
  return Math.max(0, ...[...(text.match(UNBROKEN) ?? []), ...rest.split(/\s+/)].map((part) => part.length))
}

const rank = (level: Level | null) => (level === null ? -1 : LEVEL_RANK[level])

/** Does a cell that is seen show what an indicator looks at? */
function isSeen({ health }: Program, name: string, seen: ReadonlySet<string>): boolean {
  const indicator = health?.indicators.find((one) => one.name === name)
  const facts = indicator?.fact ? [indicator.fact.name] : (indicator?.facts ?? [])
  return [...facts, `health.${name}`].some((fact) => seen.has(fact))
}
