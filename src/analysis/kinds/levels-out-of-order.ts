import { describeOperand, spanIn } from '../../conditions/operands.js'
import { type Condition, leavesOf, type Operand } from '../../conditions/tree.js'
import { inWords } from '../../conditions/words.js'
import type { Fact } from '../../facts/fact.js'
import type { Indicator } from '../../program/program.js'
import { factsIn, partsOf } from '../core.js'
import { all, failing } from '../satisfy/failing.js'
import { isAlwaysShorter } from '../satisfy/spans.js'
import type { WarningKind } from '../warning.js'

/** One way in which a level is reached. */
interface Way {
  readonly threshold: Operand
  /** Of a table: what must hold for its line to count. */
  readonly line: readonly Condition[]
  /** What else must hold. */
  readonly rest: readonly Condition[]
}

function waysOf(condition: Condition, fact: Fact): Way[] {
  const parts = partsOf(condition)
  const others = (one: Condition) => parts.filter((part) => part !== one)
  const isReached = (part: Condition): boolean =>
    part.is === 'leaf' && part.fact === fact && /^(over|at_least)$/.test(part.operator.name)
  const reached = parts.find(isReached)
  if (reached?.is === 'leaf') return [{ threshold: reached.operand, line: [], rest: others(reached) }]
  const table = parts.find((part) => part.is === 'any' && leavesOf(part).some(isReached))
  if (table?.is !== 'any') return []
  return table.parts.flatMap((row) =>
    waysOf(row, fact).map((way) => ({ ...way, line: [...way.rest, ...way.line], rest: others(table) })),
  )
}

const isBelow = (a: Operand, b: Operand, workdays: readonly number[]): boolean =>
  a.is === 'number' && b.is === 'number'
    ? a.number < b.number
    : a.is === 'span' && b.is === 'span' && isAlwaysShorter(spanIn(a), spanIn(b), workdays)

const rowOf = ({ rows }: Indicator, level: 'at_risk' | 'poor') => rows.find((row) => row.level === level)

/** What tells which subjects a line of a table is for; those of "else" are the ones that no other line names, known or not. */
const named = (line: Condition): Condition =>
  line.is === 'any' ? (line.parts.find((part) => part.is === 'leaf' && !part.operator.ofMissing) ?? line) : line

/** Which subjects lines of tables are for, each said once: of a fact that one line names, not what others do not. */
function sayLines(lines: readonly Condition[]): string[] {
  const parts = lines.map(named)
  const isSaid = (fact: Fact) =>
    parts.some((part) => part.is === 'leaf' && part.fact === fact && part.operator.name === 'is')
  const told = parts.filter((part) => part.is !== 'leaf' || part.operator.name !== 'is_not' || !isSaid(part.fact))
  return [...new Set(told.map(inWords))]
}

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
        if (!isBelow(early.threshold, late.threshold, program.vocabulary.calendar.spec.workdays)) continue
        const parts = [late.line, late.rest, early.line, early.rest].flat()
        const wrong = all(program.health.when, poor.when, failing(atRisk.when), ...parts)
        const answer = asked.satisfy('opportunity', wrong)
        if (answer.is !== 'possible') continue
        const [sooner, later] = [early, late].map(({ threshold }) => describeOperand(threshold, fact.kind))
        const lines = sayLines([...late.line, ...early.line])
        const where = lines.length > 0 ? ` (where ${lines.join(' and ')})` : ''
        yield {
          path: ['health', 'indicators', name, 'poor'],
          message: `The indicator ${name} is poor from ${sooner} on, before it is at risk from ${later} on${where}.`,
          hint: 'Poor is the worse of the two: give it the higher threshold.',
          witness: {
            subject: answer.subject,
            at: now,
            until: now,
            facts: [...factsIn(poor.when, atRisk.when), `health.${name}`],
            ends: 'It is poor without having been at risk.',
          },
          isSo: (trace) => trace.subject.family.opportunities[0]?.levels[name]?.level === 'poor',
        }
        break
      }
    }
  },
}
