import { type Explained, sayFact } from '../../conditions/words.js'
import { formatInstant } from '../../lib/calendar.js'
import { type Instant, NEVER } from '../../lib/instant.js'
import { formatSpan, type Span } from '../../lib/span.js'
import type { Program } from '../../program/program.js'
import { sayInstant } from '../words.js'
import type { Explanation } from './explain.js'

/** The first sentence of an explanation: how the rule stands to the subject. */
export function headline({ at, rule, finding, reworded, holds, held, witness }: Explanation, program: Program): string {
  const say = (at: Instant | null | undefined) => sayInstant(at ?? 0, program.vocabulary.calendar)
  if (rule.disabled !== null)
    return `The rule is disabled (${rule.disabled}), so that it finds nothing; its condition ${holds ? 'holds' : 'does not hold'}.`
  if (!witness.agrees)
    return 'The verdict and json-rules-engine disagree: nothing is done until they agree. Please report it.'
  if (rule.is === 'event') {
    const [event, next] =
      rule.event && 'activity' in rule.event
        ? [`an activity ${rule.event.activity}`, rule.event.activity]
        : [`a change of ${rule.event?.change}`, `change of ${rule.event?.change}`]
    return `The rule listens to ${event}; its condition ${holds ? 'holds' : 'does not hold'} as things are, so that it would ${holds ? '' : 'not '}act at the next ${next}.`
  }
  if (held.length > 0) return `It is held back: ${held[0]?.why}`
  if (rule.is === 'move')
    return holds
      ? 'The condition holds: the next apply moves it.'
      : 'The condition does not hold, so that it stays where it is.'
  switch (finding?.state) {
    case 'open':
      return holds
        ? `It is open since ${say(finding.opened_at)}.`
        : `It is open since ${say(finding.opened_at)}, and no longer holds: the next apply resolves it.`
    case 'held':
      return `A limit holds it: linewalker approve ${rule.id} lets it act, linewalker baseline ${rule.id} takes it as it is.`
    case 'pending':
      if (!holds) return 'It held for a while, and no longer does: the next apply forgets it.'
      if (reworded && rule.lasting)
        return `Its condition was edited since it began to hold: it waits anew, and opens once it has held ${formatSpan(rule.lasting)}.`
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
  const inner = explained.parts.flatMap((part) => treeLines(part, depth + 1))
  if (inner.length === 0) return [{ depth, holds, text: holds ? 'always' : 'never' }]
  return [{ depth, holds, text: `${explained.is === 'all' ? 'all of' : 'any of'}${note}` }, ...inner]
}

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
  const dated = ({ at, what }: { at: Instant; what: string }) => ({ at: instant(at), what })
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
    },
    life: explanation.life.map(dated),
    next: explanation.next.map(dated),
    held: explanation.held.map((one) => ({ ...one, until: instant(one.until) })),
    untold: explanation.untold.map((one) => ({ ...one, at: instant(one.at) })),
    change,
    coach,
  }
}
