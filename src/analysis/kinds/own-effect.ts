import { isStateEffect, slotOf } from '../../domain/effects.js'
import type { Fact } from '../../facts/fact.js'
import { DAY, HOUR } from '../../lib/civil.js'
import type { Rule } from '../../program/program.js'
import { factsIn } from '../core.js'
import { heard } from '../events.js'
import { pathOf } from '../paths.js'
import { resolvings } from '../resolving.js'
import { all, valueIs } from '../satisfy/failing.js'
import { differs } from '../slots.js'
import type { Asked, Suspicion, WarningKind } from '../warning.js'
import type { Act, Trace } from '../witness.js'
import { afterRule, writesOf, writesOfRule } from '../writes.js'

/** An event rule that hears its own act. */
function* hearsItself(asked: Asked, rule: Rule): Generator<Suspicion> {
  const { program, rules, now } = asked
  const change = rule.event && 'change' in rule.event ? rule.event.change : null
  const writes = writesOfRule(rule, program)
  const own = writes.find(({ fact }) => fact === change)
  if (!own || change === null) return
  const again = afterRule(program, rule, writes)
  const open = own.value === undefined ? [] : [differs(program, rule.for, own.fact, own.value)]
  const owners = change === 'owner' ? [...program.vocabulary.people.keys()] : []
  const fact = program.facts[rule.for].get(change) as Fact
  const starts = [...owners.map((id) => [...open, valueIs(fact, [id])]), open]
  for (const start of starts) {
    const answer = asked.satisfy(rule.for, all(rule.when, again, ...start))
    if (answer.is !== 'possible') continue
    yield {
      ...pathOf(rule, rules),
      message: `The rule ${rule.id} sets itself off: it listens to changes of ${change}, and changes ${change}.`,
      hint: `Add to its "when" what is no longer so after its own change.`,
      witness: { ...heard(rule, answer.subject, now, program), at: now, until: now + HOUR, facts: factsIn(rule.when) },
      isSo: ({ intents }) =>
        intents.some((intent) => intent.rule === rule.id && causedBy(intent, rule) && doesSomething(intent)),
    }
  }
}

const doesSomething = ({ effects }: Trace['intents'][number]): boolean =>
  effects.some(({ kind }) => kind !== 'left_out')

const causedBy = ({ caused_by }: Trace['intents'][number], rule: Rule): boolean => caused_by?.[0] === rule.id

/** A rule that undoes on resolving what made it resolve. */
function* bringsItBack(asked: Asked, rule: Rule): Generator<Suspicion> {
  const { program, rules, now } = asked
  const writes = writesOf(rule.onResolve, rule.for, program)
  if (writes.length === 0) return
  const answer = asked.satisfy(rule.for, all(rule.when, afterRule(program, rule, writes)))
  if (answer.is !== 'possible') return
  const { subject } = answer
  const later = now + HOUR + (rule.lasting ? program.vocabulary.calendar.after(now, rule.lasting) - now : 0)
  const until = program.vocabulary.calendar.after(later + DAY, rule.cooldown ?? { count: 1, unit: 'day' })
  const suspect = (acts: Act[]): Suspicion => ({
    path: [...pathOf(rule, rules).path, 'on_resolve'],
    at: 'key',
    message: `The rule ${rule.id} makes its own condition true again: as soon as it resolves, it writes ${writes[0]?.fact} and finds it anew.`,
    hint: 'Take the writing out of "on_resolve", or out of the condition.',
    witness: {
      subject,
      at: now,
      until: rule.lasting ? program.vocabulary.calendar.after(until, rule.lasting) : until,
      acts,
      facts: factsIn(rule.when),
    },
    isSo: ({ intents }) => isFoundAnew(intents, rule),
  })
  if (writesOfRule(rule, program).length > 0) yield suspect([])
  const facts = writes.map(({ fact }) => fact)
  for (const act of resolvings(asked, rule, subject, later, facts)) yield suspect([act])
}

/** Did it write on resolving, and open after that, while nobody else wrote the same? */
function isFoundAnew(intents: Trace['intents'], rule: Rule): boolean {
  return intents.some((resolved, i) => {
    if (resolved.rule !== rule.id || resolved.step !== 'resolve') return false
    const slots = resolved.effects.filter(isStateEffect).map(slotOf)
    const after = intents.slice(i + 1)
    const opens = after.findIndex(({ rule: id, step }) => id === rule.id && step === 'open')
    const meanwhile = after.slice(0, Math.max(opens, 0)).flatMap(({ effects }) => effects.filter(isStateEffect))
    return slots.length > 0 && opens >= 0 && !meanwhile.some((effect) => slots.includes(slotOf(effect)))
  })
}

/** A rule whose own act makes its condition true again. */
export const ownEffect: WarningKind = {
  id: 'own-effect',
  summary:
    'A rule whose own act sets it off again: an event rule that hears itself, or a rule that undoes on resolving what made it resolve.',
  example: `
rules:
  next-step-gone:
    for: opportunity
    when: { status: open, next_step: { missing: true } }
    on_resolve: [{ set_field: { next_step: } }]
`,
  *find(asked) {
    for (const rule of asked.program.rules) {
      if (rule.disabled !== null || rule.mode !== 'act') continue
      if (rule.is === 'event') yield* hearsItself(asked, rule)
      else if (rule.is === 'state') yield* bringsItBack(asked, rule)
    }
  },
}
