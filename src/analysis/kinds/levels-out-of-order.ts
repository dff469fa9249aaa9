import { describeOperand, spanIn } from '../../conditions/operands.js'
import type { Condition, Operand } from '../../conditions/tree.js'
import type { Fact } from '../../facts/fact.js'
import type { Indicator } from '../../program/program.js'
import { factsIn, partsOf } from '../core.js'
import { all, failing } from '../satisfy/failing.js'
import { isAlwaysShorter } from '../satisfy/spans.js'
import type { WarningKind } from '../warning.js'

/** The ways in which a row is reached: a threshold, and what else must hold. */
function waysOf(condition: Condition, fact: Fact): { threshold: Operand; rest: Condition[] }[] {
  const parts = partsOf(condition)
  const reached = parts.find(
    (part) => part.is === 'leaf' && part.fact === fact && /^(over|at_least)$/.test(part.operator.name),
  )
  if (reached?.is === 'leaf') return [{ threshold: reached.operand, rest: parts.filter((part) => part !== reached) }]
  const table = parts.find((part) => part.is === 'any')
  if (table?.is !== 'any') return []
  const rest = parts.filter((part) => part !== table)
  return table.parts.flatMap((row) => waysOf({ is: 'all', parts: [row, ...rest] }, fact))
}

const isBelow = (a: Operand, b: Operand): boolean =>
  a.is === 'number' && b.is === 'number'
    ? a.number < b.number
    : a.is === 'span' && b.is === 'span' && isAlwaysShorter(spanIn(a), spanIn(b))

const rowOf = ({ rows }: Indicator, level: 'at_risk' | 'poor') => rows.find((row) => row.level === level)

/** An indicator that is poor before it is at risk. */
export const levelsOutOfOrder: WarningKind = {
  id: 'levels-out-of-order',
  summary: 'A health indicator that is poor before it is at risk, always or for one line of its table.',
  example: `
health:
  when: { status: open }
  indicators:
    pushes: { at_risk: 4, poor: 2 }
`,
  *find(asked) {
    const { program, now } = asked
    for (const indicator of program.health?.indicators ?? []) {
      const { fact, name } = indicator
      const [atRisk, poor] = [rowOf(indicator, 'at_risk'), rowOf(indicator, 'poor')]
      if (!fact || !atRisk || !poor || !program.health) continue
      const pairs = waysOf(atRisk.when, fact).flatMap((late) =>
        waysOf(poor.when, fact).map((early) => ({ late, early })),
      )
      for (const { late, early } of pairs) {
        if (!isBelow(early.threshold, late.threshold)) continue
        const wrong = all(program.health.when, poor.when, failing(atRisk.when), ...late.rest, ...early.rest)
        const answer = asked.satisfy('opportunity', wrong)
        if (answer.is !== 'possible') continue
        const [sooner, later] = [early, late].map(({ threshold }) => describeOperand(threshold, fact.kind))
        const row = answer.subject.family.opportunities[0]
        const where = late.rest.length + early.rest.length > 0 ? ` (at stage ${row?.stage})` : ''
        yield {
          path: ['health', 'indicators', name, 'poor'],
          message: `The indicator ${name} is poor from ${sooner} on, before it is at risk from ${later} on${where}.`,
          hint: 'Poor is the worse of the two: give it the higher threshold.',
          witness: {
            subject: answer.subject,
            at: now,
            until: now,
            facts: [...factsIn(poor.when, atRisk.when), `health.${name}`],
          },
          isSo: (trace) => trace.subject.family.opportunities[0]?.levels[name]?.level === 'poor',
        }
        break
      }
    }
  },
}
