import { type Explained, sayFact } from '../../conditions/words.js'
import { readStep } from '../../domain/steps.js'
import { formatInstant } from '../../lib/calendar.js'
import { type Instant, NEVER } from '../../lib/instant.js'
import { formatSpan, type Span } from '../../lib/span.js'
import type { Program } from '../../program/program.js'
import { sayInstant } from '../words.js'
import type { Explanation } from './explain.js'
import { ended, sayApprove, sayHeld } from './held.js'

/** The first sentences of an explanation: how the rule stands to the subject, and all that is held back of it. */
export const headline = (explanation: Explanation, program: Program): string =>
  [...standing(explanation, program), ...sayHeld(explanation, program)].join(' ')

/** How the rule stands to the subject; of an instant that has passed without what the next apply would have done. */
function standing(explanation: Explanation, program: Program): string[] {
  const { rule, holds, held, witness, unknown } = explanation
  const condition = `condition ${holds ? 'holds' : 'does not hold'}`
  if (rule.disabled !== null)
    return [`The rule is disabled (${rule.disabled}), so that it finds nothing; its ${condition}.`]
  if (!witness.agrees)
    return ['The verdict and json-rules-engine disagree: nothing is done until they agree. Please report it.']
  if (rule.is === 'event') {
    const [event, next] =
      rule.event && 'activity' in rule.event
        ? [`an activity ${rule.event.activity}`, rule.event.activity]
        : [`a change of ${rule.event?.change}`, `change of ${rule.event?.change}`]
    return [
      `The rule listens to ${event}; its ${condition} as things are, so that it would ${holds ? '' : 'not '}act at the next ${next}.`,
    ]
  }
  if (rule.is !== 'move') return [sayFinding(explanation, program)]
  if (unknown !== null) return [`The ${condition}.`]
  if (held.length > 0) return []
  return [
    holds
      ? 'The condition holds: the next apply moves it.'
      : 'The condition does not hold, so that it stays where it is.',
  ]
}

/** Who acknowledged it, and what keeps it quiet. */
function sayHands({ at, finding, hands }: Explanation, program: Program): { acknowledged: string; snoozed: string } {
  const say = (at: Instant) => sayInstant(at, program.vocabulary.calendar)
  const { acknowledged_at, snoozed_until, snooze_ends_on, snooze_reason } = finding ?? {}
  const ends = snooze_ends_on == null ? '' : `, or the next ${snooze_ends_on === 'touch' ? 'touch' : 'change of stage'}`
  const why = snooze_reason ? `: ${snooze_reason}` : ''
  return {
    acknowledged: acknowledged_at == null ? '' : `, acknowledged by ${hands.acknowledged} on ${say(acknowledged_at)}`,
    snoozed:
      snoozed_until == null || snoozed_until <= at
        ? ''
        : ended(` It is snoozed by ${hands.snoozed} until ${say(snoozed_until)}${ends}${why}`),
  }
}

/** How the finding stands. */
function sayFinding(explanation: Explanation, program: Program): string {
  const { at, rule, finding, reworded, holds, held, unknown } = explanation
  const isPast = unknown !== null
  const say = (at: Instant | null | undefined) => sayInstant(at ?? 0, program.vocabulary.calendar)
  const opening = held.some(({ step }) => readStep(step).is === 'open')
  switch (finding?.state) {
    case 'open': {
      const { acknowledged, snoozed } = sayHands(explanation, program)
      const gone = holds || isPast ? '' : ', and no longer holds: the next apply resolves it'
      return `It is open since ${say(finding.opened_at)}${acknowledged}${gone}.${snoozed}`
    }
    case 'held':
      return `A limit holds it. ${sayApprove(rule)}`
    case 'pending':
      if (isPast) return `It is pending since ${say(finding.pending_since)}.`
      if (!holds) return 'It held for a while, and no longer does: the next apply forgets it.'
      if (reworded && rule.lasting)
        return `Its condition was edited since it began to hold: it waits anew, and opens once it has held ${formatSpan(rule.lasting)}.`
      if (opening) return `It holds since ${say(finding.pending_since)}.`
      return `It holds since ${say(finding.pending_since)}${sayLasting(finding.pending_since ?? at, at, rule.lasting, program)}`
    default:
      if (!holds)
        return finding
          ? `It does not hold; it was resolved on ${say(finding.resolved_at)}.`
          : 'It does not hold, and never opened.'
      if (
        finding &&
        rule.cooldown &&
        finding.resolved_at !== null &&
        program.vocabulary.calendar.after(finding.resolved_at, rule.cooldown) > at
      ) {
        return `It holds again; it was resolved on ${say(finding.resolved_at)}, and its cooldown is ${formatSpan(rule.cooldown)}.`
      }
      if (opening || isPast) return 'It holds.'
      return rule.lasting
        ? `It holds; the next apply notes it, and it opens once it has held ${formatSpan(rule.lasting)}.`
        : 'It holds: the next apply opens it.'
  }
}

