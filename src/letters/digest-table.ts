import { LEVELS, type Level } from '../domain/subjects.js'
import type { Program, View } from '../program/program.js'
import { type SickOpportunity, sayWrong } from '../reports/health.js'
import { sayLevel } from '../reports/table.js'
import type { ViewReport } from '../reports/views.js'
import { sayName } from './words.js'

/** What is read across: the first column is the name, with what stands under it. */
export interface ListTable {
  /** Of the names. */
  head: string
  headers: { title: string; right: boolean; whole: boolean }[]
  rows: Row[]
}

export interface Row {
  name: string
  level: Level | null
  tag: string | null
  under: string | null
  cells: { text: string; level: Exclude<Level, 'healthy'> | null }[]
  /** What has no room in a column. */
  notes: string | null
  /** What is copied: the id of a task. */
  code: string | null
}

/** So many columns beside the name are read at the width of a letter. */
const COLUMNS = 8
/** A cell that is longer is a sentence: it stands below. */
const LONG = 22
/** A column of such cells is not broken. */
const SHORT = 12

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
  const columns = told.filter((column) => !isLong(column)).slice(0, COLUMNS)
  const below = told.filter((column) => !columns.includes(column))
  return {
    head: view.for,
    headers: columns.map(({ title, kind, i }) => ({
      title,
      right: kind === 'number' || kind === 'money',
      whole: rows.every(({ cells }) => (cells[i]?.text.length ?? 0) <= SHORT),
    })),
    rows: rows.map(({ subject, name, cells }) => {
      const cell = (i: number) => ({ text: cells[i]?.text ?? '', level: cells[i]?.wrong ?? null })
      const own = subject.kind === 'opportunity' ? sick.get(subject.id) : undefined
      const worst = cells.map(({ wrong }) => wrong).sort((a, b) => rank(b) - rank(a))[0] ?? null
      const level = own?.level ?? worst
      const isHealthy = level === null && known.some(({ name, i }) => name === 'health' && cells[i]?.text === 'healthy')
      const under = account ? cell(account.i).text : ''
      const more = below.flatMap(({ i, title }) => (cell(i).text === '' ? [] : [`${title}: ${cell(i).text}`]))
      const seen = new Set(columns.flatMap(({ i, name }) => (cell(i).text === '' ? [] : [name])))
      const unsaid = own?.wrong.filter((one) => !isSeen(program, one.name, seen)) ?? []
      return {
        name: sayName({ ...subject, subject: subject.id, name }),
        level: isHealthy ? 'healthy' : level,
        tag: isHealthy ? 'healthy' : level === null ? null : sayLevel(level),
        under: under === '' || name?.includes(under) ? null : under,
        cells: columns.map(({ i }) => cell(i)),
        notes: [sayWrong(unsaid), ...more].filter(Boolean).join(' · ') || null,
        code: null,
      }
    }),
  }
}

const rank = (level: Level | null) => (level === null ? -1 : LEVELS.indexOf(level))

/** Does a cell that is seen show what an indicator looks at? */
function isSeen({ health }: Program, name: string, seen: ReadonlySet<string>): boolean {
  const indicator = health?.indicators.find((one) => one.name === name)
  const facts = indicator?.fact ? [indicator.fact.name] : (indicator?.facts ?? [])
  return [...facts, `health.${name}`].some((fact) => seen.has(fact))
}
