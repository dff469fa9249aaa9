import { HOLDS } from '../conditions/failing.js'
import { describeOperand, describeValue } from '../conditions/words.js'
import { type IndicatorReading, LEVEL_RANK, type Level } from '../domain/subjects.js'
import { type Assessed, NOT_ASSESSED, type Snapshot } from '../facts/fact.js'
import { type Instant, NEVER } from '../lib/instant.js'
import type { Indicator, Program, Rule } from '../program/program.js'
import { type Readings, readingsOf } from './readings.js'

export interface RuleVerdict {
  rule: Rule
  holds: boolean
  until: Instant
}

export interface Assessment {
  /** The snapshot with score, qualification and health filled in: what the rules were judged on. */
  snapshot: Snapshot
  verdicts: RuleVerdict[]
  /** The earliest instant at which any of it may change by time alone. */
  until: Instant
}

/** Assesses one subject: score and qualification, then health, then every rule of its kind. */
export function assess(program: Program, snapshot: Snapshot): Assessment {
  const readings = readingsOf(program)[snapshot.kind]
  const seen: Snapshot = { ...snapshot, assessed: NOT_ASSESSED }
  seen.assessed = reckonScore(readings, seen)
  seen.assessed = reckonHealth(readings, seen)
  let until = seen.assessed.until
  const verdicts = readings.rules.map(({ rule, signed }) => {
    const answer = signed(seen)
    const stands = Math.abs(answer)
    if (stands < until) until = stands
    return { rule, holds: answer > 0, until: stands }
  })
  return { snapshot: seen, verdicts, until }
}

/**
 * Until when nothing changes of a subject on which no rule holds; null where one does. Reckons score and health into the
 * snapshot, which must be the caller's own.
 */
export function glance(program: Program, snapshot: Snapshot): Instant | null {
  const readings = readingsOf(program)[snapshot.kind]
  snapshot.assessed = reckonScore(readings, snapshot)
  snapshot.assessed = reckonHealth(readings, snapshot)
  const until = readings.noRule(snapshot)
  return until === HOLDS ? null : Math.min(until, snapshot.assessed.until)
}

/** The score alone: what an opportunity reads of its account. */
export function scoreOf(program: Program, account: Snapshot): Assessed {
  return reckonScore(readingsOf(program).account, account)
}

function reckonScore({ score, needs }: Readings, snapshot: Snapshot): Assessed {
  if (score.length === 0 && !needs) return NOT_ASSESSED
  let until = NEVER
  let sum = 0
  for (const { add, signed } of score) {
    const answer = signed(snapshot)
    if (answer > 0) sum += add
    until = Math.min(until, Math.abs(answer))
  }
  const met: string[] = []
  for (const { need, signed } of needs ?? []) {
    const answer = signed(snapshot)
    if (answer > 0) met.push(need.name)
    until = Math.min(until, Math.abs(answer))
  }
  return { ...NOT_ASSESSED, score: score.length > 0 ? sum : null, qualification: needs ? met : null, until }
}

function reckonHealth({ health }: Readings, snapshot: Snapshot): Assessed {
  if (!health) return snapshot.assessed
  const applies = health.when(snapshot)
  let until = Math.min(snapshot.assessed.until, Math.abs(applies))
  if (applies < 0) return { ...snapshot.assessed, until }
  const levels: Record<string, IndicatorReading> = {}
  let worst: Level = 'healthy'
  for (const { indicator, rows } of health.indicators) {
    let level: Level = 'healthy'
    let index = -1
    for (const row of rows) {
      const answer = row.signed(snapshot)
      until = Math.min(until, Math.abs(answer))
      if (answer < 0) continue
      level = row.level
      index = row.index
      break
    }
    const reading = read(indicator, level, index, snapshot)
    if (reading) levels[indicator.name] = reading
    if (LEVEL_RANK[level] > LEVEL_RANK[worst]) worst = level
  }
  return { ...snapshot.assessed, health: worst, levels, until }
}

/** A healthy indicator whose fact is missing has no level at all. */
function read(indicator: Indicator, level: Level, index: number, snapshot: Snapshot): IndicatorReading | null {
  const { fact, facts, rows } = indicator
  const value = fact?.read(snapshot) ?? null
  if (level === 'healthy' && fact && value === null) return null
  if (level === 'healthy') return { level, value: null, threshold: null, facts: [] }
  const threshold = rows[index]?.threshold
  return {
    level,
    value: fact && value !== null ? describeValue(fact, value, snapshot) : null,
    threshold: fact && threshold ? describeOperand(threshold, fact.kind) : null,
    facts,
  }
}
