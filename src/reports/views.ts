import { verdict } from '../conditions/verdict.js'
import { sayFact } from '../conditions/words.js'
import { amountInUnits } from '../domain/money.js'
import { LEVEL_RANK, type Level, type SubjectRef } from '../domain/subjects.js'
import { type Fact, type FactValue, isOfTime, type Snapshot } from '../facts/fact.js'
import { formatInstant } from '../lib/calendar.js'
import type { Instant } from '../lib/instant.js'
import type { Program, View } from '../program/program.js'
import { type Keep, type SurveyedStore, survey } from './survey.js'
import { cell, type Table } from './table.js'
import { sayCell } from './words.js'

/** A cell of a view: its text for people, its value for programs, and how wrong it is. */
interface ViewCell {
  text: string
  /** Money in units, instants ISO 8601 (of a span that from which it runs), null where missing. */
  value: FactValue | null
  wrong: Exclude<Level, 'healthy'> | null
}

interface ViewRow {
  subject: SubjectRef
  name: string | null
  cells: ViewCell[]
}

/** A saved view as of `now`: its rows in its order. */
export interface ViewReport {
  at: Instant
  name: string
  title: string
  columns: { name: string; title: string }[]
  rows: ViewRow[]
}

/** Reads a saved view. Every subject is assessed afresh, so that health and spans are those of `now`. */
export async function readView(
  store: SurveyedStore,
  program: Program,
  view: View,
  now: Instant,
  keep?: Keep,
): Promise<ViewReport> {
  const found: Snapshot[] = []
  for await (const snapshot of survey(store, program, now, keep)) {
    if (snapshot.kind === view.for && verdict(view.when, snapshot).holds) found.push(snapshot)
  }
  found.sort((a, b) => compareBy(view, a, b))
  return {
    at: now,
    name: view.name,
    title: view.title,
    columns: columnsOf(view),
    rows: found.map((snapshot) => rowOf(program, view, snapshot)),
  }
}

/** The columns of a view, headed in people's words: `account`, not `account.name`; of a custom field its label, else its name. */
export const columnsOf = ({ columns }: Pick<View, 'columns'>): ViewReport['columns'] =>
  columns.map(({ name, label }) => ({
    name,
    title: label ?? sayFact(name.replace(/\.name$/, '').replace(/^fields\./, '')).replaceAll(/[.-]/g, ' '),
  }))

/** A subject as a row of a view. */
export function rowOf(program: Program, view: Pick<View, 'columns'>, snapshot: Snapshot): ViewRow {
  const wrong = wrongCells(program, snapshot)
  const row = snapshot.opportunity ?? snapshot.account
  return {
    subject: { kind: snapshot.kind, id: row?.id ?? '' },
    name: row?.name ?? null,
    cells: view.columns.map((fact) => {
      const value = fact.read(snapshot)
      const level = wrong.get(fact.name) ?? null
      return { text: sayCell(fact, value, snapshot), value: plain(fact, value, snapshot), wrong: level }
    }),
  }
}

function plain(fact: Fact, value: FactValue | null, { vocabulary }: Snapshot): FactValue | null {
  if (value === null) return null
  if (fact.kind === 'money') return amountInUnits(value)
  return fact.kind === 'instant' || fact.kind === 'elapsed' ? formatInstant(Number(value), vocabulary.calendar) : value
}

/** Which facts of an opportunity its indicators find wrong, each with its worst level; health itself and its parts too. */
function wrongCells(program: Program, { assessed }: Snapshot): Map<string, Exclude<Level, 'healthy'>> {
  const wrong = new Map<string, Exclude<Level, 'healthy'>>()
  const mark = (name: string, level: Level | null) => {
    if (level !== null && level !== 'healthy' && wrong.get(name) !== 'poor') wrong.set(name, level)
  }
  mark('health', assessed.health)
  for (const indicator of program.health?.indicators ?? []) {
    const reading = Object.hasOwn(assessed.levels, indicator.name) ? assessed.levels[indicator.name] : undefined
    if (!reading) continue
    mark(`health.${indicator.name}`, reading.level)
    for (const name of indicator.fact ? [indicator.fact.name] : indicator.facts) mark(name, reading.level)
  }
  return wrong
}

/** The order of a view: as asked, then by id, so that the same rows always come in the same order. */
function compareBy(view: View, a: Snapshot, b: Snapshot): number {
  for (const { fact, descending } of view.sort) {
    const order = compare(fact, fact.read(a), fact.read(b), descending)
    if (order !== 0) return order
  }
  const [x, y] = [idOf(a), idOf(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

const idOf = ({ opportunity, account }: Snapshot) => opportunity?.id ?? account?.id ?? ''

/** Worst health first, short spans first, choices as declared; a minus turns it round, missing comes last either way. */
function compare(fact: Fact, a: FactValue | null, b: FactValue | null, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  const order = byRank(rank(fact, a), rank(fact, b))
  return descending ? -order : order
}

const byRank = (a: FactValue, b: FactValue) => (a < b ? -1 : a > b ? 1 : 0)

function rank(fact: Fact, value: FactValue): FactValue {
  if (/^health(\.|$)/.test(fact.name)) return -LEVEL_RANK[value as Level]
  if (fact.kind === 'elapsed') return -Number(value)
  const place = fact.choices?.indexOf(String(value)) ?? -1
  return place >= 0 ? String(place).padStart(6, '0') : typeof value === 'string' ? `~${value}` : value
}

/** The view as a table. Where there is little room the last columns go first, and those in which nothing is wrong before others. */
export function viewTable(report: ViewReport, view: View): Table {
  const columns = view.columns.map(({ kind }, i) => ({ kind, i }))
  const isWrong = (i: number) => report.rows.some(({ cells }) => cells[i]?.wrong)
  const backwards = columns
    .map(({ i }) => i)
    .filter((i) => i > 0)
    .reverse()
  return {
    headers: report.columns.map(({ title }) => title),
    rows: report.rows.map(({ cells }) => cells.map(({ text, wrong }) => cell(text, wrong ?? undefined))),
    right: columns.filter(({ kind }) => kind === 'number' || kind === 'money').map(({ i }) => i),
    whole: columns.filter(isOfTime).map(({ i }) => i),
    spare: [...backwards.filter((i) => !isWrong(i)), ...backwards.filter(isWrong)],
  }
}
