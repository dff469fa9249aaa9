import type { Finding, Hold, Task } from '../../domain/findings.js'
import { isClockStep, readStep } from '../../domain/steps.js'
import type { Account, Opportunity, SubjectKind } from '../../domain/subjects.js'
import type { Calendar } from '../../lib/calendar.js'
import type { Instant } from '../../lib/instant.js'
import type { IntentRow } from '../../sql/tables.js'
import type { Told } from '../../store/told.js'
import { findingAsOf } from '../as-of.js'
import { sayInstant } from '../words.js'

/** What is stored of a rule on a subject. */
export interface Recorded {
  findings: Finding[]
  intents: IntentRow[]
  tasks: Task[]
  holds: Hold[]
  told: Told
}

/** What was recorded by an instant, as far as stored instants tell. */
interface ThenRecorded {
  then: Recorded
  /** Whether anything came later. */
  hasMore: boolean
  /** The steps of the last finding's clocks that were taken later. */
  late: ReadonlySet<string>
}

/** What was recorded by an instant; `ranAt` is that of the last run. What became of letters since has no instant. */
export function recordedBy(at: Instant, ranAt: Instant | null, all: Recorded): ThenRecorded {
  const isThen = (one: { at: Instant }) => one.at <= at
  const intents = all.intents.filter(isThen)
  const then: Recorded = {
    intents,
    findings: all.findings.flatMap((finding) => {
      const was = findingAsOf(finding, at)
      return was === null ? [] : clockedBy(was, at, all.intents)
    }),
    tasks: all.tasks
      .filter(({ created_at }) => created_at <= at)
      .map((task) => ((task.ended_at ?? at) <= at ? task : { ...task, state: 'open', ended_at: null, ended_by: null })),
    holds: all.holds.filter(isThen),
    told: { notices: all.told.notices.filter(isThen), letters: all.told.letters.filter(isThen) },
  }
  const instants = [
    ...all.findings.flatMap((one) => [one.pending_since, one.opened_at, one.resolved_at, one.clocked_until]),
    ...all.findings.flatMap((one) => [one.acknowledged_at, one.snoozed_at]),
    ...all.tasks.flatMap((one) => [one.created_at, one.ended_at]),
    ...all.told.notices.map((one) => one.letter_at),
    ...[...all.intents, ...all.holds, ...all.told.notices, ...all.told.letters].map((one) => one.at),
  ]
  if (then.told.notices.length + then.told.letters.length > 0) instants.push(ranAt)
  return {
    then,
    hasMore: instants.some((one) => one !== null && one > at),
    late: lateSteps(then.findings.at(-1), at, all.intents),
  }
}

const isOf = ({ episode }: Finding, intent: IntentRow): boolean => intent.episode === String(episode)

function lateSteps(finding: Finding | undefined, at: Instant, intents: readonly IntentRow[]): Set<string> {
  const later = intents.filter((one) => one.at > at && finding !== undefined && isOf(finding, one))
  return new Set(later.flatMap(({ step }) => (isClockStep(readStep(step)) ? [readStep(step).name] : [])))
}

/**
 * How far its clocks had been looked at: up to the instant, since what fell into a snooze has no trace; where a step was
 * taken later, up to the last one before, or when it opened.
 */
function clockedBy(finding: Finding, at: Instant, all: readonly IntentRow[]): Finding {
  if (finding.clocked_until === null || finding.clocked_until <= at) return finding
  const own = all.filter((one) => one.at <= at && isOf(finding, one))
  const steps = own.map(({ step }) => readStep(step))
  const last = own.reduce<Instant | null>((latest, one) => Math.max(latest ?? one.at, one.at), finding.opened_at)
  return {
    ...finding,
    clocked_until: lateSteps(finding, at, all).size > 0 ? last : at,
    reminded: steps.reduce((most, one) => (one.is === 'remind' ? Math.max(most, one.number) : most), 0),
    // An effect that was tried again is no other escalation.
    escalated: new Set(steps.flatMap(({ is, name }) => (is === 'escalate' ? [name] : []))).size,
  }
}

/** A record that a rule reads: the subject's own first. */
export interface Row {
  kind: SubjectKind
  row: Pick<Opportunity | Account, 'id' | 'seen' | 'last_change'>
}

/** What nobody can tell of an instant that has passed, of what is read and what was done; null where all is as then. */
export function sayUnknownOf(at: Instant, rows: readonly Row[], hasMore: boolean, calendar: Calendar): string | null {
  const said = [
    ...sayUnread(at, rows, calendar),
    ...(hasMore
      ? [
          'What was found and done later does not count; what was not told yet, and a hold or a snooze that has ended since, is not remembered.',
        ]
      : []),
  ]
  return said.length === 0 ? null : said.join(' ')
}

/** Of what is read and is not as it was. Whatever woke a record counts as its change: one of its account, too. */
function sayUnread(at: Instant, rows: readonly Row[], calendar: Calendar): string[] {
  const end = 'it is read as it stands now, with the clocks of then.'
  const unseen = rows.find(({ row }) => row.seen > at)
  if (unseen) {
    const named = unseen === rows[0] ? 'It' : `The ${unseen.kind} ${unseen.row.id}, which it reads,`
    return [`${named} was first seen on ${sayInstant(unseen.row.seen, calendar)}: ${end}`]
  }
  const changed = Math.max(...rows.map(({ row }) => row.last_change))
  if (changed <= at) return []
  return [`What is known of it, or of what belongs with it, changed on ${sayInstant(changed, calendar)}: ${end}`]
}
