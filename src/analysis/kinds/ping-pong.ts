import { sayFact } from '../../conditions/words.js'
import { MOST_LINKS } from '../../engine/family.js'
import { DAY } from '../../lib/civil.js'
import { formatElapsed } from '../../lib/span.js'
import type { Program, Rule } from '../../program/program.js'
import { circles, undone, type Writer } from '../circles.js'
import { factsIn } from '../core.js'
import { heard } from '../events.js'
import { pathOf } from '../paths.js'
import { type Round, roundIn } from '../rounds.js'
import type { Subject } from '../satisfy/satisfy.js'
import type { Suspicion, WarningKind } from '../warning.js'
import type { Act } from '../witness.js'
import { writesOfRule } from '../writes.js'

const YEAR = 366 * DAY
/** Rules and moves that undo each other for ever. */
export const pingPong: WarningKind = {
  id: 'ping-pong',
  summary:
    'A circle of rules or moves that undo each other for ever, at once or in time, without anybody doing anything.',
  example: `
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, working: { group: working } }
  moves:
    - { from: cold, to: working, when: { time_in_bin: { over: 30 days } } }
    - { from: working, to: cold, when: { time_in_bin: { over: 14 days }, open_opportunities: 0 } }
`,
  *find(asked) {
    const { program, rules, now } = asked
    const writers = undone(
      program.rules
        .filter(({ event, disabled, mode }) => !(event && 'activity' in event) && disabled === null && mode === 'act')
        .map((rule): Writer => ({ rule, writes: writesOfRule(rule, program) }))
        .filter(({ writes }) => writes.length > 0),
    )
    const told = new Set<string>()
    const suspect = (path: readonly Rule[], subject: Subject, acts: readonly Act[] = []): Suspicion => ({
      ...pathOf(path.at(-1) as Rule, rules),
      message: `${path.at(-1)?.id} goes round.`,
      hint: path.every(({ event }) => event)
        ? `Narrow the "when" of one of them, so that it no longer holds after the other's change.`
        : 'Let one of them ask for something that only people do: a touch, a change, a task.',
      witness: {
        subject,
        acts,
        at: now,
        until: now + 2 * YEAR,
        about: path.map(({ id }) => id),
        facts: factsRead(path, subject, program),
      },
      isSo: (trace) => {
        const round = roundIn(program, trace)
        const name = [...(round?.rules ?? [])].sort().join(' ')
        if (!round || round.rules.length < 2 || told.has(name)) return false
        told.add(name)
        return sayRound(round, program, acts)
      },
    })
    for (const { rules: path, subject, acts } of circles(asked, writers)) yield suspect(path, subject, acts)
    // Circles over an account and its opportunities show where one of them is begun.
    const kinds = new Set(writers.map(({ rule }) => rule.for))
    for (const { rule } of kinds.size > 1 ? writers : []) {
      const answer = asked.satisfy(rule.for, rule.when)
      if (answer.is !== 'possible') continue
      const { subject, acts } = heard(rule, answer.subject, now, program)
      yield suspect([...othersOf(rule, writers), rule], subject, acts)
    }
  },
}

/** Those of the other kind: which of them go round with it, the engine shows. */
const othersOf = (rule: Rule, writers: readonly Writer[]): Rule[] =>
  writers.map((one) => one.rule).filter((one) => one.for !== rule.for)

/** What the rules read of the subject, by the names that these facts have of it. */
function factsRead(path: readonly Rule[], { ref: { kind } }: Subject, { facts }: Program): string[] {
  const own = path.filter((rule) => rule.for === kind)
  const ofAccount = path.filter((rule) => rule.for !== kind).flatMap((rule) => factsIn(rule.when))
  const names = [...factsIn(...own.map(({ when }) => when)), ...ofAccount.map((name) => `account.${name}`)]
  return [...new Set(names)].filter((name) => facts[kind].has(name))
}

function sayRound({ rules, takes, isEven, isForEver }: Round, program: Program, acts: readonly Act[]): string {
  const isMove = (id: string) => program.rules.some((rule) => rule.id === id && rule.is === 'move')
  const [moves, others] = [rules.filter(isMove), rules.filter((id) => !isMove(id))]
  const named = [...sayNamed('move', moves), ...sayNamed('rule', others)].join(' and ')
  const changed = changedBy(acts).map((fact) => `the ${sayFact(fact)}`)
  const alone =
    changed.length === 0 ? 'without anybody doing anything' : `once somebody has changed ${changed.join(' and ')}`
  return takes === 0
    ? `${capitalised(named)} would go round at once, ${isForEver ? 'for ever, ' : ''}${alone}: the chain is broken off after ${MOST_LINKS} steps.`
    : `${capitalised(named)} go round ${isEven ? '' : 'about '}every ${formatElapsed(takes)}, for ever, ${alone}.`
}

/** What somebody changes before it goes round; a reason goes with its status. */
const changedBy = (acts: readonly Act[]): string[] =>
  acts.flatMap((act) => ('facts' in act ? Object.keys(act.facts) : [])).filter((fact) => fact !== 'reason')

/** `the moves a and b`, `the rule c`. */
const sayNamed = (what: 'move' | 'rule', ids: readonly string[]): string[] => {
  const last = ids.at(-1)
  if (last === undefined) return []
  return [ids.length === 1 ? `the ${what} ${last}` : `the ${what}s ${ids.slice(0, -1).join(', ')} and ${last}`]
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
