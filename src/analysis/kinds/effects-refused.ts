import { DAY } from '../../lib/civil.js'
import type { Rule } from '../../program/program.js'
import { factsIn } from '../core.js'
import { heard } from '../events.js'
import { forestalling } from '../order.js'
import { pathOf } from '../paths.js'
import { requiredIn, standsInBins, standsInPipelines } from '../refusals.js'
import type { Subject } from '../satisfy/satisfy.js'
import type { Asked, WarningKind } from '../warning.js'
import { absolute, isJudged, type Write, writesOfRule } from '../writes.js'

/** May another rule, that goes first, change what this one is judged by, and leave it something to do? */
function isHelped(asked: Asked, rule: Rule, writes: readonly Write[]): boolean {
  const written = writes.map(({ fact }) => absolute(rule.for, fact))
  const inBins = written.includes('account.bin')
  const isJudged = (fact: string) => (inBins ? /^account\.bin$/ : /^(status|reason|stage)$/).test(fact)
  const own = written.filter((fact) => isJudged(fact) && fact !== 'reason')
  const required = requiredIn(asked.program, inBins ? 'bins' : 'stages')
  // Who writes all of it takes it away; who writes some of it, or what is required, may make it legal.
  return [...forestalling(asked, rule).values()].some(
    (theirs) =>
      theirs.some(({ fact }) => isJudged(fact) || required.includes(fact)) &&
      !own.every((fact) => theirs.some((one) => one.fact === fact)),
  )
}

interface Refused {
  readonly subject: Subject
  readonly why: string
  /** What it would write. */
  readonly fact: string
}

/** Where the rule is refused, if it is refused wherever it may find something; null where that is not certain. */
function refusedAt(asked: Asked, rule: Rule): Refused | null {
  const { program } = asked
  const writes = writesOfRule(rule, program)
  const isWritten = (test: RegExp) => writes.some(({ fact }) => test.test(fact))
  const judged = writes.find(isJudged)
  const [inBins, inPipelines] = [isWritten(/^(account\.)?bin$/), isWritten(/^(status|stage)$/)]
  if (inBins === inPipelines || isHelped(asked, rule, writes)) return null
  // What else it does, it does where it has nothing to move: then not all of it is refused.
  const isBare = rule.then.every(({ name }) => (inBins ? /^move_bin$/ : /^(set_status|move_stage)$/).test(name))
  const stands = [...(inBins ? standsInBins : standsInPipelines)(asked, rule, writes)]
  let found: Refused | null = null
  for (const { when, is, why } of stands) {
    if (is === 'idle' && isBare) continue
    if (is !== 'refused') return null
    const answer = asked.satisfy(rule.for, when)
    if (answer.is === 'possible') found ??= { subject: answer.subject, why: why as string, fact: judged?.fact ?? '' }
  }
  return found
}

/** A rule that acts, and whose act is refused wherever it may find something. */
export const effectsRefused: WarningKind = {
  id: 'effects-refused',
  summary:
    'A rule whose effects are refused wherever it could have any: a status that the stage forbids, a move that no line allows, or into a place that requires what is never known there.',
  example: `
rules:
  close-the-old:
    for: opportunity
    when: { status: open, stage: [discovery, proposal], age: { over: 300 days } }
    then: [{ move_stage: closed }]
`,
  *find(asked) {
    const { program, rules, now } = asked
    for (const rule of program.rules) {
      if (rule.disabled !== null || rule.mode !== 'act' || rule.lasting) continue
      const first = refusedAt(asked, rule)
      if (!first) continue
      const what =
        rule.is === 'move'
          ? `The move ${rule.id} is never made, it is refused`
          : `The rule ${rule.id} never gets to write ${first.fact}, it is refused wherever it could`
      yield {
        ...pathOf(rule, rules),
        message: `${what}: ${decapitalised(first.why)}.`,
        hint: 'Rules may do only what people may: see "statuses" of the stages, and the moves between bins.',
        witness: { ...heard(rule, first.subject, now, program), at: now, until: now + DAY, facts: factsIn(rule.when) },
        isSo: ({ happened }) =>
          happened.some((one) => one.is === 'hold' && one.hold.reason === 'refused' && one.hold.key[0] === rule.id),
      }
    }
  },
}

const decapitalised = (text: string): string => (text.charAt(0).toLowerCase() + text.slice(1)).replace(/\.$/, '')