/** Whether it has held as long as it has to; at the very instant it has. */
function sayLasting(since: Instant, at: Instant, lasting: Span | null, { vocabulary }: Program): string {
  if (!lasting) return ': the next apply opens it.'
  return vocabulary.calendar.after(since, lasting) <= at
    ? `, and has held ${formatSpan(lasting)}: the next apply opens it.`
    : `, and has to hold ${formatSpan(lasting)} before it opens.`
}

/** One line of a condition: how deep it stands, whether it holds, and what it says. */
export interface TreeLine {
  depth: number
  holds: boolean
  text: string
}

/**
 * The condition line by line: every leaf with what was seen of its fact. Of a threshold that varies only the row that
 * applies is shown; JSON has them all.
 */
export function treeLines(explained: Explained, depth = 0, note = ''): TreeLine[] {
  const { holds } = explained
  if (explained.is === 'leaf') {
    const { says, observed, stated } = explained
    return [{ depth, holds, text: `${says}${note}${stated ? '' : `: ${observed}`}` }]
  }
  const by = explained.is === 'any' ? tableBy(explained.parts) : null
  if (by !== null) {
    const [key, then] = rowThatApplies(explained.parts) ?? []
    if (!key || !then) return [{ depth, holds, text: `there is no threshold for this ${sayFact(by)}` }]
    return treeLines(then, depth, ` (${sayFact(by)} ${key})`)
  }
  const inner = partsOf(explained).flatMap((part) => treeLines(part, depth + 1))
  if (inner.length === 0) return [{ depth, holds, text: holds ? 'always' : 'never' }]
  return [{ depth, holds, text: `${explained.is === 'all' ? 'all of' : 'any of'}${note}` }, ...inner]
}

/** Several operators on one fact are lines like any others where all must hold, or any of them. */
const partsOf = (tree: Explained): readonly Explained[] =>
  tree.is === 'leaf'
    ? [tree]
    : tree.parts.flatMap((part) =>
        part.is === tree.is && part.parts.length > 0 && tableBy(part.parts) === null ? partsOf(part) : [part],
      )

/** The fact by which a threshold varies: each part asks first for a value of it and then compares. Null for another `any`. */
function tableBy(parts: readonly Explained[]): string | null {
  const keys = parts.map((part) => (part.is === 'all' && part.parts.length === 2 ? part.parts[0] : undefined))
  const facts = keys.map((key) => {
    const leaves = key?.is === 'leaf' ? [key] : key?.is === 'any' ? key.parts : []
    const names = new Set(leaves.map((leaf) => (leaf.is === 'leaf' ? leaf.fact : '')))
    return names.size === 1 ? [...names][0] : undefined
  })
  const [first] = facts
  return parts.length > 1 && first && facts.every((fact) => fact === first) ? first : null
}

/** The value of the key, and what is compared under it. */
function rowThatApplies(parts: readonly Explained[]): readonly [key: string, then: Explained] | null {
  for (const part of parts) {
    if (part.is !== 'all') continue
    const [key, then] = part.parts
    if (!key?.holds || !then) continue
    const leaf = key.is === 'leaf' ? key : key.parts[0]
    return [leaf?.is === 'leaf' ? leaf.observed : '', then]
  }
  return null
}

/** An explanation as `explain --json` prints it: instants ISO 8601, null for what time does not change. */
export function explanationJson(explanation: Explanation, program: Program): unknown {
  const { rule, subject, holds, because, witness, finding, change, coach } = explanation
  const instant = (at: Instant | null) =>
    at === null || at === NEVER ? null : formatInstant(at, program.vocabulary.calendar)
  const tree = (one: Explained): unknown => {
    if (one.is !== 'leaf') return { ...one, until: instant(one.until), parts: one.parts.map(tree) }
    const { stated: _, ...leaf } = one
    return { ...leaf, until: instant(leaf.until) }
  }
  return {
    at: instant(explanation.at),
    rule: {
      id: rule.id,
      is: rule.is,
      title: rule.title,
      why: rule.why,
      mode: rule.mode,
      disabled: rule.disabled,
      place: rule.place,
    },
    subject,
    says: headline(explanation, program),
    unknown: explanation.unknown,
    holds,
    because,
    condition: tree(explanation.tree),
    witness,
    finding: finding && {
      episode: finding.episode,
      state: finding.state,
      severity: finding.severity,
      pending_since: instant(finding.pending_since),
      opened_at: instant(finding.opened_at),
      resolved_at: instant(finding.resolved_at),
      resolved_because: finding.resolved_because,
      withheld: finding.withheld,
      acknowledged_at: instant(finding.acknowledged_at),
      acknowledged_by: finding.acknowledged_by,
      snoozed_at: instant(finding.snoozed_at),
      snoozed_until: instant(finding.snoozed_until),
      snoozed_by: finding.snoozed_by,
      snooze_reason: finding.snooze_reason,
      snooze_ends_on: finding.snooze_ends_on,
      reminded: finding.reminded,
      escalated: finding.escalated,
    },
    life: explanation.life.map((one) => ({ ...one, at: instant(one.at) })),
    next: explanation.next.map((one) => ({ ...one, at: instant(one.at) })),
    held: explanation.held.map((one) => ({ ...one, until: instant(one.until) })),
    untold: explanation.untold.map((one) => ({ ...one, at: instant(one.at) })),
    change,
    coach,
  }
}
