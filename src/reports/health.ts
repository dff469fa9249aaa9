import { verdict } from '../conditions/verdict.js'
import { type Explained, explainTree } from '../conditions/words.js'
import { LEVEL_RANK, LEVELS, type Level, type Opportunity } from '../domain/subjects.js'
import type { Snapshot } from '../facts/fact.js'
import { grouped } from '../lib/grouped.js'
import type { Instant } from '../lib/instant.js'
import type { Indicator, Program } from '../program/program.js'
import { addUp, type Sum, saySums } from './money.js'
import { type Keep, type SurveyedStore, survey } from './survey.js'
import { cell, sayLevel, type Table } from './table.js'
import { sayCell, sayPerson } from './words.js'

/** What is wrong with one opportunity: an indicator with the value seen and the threshold that it met. */
export interface WrongIndicator {
  name: string
  title: string
  level: Exclude<Level, 'healthy'>
  value: string | null
  threshold: string | null
  coach: string | null
}

/** One opportunity with its health and what spoils it, worst first. */
export interface SickOpportunity {
  id: string
  name: string | null
  account: string | null
  owner: string | null
  stage: string
  level: Level
  amount: number | null
  currency: string
  wrong: WrongIndicator[]
}

/** How many opportunities are on each level, and what they are worth. */
type ByLevel = Record<Level, { count: number; value: Sum[] }>

/** The health of the pipeline as of `now`. */
export interface HealthReport {
  at: Instant
  levels: ByLevel
  /** By owner, manager or team: the group with the most that is wrong first. */
  groups: { name: string; levels: ByLevel }[]
  by: GroupedBy
  /** Everything that is not healthy: poor before at risk, then the largest amounts. */
  worst: SickOpportunity[]
  /** Opportunities that have no health: the section `health` does not speak of them. */
  without: number
}

export const GROUPED_BY = ['owner', 'manager', 'team'] as const
export type GroupedBy = (typeof GROUPED_BY)[number]

/**
 * Reads the health of all opportunities that are kept afresh, so that it is that of `now` and not of the last run. `hear` is
 * told each that is not healthy, as it was assessed.
 */
export async function readHealth(
  store: SurveyedStore,
  program: Program,
  now: Instant,
  by: GroupedBy = 'owner',
  keep?: Keep,
  hear?: (snapshot: Snapshot) => void,
): Promise<HealthReport> {
  const seen: { row: Opportunity; level: Level; group: string }[] = []
  const worst: SickOpportunity[] = []
  let without = 0
  for await (const snapshot of survey(store, program, now, keep)) {
    const { opportunity: row, assessed } = snapshot
    if (!row) continue
    const level = assessed.health
    if (level === null) {
      without += 1
      continue
    }
    seen.push({ row, level, group: groupOf(snapshot, by) })
    if (level === 'healthy') continue
    worst.push(sick(program, snapshot, row, level))
    hear?.(snapshot)
  }
  const { money } = program.vocabulary
  return {
    at: now,
    levels: byLevel(seen, money),
    groups: [...grouped(seen, ({ group }) => group)]
      .map(([name, members]) => ({ name, levels: byLevel(members, money) }))
      .sort((a, b) => wrongIn(b.levels) - wrongIn(a.levels) || (a.name < b.name ? -1 : 1)),
    by,
    worst: worst.sort(
      (a, b) =>
        LEVEL_RANK[b.level] - LEVEL_RANK[a.level] || (b.amount ?? -1) - (a.amount ?? -1) || (a.id < b.id ? -1 : 1),
    ),
    without,
  }
}

const wrongIn = (levels: ByLevel) => levels.poor.count * 1_000_000 + levels.at_risk.count

function groupOf({ opportunity, people }: Snapshot, by: GroupedBy): string {
  const owner = opportunity?.owner ?? null
  if (by === 'owner') return sayPerson(owner, people)
  const person = owner === null ? undefined : people.get(owner)
  return by === 'team' ? (person?.team ?? '') : sayPerson(person?.manager ?? null, people)
}

function byLevel(
  members: readonly { row: Opportunity; level: Level }[],
  money: Program['vocabulary']['money'],
): ByLevel {
  const of = (level: Level) => {
    const those = members.filter((member) => member.level === level).map(({ row }) => row)
    return { count: those.length, value: addUp(those, money) }
  }
  return { healthy: of('healthy'), at_risk: of('at_risk'), poor: of('poor') }
}

