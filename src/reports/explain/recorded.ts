import type { Finding, Hold, Task } from '../../domain/findings.js'
import { readStep } from '../../domain/steps.js'
import type { Account, Opportunity } from '../../domain/subjects.js'
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

/** What was recorded by an instant, as far as stored instants tell; `hasMore` tells whether anything came later. */
export function recordedBy(at: Instant, all: Recorded): { then: Recorded; hasMore: boolean } {
  const isThen = (one: { at: Instant }) => one.at <= at
  const intents = all.intents.filter(isThen)
  const then: Recorded = {
    intents,
    findings: all.findings.flatMap((finding) => {
      const was = findingAsOf(finding, at)
      return was === null ? [] : clockedBy(was, at, intents)
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
    ...[...all.intents, ...all.holds, ...all.told.notices, ...all.told.letters].map((one) => one.at),
  ]
  return { then, hasMore: instants.some((one) => one !== null && one > at) }
}

/** How far its clocks had been looked at: at each step, and when it opened. */
function clockedBy(finding: Finding, at: Instant, intents: readonly IntentRow[]): Finding {
  if (finding.clocked_until === null || finding.clocked_until <= at) return finding
  const own = intents.filter(({ episode }) => episode === String(finding.episode))
  const steps = own.map(({ step }) => readStep(step))
  return {
    ...finding,
    clocked_until: own.reduce<Instant | null>((last, one) => Math.max(last ?? one.at, one.at), finding.opened_at),
    reminded: steps.reduce((most, one) => (one.is === 'remind' ? Math.max(most, one.number) : most), 0),
    escalated: steps.filter(({ is }) => is === 'escalate').length,
  }
}

type Row = Pick<Opportunity | Account, 'seen' | 'last_change'>

/** What nobody can tell of an instant that has passed, of what is read and what was done; null where all is as it was then. */
export function sayUnknownOf(at: Instant, rows: readonly Row[], hasMore: boolean, calendar: Calendar): string | null {
  const seen = Math.max(...rows.map((row) => row.seen))
  const changed = Math.max(...rows.map((row) => row.last_change))
  const unread =
    seen > at
      ? `It was first seen on ${sayInstant(seen, calendar)}: it is read as it stands now, with the clocks of then.`
      : `What is known of it changed on ${sayInstant(changed, calendar)}: it is read as it stands now, with the clocks of then.`
  const said = [
    ...(changed > at ? [unread] : []),
    ...(hasMore
      ? ['What was found and done later does not count; a hold or a snooze that has ended since is not remembered.']
      : []),
  ]
  return said.length === 0 ? null : said.join(' ')
}
