import type { Finding, Task } from '../domain/findings.js'
import type { Instant } from '../lib/instant.js'
import { shellWord } from '../lib/shell.js'
import type { Rule } from '../program/program.js'
import { findingName } from './lists.js'

/**
 * What a person who has done a task should know of the finding that made it: it stays open, what of its clocks goes on, and
 * how to end that. Nothing where the finding is not open.
 */
export function sayAfterDone(
  { rule, kind, subject, episode }: Task,
  findings: readonly Finding[],
  known: Rule | undefined,
  now: Instant,
): string[] {
  const finding = findings.find((one) => one.rule === rule && one.episode === episode && one.state === 'open')
  if (!finding) return []
  const name = shellWord(findingName(finding))
  const explained = `linewalker explain ${shellWord(rule)} ${shellWord(`${kind}:${subject}`)}`
  return [`The finding ${name} stays open as long as its condition holds: "${explained}" says what ends it.`].concat(
    known ? sayClocks(known, finding, name, now) : [],
  )
}

/** Whether an escalation of an open finding is still to come, which acknowledging it would end. */
export const isEscalating = (
  { acknowledged_at, escalated }: Pick<Finding, 'acknowledged_at' | 'escalated'>,
  { escalate }: Pick<Rule, 'escalate'>,
): boolean => acknowledged_at === null && escalated < escalate.length

function sayClocks(rule: Rule, finding: Finding, name: string, now: Instant): string[] {
  const { withheld, snoozed_until } = finding
  if (withheld !== null) return []
  const isEscalated = isEscalating(finding, rule)
  const goOn = [...(rule.remind ? ['reminders'] : []), ...(isEscalated ? ['escalation'] : [])].join(' and ')
  if (goOn === '') return []
  const when = snoozed_until !== null && snoozed_until > now ? ' once its snooze ends' : ''
  const end = isEscalated ? `"linewalker acknowledge ${name}" ends the escalation.` : ''
  const quiet = rule.remind
    ? `"linewalker snooze ${name} --until touch --reason WHY" keeps ${isEscalated ? 'both' : 'them'} back for a while.`
    : ''
  const verb = goOn === 'escalation' ? 'goes' : 'go'
  return [[`Its ${goOn} ${verb} on${when}.`, end, when === '' ? quiet : ''].filter(Boolean).join(' ')]
}