function sick(program: Program, snapshot: Snapshot, row: Opportunity, level: Level): SickOpportunity {
  const { money, pipelines } = program.vocabulary
  return {
    id: row.id,
    name: row.name,
    account: snapshot.account?.name ?? row.account,
    owner: row.owner === null ? null : sayPerson(row.owner, snapshot.people),
    stage: pipelines.get(row.pipeline)?.stages.find(({ name }) => name === row.stage)?.label ?? row.stage,
    level,
    amount: row.amount,
    currency: row.currency ?? money.currency,
    wrong: wrongIndicators(program, snapshot),
  }
}

/** The indicators of an assessed opportunity that are not healthy, worst first, then as declared. */
function wrongIndicators(program: Program, snapshot: Snapshot): WrongIndicator[] {
  const { levels } = snapshot.assessed
  return (program.health?.indicators ?? [])
    .flatMap((indicator): WrongIndicator[] => {
      const reading = Object.hasOwn(levels, indicator.name) ? levels[indicator.name] : undefined
      if (!reading || reading.level === 'healthy') return []
      const { name, title, fact, coach } = indicator
      const value = fact ? sayCell(fact, fact.read(snapshot), snapshot) : reading.value
      const threshold = reading.threshold ?? thresholdMet(indicator, snapshot)
      return [{ name, title, level: reading.level, value, threshold, coach }]
    })
    .sort((a, b) => LEVEL_RANK[b.level] - LEVEL_RANK[a.level])
}

/** Of a threshold that varies: the one that was met, found in the row that gave the level. */
function thresholdMet({ fact, rows }: Indicator, snapshot: Snapshot): string | null {
  const row = rows.find(({ when }) => verdict(when, snapshot).holds)
  return fact && row ? leafMet(explainTree(row.when, snapshot), fact.name) : null
}

function leafMet(explained: Explained, fact: string): string | null {
  if (!explained.holds) return null
  if (explained.is === 'leaf') return explained.fact === fact ? explained.threshold : null
  for (const part of explained.parts) {
    const met = leafMet(part, fact)
    if (met !== null) return met
  }
  return null
}

/** What is wrong, in one line: `time in stage 43 days (poor from 21 days)`. */
export const sayWrong = (wrong: readonly WrongIndicator[]): string =>
  wrong
    .map(({ title, level, value, threshold }) => {
      const said = title.charAt(0).toLowerCase() + title.slice(1)
      return value ? `${said} ${value}${threshold ? ` (${sayLevel(level)} from ${threshold})` : ''}` : said
    })
    .join('; ')

/** How many opportunities are on each level, and what they are worth. */
export function levelsTable({ levels }: HealthReport): Table {
  const all = LEVELS.reduce((sum, level) => sum + levels[level].count, 0)
  const rows = [...LEVELS].reverse().map((level) => {
    const { count, value } = levels[level]
    const share = all === 0 ? '' : `${Math.round((100 * count) / all)} %`
    return [cell(sayLevel(level), level), cell(String(count)), cell(share), cell(saySums(value))]
  })
  return { headers: ['health', 'opportunities', 'share', 'value'], rows, right: [1, 2, 3] }
}

/** The same by owner, manager or team: counts, and the value that is not healthy. */
export function groupsTable({ groups, by }: HealthReport, { money }: Program['vocabulary']): Table {
  const rows = groups.map(({ name, levels }) => {
    const { poor, at_risk, healthy } = levels
    const unhealthy = [...poor.value, ...at_risk.value].map(({ currency, amount }) => ({
      currency,
      amount: Number(amount),
    }))
    return [
      cell(name || `no ${by}`, name ? undefined : 'quiet'),
      cell(String(poor.count), poor.count > 0 ? 'poor' : undefined),
      cell(String(at_risk.count), at_risk.count > 0 ? 'at_risk' : undefined),
      cell(String(healthy.count)),
      cell(saySums(addUp(unhealthy, { ...money, rates: {} }))),
    ]
  })
  return { headers: [by, 'poor', 'at risk', 'healthy', 'value not healthy'], rows, right: [1, 2, 3, 4] }
}

/** The worst opportunities, each with what is wrong. */
export function worstTable(worst: readonly SickOpportunity[]): Table {
  const rows = worst.map(({ id, name, owner, level, amount, currency, wrong }) => [
    cell(sayLevel(level), level),
    cell(id, 'quiet'),
    cell(name),
    cell(owner),
    cell(amount === null ? '' : saySums([{ currency, amount: BigInt(amount) }])),
    cell(sayWrong(wrong)),
  ])
  return { headers: ['health', 'id', 'opportunity', 'owner', 'amount', 'what is wrong'], rows, right: [4] }
}
