import { DAY } from '../lib/civil.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import type { BacktestReport } from '../reports/backtest/backtest.js'
import { sayBlind } from '../reports/backtest/blind-words.js'
import type { BacktestChange } from '../reports/backtest/changes.js'
import { changesTable, verdictsTable } from '../reports/backtest/changes-words.js'
import {
  actsTable,
  backtestTable,
  headBacktest,
  sayBacktest,
  sayChanges,
  UNKNOWABLE,
} from '../reports/backtest/words.js'
import { OUTCOME_LEGEND } from '../reports/outcomes/lift-words.js'
import type { Table } from '../reports/table.js'
import { liftsChart, livesChart, messagesChart, openedChart } from './backtest-charts.js'
import { type Html, html } from './html.js'
import { webPage } from './page.js'

/** With what other rules these are compared, and what differs. */
export interface Comparison {
  /** As people name it: a folder, a revision. */
  base: string
  changes: readonly BacktestChange[]
}

/** A backtest as one page for a browser: charts, tables, and in words what history cannot know. */
export function backtestHtml(report: BacktestReport, comparison: Comparison | null, program: Program): string {
  const { rules } = report
  const { calendar } = program.vocabulary
  const differs = comparison ? sayChanges(report, comparison.changes, calendar) : []
  const lacks = sayBlind(report)
  const blind = comparison ? lacks.filter((one) => differs.includes(one)) : lacks
  const sentences = sayBacktest(report).filter((one) => !lacks.includes(one) && !differs.includes(one))
  const verdicts = verdictsTable(comparison?.changes ?? [])
  const speaks = rules.filter(({ opened, subjects }) => opened + subjects > 0)
  const silent = rules.filter((one) => one.is === 'state' && !speaks.includes(one))
  const heading = comparison ? `What changes against ${comparison.base}` : 'What the rules would have done'
  const acts = actsTable(report)
  const months = monthsIn((at) => calendar.dateOf(at), report)
  return webPage(
    heading,
    html`<h1>${heading}</h1>
<p class="quiet">${headBacktest(report, calendar)}.</p>
${
  comparison &&
  (comparison.changes.length === 0
    ? html`<p>Nothing differs: no finding, no message, no act.</p>`
    : tableHtml(changesTable(comparison.changes)))
}
${verdicts.rows.length > 0 && html`<p>Whether it is right:</p>\n${tableHtml(verdicts)}`}
${listHtml(differs.filter((one) => !lacks.includes(one)))}
<h2>Rule by rule</h2>
${speaks.length > 0 && tableHtml(backtestTable({ ...report, rules: speaks }))}
${silent.length > 0 && html`<p>Found nothing: ${silent.map(({ rule }) => rule).join(', ')}.</p>`}
<p class="quiet">“opened”: findings since the first day, “open” those of them that are open at its end; with those that stood already they are on so many “subjects” of such “value”. “days”: half of the findings that resolved lived longer. “by itself”: resolved though the subject was not closed and no rule did anything. ${OUTCOME_LEGEND} “warning”: half of those that were lost or abandoned had been found longer before. “a week”: messages to each person who was told.</p>
${listHtml(sentences)}
${chart('Findings opened in each month', openedChart(rules, months))}
${chart('How long findings lived that resolved', livesChart(rules))}
${chart('Won, against others open in the same stage at the same age and not found', liftsChart(rules), 'Left of × 1: what the rule found was won less often. The line is the interval of 95 %; grey where it may be chance; an arrow where it goes on. Left out is a rule for accounts, and one of whose finds none was closed later, none has others to compare with, or none was won and none of the others either.')}
${chart('Messages in each week', messagesChart(rules, weeksOf(report)), 'Counted one by one, before they are gathered into letters; by the Monday of the week.')}
${acts.rows.length > 0 && html`<h2>What else they would have done</h2>\n${tableHtml(acts)}`}
<h2>What history cannot know</h2>
<ul>${[...blind, ...UNKNOWABLE].map((one) => html`<li>${one}</li>\n`)}</ul>
<div class="foot"><p>Made by linewalker backtest.</p></div>
`,
  )
}

const listHtml = (sentences: readonly string[]): Html | null =>
  sentences.length === 0 ? null : html`<ul>${sentences.map((one) => html`<li>${one}</li>\n`)}</ul>`

const chart = (title: string, picture: Html | null, note?: string): Html | null =>
  picture &&
  html`<h2>${title}</h2>
<figure role="img" aria-label="${title}; the numbers stand in the tables.">${picture}</figure>
${note !== undefined && html`<p class="quiet">${note}</p>\n`}`

/** So many columns a phone shows whole. */
const FEW = 4

const tableHtml = ({ headers, rows, right = [] }: Table): Html => html`${
  headers.length > FEW && html`<p class="more quiet">The table goes on to the right.</p>\n`
}<div class="scroll" tabindex="0"><table>
<tr>${headers.map((header, i) => html`<th${right.includes(i) && html` class="number"`}>${header}</th>`)}</tr>
${rows.map(
  (row) =>
    html`<tr>${row.map(({ text }, i) => html`<td${right.includes(i) && html` class="number"`}>${text}</td>`)}</tr>\n`,
)}</table></div>`

/** Every month from the first to the last, also those in which nothing was found. */
function monthsIn(dateOf: (at: Instant) => string, { from, to, rules }: BacktestReport): string[] {
  // An end at midnight belongs to the day before it, unless something opens at that very instant.
  const found = rules.flatMap(({ byMonth }) => Object.keys(byMonth))
  const last = found.reduce((most, one) => (one > most ? one : most), dateOf(to - 1).slice(0, 7))
  const months: string[] = []
  let [year = 0, month = 1] = dateOf(from).split('-').map(Number)
  for (let name = nameOf(year, month); name <= last; name = nameOf(year, month)) {
    months.push(name)
    month = (month % 12) + 1
    if (month === 1) year += 1
  }
  return months
}

const nameOf = (year: number, month: number): string => `${year}-${String(month).padStart(2, '0')}`

const WEEK = 7 * DAY

/** Every week from the first to the last in which somebody would have been told. */
function weeksOf({ rules }: BacktestReport): string[] {
  const told = rules.flatMap(({ messages }) => Object.keys(messages.byWeek)).sort()
  const [first, last] = [told[0], told.at(-1)]
  if (first === undefined || last === undefined) return []
  const weeks: string[] = []
  for (let at = Date.parse(first); at <= Date.parse(last); at += WEEK)
    weeks.push(new Date(at).toISOString().slice(0, 10))
  return weeks
}
