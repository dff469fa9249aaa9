import type { Condition } from '../../conditions/tree.js'
import type { SubjectKind } from '../../domain/subjects.js'
import { DAY } from '../../lib/civil.js'
import type { Program, Rule } from '../../program/program.js'
import type { Writer } from '../circles.js'
import { factsIn } from '../core.js'
import { heard } from '../events.js'
import { ofOpportunity } from '../lifted.js'
import { pathOf } from '../paths.js'
import { all } from '../satisfy/failing.js'
import { differs, writtenValue } from '../slots.js'
import type { WarningKind } from '../warning.js'
import { absolute, type Write, writesOfRule } from '../writes.js'

/** Do they speak at the same instant where both hold? */
const fireTogether = (a: Rule, b: Rule): boolean =>
  a.is === b.is &&
  (a.for === b.for || a.is === 'state') &&
  a.priority === b.priority &&
  JSON.stringify([a.event, a.lasting]) === JSON.stringify([b.event, b.lasting])

/** What a rule asks and writes, as one looks at it together with another rule: of rules of two kinds as of an opportunity. */
interface Side {
  readonly when: Condition
  readonly writes: readonly Write[]
}

function sideOf(program: Program, { rule, writes }: Writer, kind: SubjectKind): Side | null {
  if (rule.for === kind) return { when: rule.when, writes }
  const when = ofOpportunity(program, rule)
  return when && { when, writes: writes.map(({ fact, value }) => ({ fact: absolute(rule.for, fact), value })) }
}

/** The first fact that two rules write with values that are known and differ; a reason goes with its status. */
function clash(a: readonly Write[], b: readonly Write[]) {
  for (const { fact, value } of a) {
    const other = b.find((one) => one.fact === fact && fact !== 'reason')
    if (other?.value !== undefined && value !== undefined && other.value !== value)
      return { fact, values: [value, other.value] }
  }
  return null
}

const ofWhat = (fact: string, kind: SubjectKind, isOneKind: boolean): string =>
  isOneKind ? `${fact} of one ${kind}` : `${fact.replace('account.', '')} of one account`

/** Two rules of one priority that write different values into one slot of one subject. */
export const twoWriters: WarningKind = {
  id: 'two-writers',
  summary:
    'Two rules of the same priority that write different values into one slot of one subject: which one wins hangs on their order in the files.',
  example: `
rules:
  small-ones:
    for: opportunity
    when: { status: open, stage: discovery, amount: { under: 5000 } }
    then: [{ set_field: { source: small } }]
  cheap-ones:
    for: opportunity
    when: { status: open, amount: { at_most: 9000 } }
    then: [{ set_field: { source: cheap } }]
`,
  *find(asked) {
    const { program, rules, now } = asked
    const writers = program.rules
      .filter((rule) => rule.disabled === null && rule.is !== 'move' && rule.mode === 'act')
      .map((rule) => ({ rule, writes: writesOfRule(rule, program) }))
      .filter(({ writes }) => writes.length > 0)
    for (const [i, first] of writers.entries()) {
      for (const second of writers.slice(i + 1)) {
        if (!fireTogether(first.rule, second.rule)) continue
        const { for: own, lasting } = first.rule
        const kind = own === second.rule.for ? own : 'opportunity'
        const sides = [first, second].map((writer) => sideOf(program, writer, kind))
        const [one, other] = sides
        const found = one && other && clash(one.writes, other.writes)
        if (!found) continue
        const { fact, values } = found
        const open = values.map((value) => differs(program, kind, fact, value ?? null))
        const answer = asked.satisfy(kind, all(one.when, other.when, ...open))
        if (answer.is !== 'possible') continue
        const [value, another] = values.map((value) => writtenValue(program, kind, fact, value ?? null))
        const ids = [first.rule.id, second.rule.id]
        yield {
          ...pathOf(second.rule, rules),
          message: `The rules ${ids.join(' and ')} write different values into ${ofWhat(fact, kind, first.rule.for === second.rule.for)}: ${value} and ${another}.`,
          hint: 'Give one of them a higher "priority", or let their conditions exclude each other.',
          witness: {
            ...heard(first.rule, answer.subject, now, program),
            at: now,
            about: ids,
            facts: [...new Set([fact, ...factsIn(one.when, other.when)])],
            until: lasting ? program.vocabulary.calendar.after(now, lasting) : now + DAY,
          },
          isSo: ({ happened }) =>
            happened.some(
              (one) =>
                one.is === 'overruled' && ids.includes(one.overruled.key[0]) && ids.includes(one.overruled.by[0]),
            ),
        }
      }
    }
  },
}
