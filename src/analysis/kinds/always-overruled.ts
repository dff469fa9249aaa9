import { DAY } from '../../lib/civil.js'
import type { Rule } from '../../program/program.js'
import type { Writer } from '../circles.js'
import { factsIn } from '../core.js'
import { certainWrites, forestalling, mayComeLate } from '../order.js'
import { pathOf } from '../paths.js'
import { requiredIn, standsInBins, standsInPipelines } from '../refusals.js'
import { all, failing } from '../satisfy/failing.js'
import { equals } from '../slots.js'
import type { Asked, WarningKind } from '../warning.js'
import { absolute, isJudged, type Write, writesOfRule } from '../writes.js'

/** Does it act the very instant its condition holds, and again whenever it holds anew? */
const actsAtOnce = (rule: Rule): boolean =>
  rule.is !== 'event' && rule.disabled === null && rule.mode === 'act' && !rule.lasting && !rule.cooldown

/** Is what it writes into the slot certainly taken, wherever the other one may write as well? `first` is what others write before. */
function isTaken(asked: Asked, { rule, writes }: Writer, weak: Rule, slot: string, first: readonly Write[]): boolean {
  const { vocabulary } = asked.program
  const judged = writes.filter((write) => isJudged(write) && !(rule.move && write.fact === 'bin'))
  if (rule.move)
    return judged.length === 0 && (vocabulary.assemblyLine?.bins.get(rule.move.to)?.requires ?? []).length === 0
  if (judged.length === 0) return true
  const inBins = judged.some(({ fact }) => /bin$/.test(fact))
  if (inBins && judged.some(({ fact }) => !/bin$/.test(fact))) return false
  // Who writes before may take from it what makes it legal.
  const required = requiredIn(asked.program, inBins ? 'bins' : 'stages')
  const deciding = inBins ? ['account.bin'] : ['status', 'stage', 'reason']
  if (first.some(({ fact }) => required.includes(fact) || deciding.includes(fact))) return false
  const both = { ...rule, when: all(rule.when, weak.when) }
  const stands = [...(inBins ? standsInBins : standsInPipelines)(asked, both, writes)]
  return stands.length > 0 && stands.every(({ is, without }) => is === 'taken' && without !== slot)
}

/** Does it go first in every link: by its priority, or as a move before rules of its own priority and before later moves? */
const goesFirst = (rule: Rule, weak: Rule): boolean => rule.priority > weak.priority || rule.is === 'move'

/** Does it write the slot of another's write, and something else into it? A reason goes with its status. */
function overrules({ fact, value }: Write, own: readonly Write[], others: readonly Write[]): boolean {
  const other = others.find((one) => one.fact === fact)
  if (!other || fact === 'reason') return false
  const isSame = value !== undefined && value === other.value
  const reason = (of: readonly Write[]) => of.find((one) => one.fact === 'reason')?.value
  return !isSame || (fact === 'status' && reason(own) !== reason(others))
}

/** Where the account is to be avoided the one is held back, and the other is not. */
const isOftenerHeldBack = (rule: Rule, weak: Rule): boolean => weak.evenIfAvoided && !rule.evenIfAvoided

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
    'A rule or a move that never gets to write what it says, because another one of higher priority (or a move, which goes before rules of its own priority and before later moves) always does first.',
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
      const before = writers
        .slice(0, i)
        .filter(
          ({ rule }) =>
            rule.for === weak.for && actsAtOnce(rule) && goesFirst(rule, weak) && !isOftenerHeldBack(rule, weak),
        )
      for (const strong of before) {
        const write = strong.writes.find((one) => overrules(one, strong.writes, writes))
        if (!write || !always(asked, strong.rule, weak, write)) continue
        // Who may be forestalled, or fail on a text, leaves the slot to others now and then.
        if (!certainWrites(strong.rule, program)) continue
        if (strong.rule.is !== 'move' && mayComeLate(asked, strong.rule)) continue
        const first = [...forestalling(asked, strong.rule).values()].flat()
        if (first.some(({ fact }) => fact === absolute(weak.for, write.fact))) continue
        if (!isTaken(asked, strong, weak, write.fact, first)) continue
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
            about: [strong.rule.id, weak.id],
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
