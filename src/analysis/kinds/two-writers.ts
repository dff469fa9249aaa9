import { DAY } from '../../lib/civil.js'
import type { Rule } from '../../program/program.js'
import { factsIn } from '../core.js'
import { heard } from '../events.js'
import { pathOf } from '../paths.js'
import { all } from '../satisfy/failing.js'
import { differs, writtenValue } from '../slots.js'
import type { WarningKind } from '../warning.js'
import { type Write, writesOfRule } from '../writes.js'

/** Do they speak at the same instant where both hold? */
const fireTogether = (a: Rule, b: Rule): boolean =>
  a.is === b.is &&
  a.for === b.for &&
  a.priority === b.priority &&
  JSON.stringify([a.event, a.lasting]) === JSON.stringify([b.event, b.lasting])

/** The first fact that two rules write with values that are known and differ; a reason goes with its status. */
function clash(a: readonly Write[], b: readonly Write[]) {
  for (const { fact, value } of a) {
    const other = b.find((one) => one.fact === fact && fact !== 'reason')
    if (other?.value !== undefined && value !== undefined && other.value !== value)
      return { fact, values: [value, other.value] }
  }
  return null
}

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
        const found = clash(first.writes, second.writes)
        if (!found) continue
        const { fact, values } = found
        const { for: kind, lasting } = first.rule
        const open = values.map((value) => differs(program, kind, fact, value ?? null))
        const answer = asked.satisfy(kind, all(first.rule.when, second.rule.when, ...open))
        if (answer.is !== 'possible') continue
        const [one, other] = values.map((value) => writtenValue(program, kind, fact, value ?? null))
        const ids = [first.rule.id, second.rule.id]
        yield {
          ...pathOf(second.rule, rules),
          message: `The rules ${ids.join(' and ')} write different values into ${fact} of one ${kind}: ${one} and ${other}.`,
          hint: 'Give one of them a higher "priority", or let their conditions exclude each other.',
          witness: {
            ...heard(first.rule, answer.subject, now, program),
            at: now,
            facts: [...new Set([fact, ...factsIn(first.rule.when, second.rule.when)])],
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
