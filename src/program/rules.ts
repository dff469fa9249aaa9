import type { z } from 'zod'
import { ALWAYS } from '../conditions/tree.js'
import { CHANGE_FACTS_OF } from '../domain/change-facts.js'
import { PLURAL } from '../domain/subjects.js'
import { didYouMean } from '../lib/nearest.js'
import type { Complaint, Path } from '../lib/problem.js'
import { meantSpan, parseSpan, type Span } from '../lib/span.js'
import { readActions } from './actions.js'
import { type Checking, hintFor, type Scope, scopeOf } from './checking.js'
import { readCondition } from './conditions.js'
import { basisDigest, ruleDigest } from './meaning.js'
import type { Rule } from './program.js'
import type { rule as ruleShape } from './sections/rules.js'

type Source = z.infer<typeof ruleShape>
/** What a rule is before its place is known, and the path at which it stands. */
export interface Draft {
  readonly rule: Omit<Rule, 'digest' | 'basis' | 'place'>
  readonly path: Path
}

/** Gives a rule its digests and its place. */
export const sealed = ({ rule }: Draft, ground: string, place: string | null): Rule => ({
  ...rule,
  digest: ruleDigest(rule),
  basis: basisDigest(rule, ground),
  place,
})

/** What only findings have. */
const OF_FINDINGS = ['severity', 'lasting', 'remind', 'escalate', 'on_resolve', 'cooldown', 'coach'] as const

/** Reads the section, in file order. Rules that were complained of are left out where nothing is left of them. */
export const readRules = (checking: Checking): Draft[] =>
  Object.entries(checking.rules.rules ?? {}).flatMap(([id, rule]) => readRule(id, rule, checking) ?? [])

function readRule(id: string, rule: Source, checking: Checking): Draft | null {
  const path: Path = ['rules', id]
  const scope = scopeOf(checking, rule.for)
  const { complain } = checking
  const isEvent = rule.event !== undefined
  if (!isEvent && rule.when === undefined) {
    const hint = 'Say when it holds, or to which event it listens.'
    complain({ path, at: 'key', message: `The rule ${id} needs "when" or "event".`, hint })
  }
  if (isEvent) {
    for (const key of OF_FINDINGS) {
      if (rule[key] === undefined) continue
      const message = `"${key}" belongs to findings, and an event rule opens none.`
      complain({ path: [...path, key], at: 'key', message })
    }
    checkEvent(rule, checking, [...path, 'event'])
  }
  const when = rule.when === undefined ? ALWAYS : readCondition(rule.when, scope, [...path, 'when'])
  checkFormerName(id, rule, checking, path)
  const actions = (list: readonly unknown[] | undefined, ...at: Path) =>
    readActions(list ?? [], scope, [...path, ...at], !isEvent)
  const read: Omit<Draft['rule'], 'when'> = {
    id,
    is: isEvent ? 'event' : 'state',
    for: rule.for,
    title: rule.title ?? titleOf(id),
    why: rule.why ?? null,
    event: rule.event ?? null,
    move: null,
    lasting: readSpan(rule.lasting, [...path, 'lasting'], complain),
    severity: rule.severity ?? 'watch',
    then: actions(rule.then, 'then'),
    remind: isEvent ? null : readRemind(rule, scope, path),
    escalate: isEvent ? [] : readEscalate(rule, scope, path),
    onResolve: isEvent ? [] : actions(rule.on_resolve, 'on_resolve'),
    coach: isEvent ? null : readCoach(rule.coach, checking, [...path, 'coach']),
    mode: rule.mode ?? 'act',
    disabled: disabledReason(rule.disabled),
    was: rule.was ?? null,
    priority: rule.priority ?? 0,
    cooldown: readSpan(rule.cooldown, [...path, 'cooldown'], complain),
    evenIfAvoided: rule.even_if_avoided ?? false,
  }
  return when && { rule: { ...read, when }, path }
}

