import { DAY } from '../../lib/civil.js'
import type { Program, Rule } from '../../program/program.js'
import { factsIn } from '../core.js'
import { certainWrites, forestalling, mayComeLate } from '../order.js'
import { pathOf } from '../paths.js'
import { all, failing } from '../satisfy/failing.js'
import { equals } from '../slots.js'
import type { Asked, WarningKind } from '../warning.js'
import { absolute, isJudged, type Write, writesOfRule } from '../writes.js'

/** Does it act the very instant its condition holds, and again whenever it holds anew? */
const actsAtOnce = (rule: Rule): boolean =>
  rule.is !== 'event' && rule.disabled === null && rule.mode === 'act' && !rule.lasting && !rule.cooldown

/** Can nothing that the rules forbid stand in the way of what it writes? */
function isNeverRefused(rule: Rule, writes: readonly Write[], { vocabulary }: Program): boolean {
  const others = writes.filter(({ fact }) => !(rule.move && fact === 'bin'))
  if (others.some(isJudged)) return false
  return !rule.move || (vocabulary.assemblyLine?.bins.get(rule.move.to)?.requires ?? []).length === 0
}

/** Is the other one there whenever this one is, and gone with it as soon as it has written? */
function always(asked: Asked, strong: Rule, weak: Rule, { fact, value }: Write): boolean {
  if (value === undefined) return false
  const there = equals(asked.program, strong.for, fact, value)
  const isImpossible = (...parts: Parameters<typeof all>) => asked.satisfy(weak.for, all(...parts)).is === 'impossible'
  return (
    there !== null &&
    isImpossible(weak.when, there) &&
    isImpossible(strong.when, there) &&
    isImpossible(weak.when, failing(strong.when))
  )
}

/** A rule or a move that never writes what it says, because another one always does it first. */
export const alwaysOverruled: WarningKind = {
  id: 'always-overruled',
  summary:
    'A rule or a move that never gets to write what it says, because another one of higher priority (or an earlier move) always does first.',
  example: `
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, working: { group: working }, parked: { group: nurture } }
  moves:
    - { from: cold, to: working, when: { touches: { at_least: 1 } } }
    - { from: cold, to: parked, when: { touches: { at_least: 3 } } }
    - { from: [working, parked], to: cold }
`,
  *find(asked) {
    const { program, rules, now } = asked
    const writers = program.rules
      .filter((rule) => rule.is !== 'event' && rule.disabled === null && rule.mode === 'act')
      .map((rule) => ({ rule, writes: writesOfRule(rule, program) }))
      .filter(({ writes }) => writes.length > 0)
    for (const [i, { rule: weak, writes }] of writers.entries()) {
      const before = writers.slice(0, i).filter(({ rule, writes: theirs }) => {
        if (rule.for !== weak.for || !actsAtOnce(rule) || !isNeverRefused(rule, theirs, program)) return false
        return rule.priority > weak.priority || (rule.is === 'move' && weak.is === 'move')
      })
      for (const strong of before) {
        const write = strong.writes.find((one) => writes.some(({ fact }) => fact === one.fact) && one.fact !== 'reason')
        if (!write || !always(asked, strong.rule, weak, write)) continue
        // Who may be forestalled, or fail on a text, leaves the slot to others now and then.
        if (!certainWrites(strong.rule, program)) continue
        if (strong.rule.is !== 'move' && mayComeLate(asked, strong.rule)) continue
        const first = [...forestalling(asked, strong.rule).values()].flat()
        if (first.some(({ fact }) => fact === absolute(weak.for, write.fact))) continue
        const answer = asked.satisfy(weak.for, weak.when)
        if (answer.is !== 'possible') continue
        const isMove = weak.is === 'move'
        yield {
          ...pathOf(weak, rules),
          message: isMove
            ? `The move ${weak.id} is never made: whenever it could be, ${strong.rule.id} is made first.`
            : `The rule ${weak.id} never gets to write ${write.fact}: whenever it could, ${strong.rule.id} does it first.`,
          hint: isMove
            ? 'Put the narrower of the two first, or give it a higher "priority".'
            : 'Give it the higher "priority", or let their conditions exclude each other.',
          witness: {
            subject: answer.subject,
            at: now,
            facts: factsIn(strong.rule.when, weak.when),
            until: weak.lasting ? program.vocabulary.calendar.after(now, weak.lasting) + DAY : now + DAY,
          },
          isSo: ({ intents }) =>
            intents.some(({ rule }) => rule === strong.rule.id) &&
            !intents.some(
              ({ rule, effects }) => rule === weak.id && effects.some((one) => one.kind === kindOf(write.fact)),
            ),
        }
        break
      }
    }
  },
}

const kindOf = (fact: string): string =>
  /bin$/.test(fact)
    ? 'move_bin'
    : fact === 'owner'
      ? 'assign'
      : fact === 'status'
        ? 'set_status'
        : fact === 'stage'
          ? 'move_stage'
          : 'set_field'
