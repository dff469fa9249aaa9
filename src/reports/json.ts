import type { HistoryEntry } from '../domain/effects.js'
import type { Finding, Task } from '../domain/findings.js'
import { amountInUnits } from '../domain/money.js'
import { formatInstant } from '../lib/calendar.js'
import type { Instant } from '../lib/instant.js'
import type { Silence } from '../notices/silences.js'
import type { Program } from '../program/program.js'
import type { LetterRow, NoticeRow } from '../sql/telling.js'
import type { HealthReport } from './health.js'
import { findingName } from './lists.js'
import { sumsInUnits } from './money.js'
import type { ViewReport } from './views.js'
import { plainValue } from './words.js'

const instants =
  ({ vocabulary }: Program) =>
  (at: Instant | null): string | null =>
    at === null ? null : formatInstant(at, vocabulary.calendar)

/** A finding as `findings --json` and the API have it: instants ISO 8601, its subject in one object. */
export function findingJson(finding: Finding & { name: string | null; owner: string | null }, program: Program) {
  const instant = instants(program)
  const { kind, id, name, owner, clocked_until: _, ...rest } = finding
  return {
    finding: findingName(finding),
    ...rest,
    subject: { kind, id },
    name,
    owner,
    pending_since: instant(rest.pending_since),
    opened_at: instant(rest.opened_at),
    resolved_at: instant(rest.resolved_at),
    acknowledged_at: instant(rest.acknowledged_at),
    snoozed_at: instant(rest.snoozed_at),
    snoozed_until: instant(rest.snoozed_until),
  }
}

/** A task as `tasks --json` and the API have it. */
export function taskJson({ kind, subject, due, created_at, ended_at, ...rest }: Task, program: Program) {
  const instant = instants(program)
  return {
    ...rest,
    subject: { kind, id: subject },
    due: instant(due),
    created_at: formatInstant(created_at, program.vocabulary.calendar),
    ended_at: instant(ended_at),
  }
}

const subjectOf = (kind: LetterRow['kind'], id: string | null) => (kind === null || id === null ? null : { kind, id })

/** A letter as `letters --json` and the API have it. */
export function letterJson(letter: LetterRow, program: Program) {
  const instant = instants(program)
  const { kind, subject, to, at, lease_until, next_at, withdrawable, ...rest } = letter
  return {
    ...rest,
    subject: subjectOf(kind, subject),
    to: JSON.parse(to) as unknown,
    at: formatInstant(at, program.vocabulary.calendar),
    lease_until: instant(lease_until),
    next_at: instant(next_at),
    withdrawable: withdrawable === 1,
  }
}

/** A notice as `letters --json` has it. */
export function noticeJson(
  { kind, subject, at, urgent, withdrawable, kept_until, ...rest }: NoticeRow,
  { vocabulary }: Program,
) {
  return {
    ...rest,
    subject: subjectOf(kind, subject),
    at: formatInstant(at, vocabulary.calendar),
    kept_until: kept_until ? formatInstant(kept_until, vocabulary.calendar) : null,
    urgent: urgent === 1,
    withdrawable: withdrawable === 1,
  }
}

/** A change as `history --json` and the API have it: money in units, instants ISO 8601. */
export function historyEntryJson({ kind, id, from, to, at, learned_at, ...rest }: HistoryEntry, program: Program) {
  return {
    ...rest,
    subject: { kind, id },
    from: plainValue(kind, rest.fact, from, program),
    to: plainValue(kind, rest.fact, to, program),
    at: formatInstant(at, program.vocabulary.calendar),
    learned_at: formatInstant(learned_at, program.vocabulary.calendar),
  }
}

/** A silence as `silence --json` and the API have it. */
export const silenceJson = ({ until, at, ended_at: _, ...rest }: Silence, { vocabulary }: Program) => ({
  ...rest,
  at: formatInstant(at, vocabulary.calendar),
  until: formatInstant(until, vocabulary.calendar),
})

/** A saved view as `health --view NAME --json` and the API have it. */
export const viewJson = ({ at, name, title, columns, rows }: ViewReport, program: Program) => ({
  at: formatInstant(at, program.vocabulary.calendar),
  view: name,
  title,
  columns,
  rows: rows.map(({ subject, name, cells }) => ({
    subject,
    name,
    cells: cells.map((one, i) => ({ column: columns[i]?.name ?? '', ...one })),
  })),
})

/** The health of the pipeline as `health --json` and the API have it: amounts in units. */
export const healthJson = ({ at, levels, groups, by, worst, without }: HealthReport, program: Program) => {
  const inUnits = (of: HealthReport['levels']) =>
    Object.fromEntries(
      Object.entries(of).map(([level, { count, value }]) => [level, { count, value: sumsInUnits(value) }]),
    )
  return {
    at: formatInstant(at, program.vocabulary.calendar),
    levels: inUnits(levels),
    by,
    groups: groups.map(({ name, levels: own }) => ({ name, levels: inUnits(own) })),
    worst: worst.map(({ amount, ...one }) => ({ ...one, amount: amountInUnits(amount) })),
    without,
  }
}