/** A former name is taken over by one rule, and its own rule is gone. */
function checkFormerName(id: string, { was }: Source, { rules, complain }: Checking, path: Path): void {
  if (was === undefined) return
  const heirs = Object.entries(rules.rules ?? {}).filter(([, other]) => other.was === was)
  const refuse = (message: string, hint: string) => complain({ path: [...path, 'was'], message, hint })
  if (was === id) refuse(`The rule ${id} is still called so.`, 'Take "was" out.')
  else if (rules.rules?.[was]) refuse(`The rule ${was} is still there.`, '"was" is the name that a rule had before.')
  else if (heirs[0]?.[0] !== id)
    refuse(`The findings of ${was} are taken over by ${heirs[0]?.[0]}.`, 'Keep one of them.')
}

/** `quiet-proposal` as a title: `Quiet proposal`. */
export const titleOf = (id: string): string => {
  const words = id.replace(/[-_]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export const disabledReason = (disabled: string | boolean | undefined): string | null =>
  disabled === true ? 'disabled' : disabled === false || disabled === undefined ? null : disabled || 'disabled'

/** A span where one is written; null where none is, or where it complained. */
export function readSpan(text: string | undefined, path: Path, complain: (c: Complaint) => void): Span | null {
  if (text === undefined) return null
  const span = parseSpan(text)
  const key = String(path.at(-1))
  const message = `"${key}" takes a span such as "14 days" or "3 business days", not "${text}".`
  if (!span) complain({ path, message: message + didYouMean(meantSpan(text)) })
  return span ?? null
}

export function readCoach(coach: string | undefined, { rules, complain }: Checking, path: Path): string | null {
  const known = Object.keys(rules.playbooks ?? {})
  if (coach === undefined || known.includes(coach)) return coach ?? null
  complain({
    path,
    message: `There is no playbook "${coach}".`,
    unknown: { kind: 'playbook', name: coach },
    hint: hintFor(coach, known, 'The playbooks are'),
  })
  return null
}

function readRemind({ remind }: Source, scope: Scope, path: Path): Rule['remind'] {
  if (!remind) return null
  const at = [...path, 'remind', 'every']
  const every = readSpan(remind.every, at, scope.checking.complain)
  if (every?.count === 0) scope.checking.complain({ path: at, message: 'A reminder cannot come every moment.' })
  const then = readActions(remind.then, scope, [...path, 'remind', 'then'], true)
  return every && { every, then }
}

function readEscalate({ escalate = [] }: Source, scope: Scope, path: Path): Rule['escalate'] {
  const seen = new Map<string, number>()
  return escalate.flatMap((step, i) => {
    const at = [...path, 'escalate', i]
    const after = readSpan(step.after, [...at, 'after'], scope.checking.complain)
    const then = readActions(step.then, scope, [...at, 'then'], true)
    if (!after) return []
    const name = `${after.count} ${after.unit}`
    if (seen.has(name)) {
      const message = `There are two escalations after ${step.after}.`
      scope.checking.complain({ path: [...at, 'after'], message, hint: 'Put their actions into one.' })
    }
    seen.set(name, i)
    return [{ after, then }]
  })
}

function checkEvent(rule: Source, { vocabulary, complain }: Checking, path: Path): void {
  const { event } = rule
  if (!event) return
  const changes: readonly string[] = CHANGE_FACTS_OF[rule.for]
  if ('activity' in event) {
    const known = [...vocabulary.touches, ...vocabulary.otherActivities]
    if (known.includes(event.activity)) return
    const hint = hintFor(event.activity, known, 'The kinds are')
    complain({
      path: [...path, 'activity'],
      message: `There is no kind of activity "${event.activity}".`,
      unknown: { kind: 'activity', name: event.activity },
      hint,
    })
  } else if (!changes.includes(event.change)) {
    const hint = `Rules for ${PLURAL[rule.for]} listen to changes of ${changes.join(', ')}.`
    complain({ path: [...path, 'change'], message: `No ${event.change} of an ${rule.for} ever changes.`, hint })
  }
}
