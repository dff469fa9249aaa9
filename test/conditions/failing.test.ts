import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileFailing, HOLDS, type SharedQuestions } from '../../src/conditions/failing.js'
import { numbersIn } from '../../src/conditions/operands.js'
import { operatorsOf } from '../../src/conditions/operators.js'
import type { Condition } from '../../src/conditions/tree.js'
import { compileVerdict, isSettled, settledAnswer } from '../../src/conditions/verdict.js'
import { inWords } from '../../src/conditions/words.js'
import type { Fact } from '../../src/facts/fact.js'
import { factsFor } from '../../src/facts/table.js'
import { makeCalendar } from '../../src/lib/calendar.js'
import { DAY } from '../../src/lib/civil.js'
import { NEVER } from '../../src/lib/instant.js'
import { formatSpan } from '../../src/lib/span.js'
import { chance } from '../support/chance.js'
import { randomCondition, randomLeaf, randomOperand, randomSpan, timedFacts } from '../support/conditions.js'
import { randomNow, randomSnapshot } from '../support/subjects.js'
import { randomCalendar, someVocabulary } from '../support/vocabularies.js'

const seeds = fc.noShrink(fc.integer({ min: 0, max: 0x7fffffff }))

describe('until when a condition fails', () => {
  it('is what the verdict says below the limit, and nothing earlier than the limit beyond it', () => {
    let [exact, beyond, held] = [0, 0, 0]
    fc.assert(
      fc.property(seeds, (seed) => {
        const at = chance(seed)
        const vocabulary = someVocabulary(at)
        const first = randomSnapshot(at, vocabulary)
        const facts = factsFor(first.kind, vocabulary)
        const timed = timedFacts(facts, first, true).filter(({ kind }) => kind !== 'number')
        const parts = at.times(3, () =>
          at.often(0.1) ? randomCondition(at, facts, first) : randomLeaf(at, at.pick(timed), first),
        )
        const condition: Condition = { is: at.often(0.4) ? 'any' : 'all', parts }
        const shared: SharedQuestions = new Map()
        const failing = compileFailing(condition, shared)
        const others = at.times(3, () => randomSnapshot(at, vocabulary, at.often(0.7) ? first.now : undefined))
        for (const snapshot of [first, first, ...others.filter(({ kind }) => kind === first.kind)]) {
          const verdict = compileVerdict(condition)(snapshot)
          const near = -verdict > snapshot.now + 1 && -verdict < NEVER ? [-1, 0, 1].map((by) => by - verdict) : []
          const limit = at.pick([NEVER, snapshot.now + at.int(1, 60 * DAY), ...near])
          const until = failing(snapshot, limit)
          const isSo = verdict > 0 ? until === HOLDS : -verdict < limit ? until === -verdict : until >= limit
          if (!isSo) expect.fail(`${inWords(condition)}: ${until} under ${limit}, not ${verdict}`)
          if (verdict > 0) held += 1
          else if (-verdict < limit) exact += 1
          else beyond += 1
        }
      }),
      { numRuns: 1_500, seed: 9 },
    )
    for (const times of [exact, beyond, held]) expect(times).toBeGreaterThan(300)
  })
})

describe('what operators promise for the sake of speed', () => {
  const elapsed = operatorsOf('elapsed').filter(({ name }) => name !== 'missing')

  it('no span is up before the instant that is cheaply told, which is less than a week early', () => {
    const [over] = elapsed.filter((operator) => operator.notBefore)
    if (!over?.notBefore) throw new Error('No operator tells one.')
    const { notBefore } = over
    fc.assert(
      fc.property(seeds, (seed) => {
        const at = chance(seed)
        const calendars = [makeCalendar(randomCalendar(at)), makeCalendar(randomCalendar(at))]
        const span = randomSpan(at)
        const operand = { is: 'span', span } as const
        const tell = notBefore(operand)
        const now = Date.UTC(2026, at.int(0, 30), 1)
        for (let i = 0; i < 40; i += 1) {
          const calendar = at.pick(calendars)
          const since = now - at.int(0, 900 * DAY)
          const from = tell(since, calendar)
          const up = calendar.after(since, span)
          if (from > up || from < up - 7 * DAY) expect.fail(`${formatSpan(span)}: ${from}, not ${up}`)
          expect(over.holds(since, operand, { now: from - 1, calendar }, 'elapsed', null)).toBe(false)
        }
      }),
      { numRuns: 200, seed: 2 },
    )
  })

  it('what one operand implies is so whenever it is so with that one', () => {
    let implied = 0
    fc.assert(
      fc.property(seeds, (seed) => {
        const at = chance(seed)
        const vocabulary = someVocabulary(at)
        const { calendar } = vocabulary
        const now = randomNow(at, vocabulary)
        const operand = () => ({ is: 'span', span: randomSpan(at), ...(at.often(0.2) ? { times: 2 } : {}) }) as const
        for (let i = 0; i < 30; i += 1) {
          const [one, other, operator] = [operand(), operand(), at.pick(elapsed)]
          if (!operator.implies?.(one, other)) continue
          implied += 1
          const since = now - at.int(0, 200 * DAY)
          const isSo = (span: typeof one) => operator.holds(since, span, { now, calendar }, 'elapsed', null)
          if (isSo(one) && !isSo(other))
            expect.fail(`${operator.name} ${formatSpan(one.span)}, ${formatSpan(other.span)}`)
        }
      }),
      { numRuns: 400, seed: 3 },
    )
    expect(implied).toBeGreaterThan(1_000)
  })

  it('between two numbers of its operands no comparison tells numbers apart', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const at = chance(seed)
        const snapshot = randomSnapshot(at, someVocabulary(at))
        const fact = { kind: 'number' } as Fact
        for (const operator of operatorsOf('number').filter((o) =>
          isSettled({ is: 'leaf', fact, operator: o } as never),
        )) {
          const operand = randomOperand(at, fact, operator, snapshot, at.int(0, 9))
          const answer = (value: number) => settledAnswer({ is: 'leaf', fact, operator, operand }, value)
          const cuts = [...new Set(numbersIn(operand))].sort((a, b) => a - b)
          const ends = [Number.NEGATIVE_INFINITY, ...cuts, Number.POSITIVE_INFINITY]
          for (let i = 1; i < ends.length; i += 1) {
            const [from, to] = [Math.max(ends[i - 1] as number, -1e9), Math.min(ends[i] as number, 1e9)]
            const inside = [1, 2, 3].map((part) => answer(from + ((to - from) * part) / 4))
            expect(new Set(inside).size, `${operator.name} ${cuts}`).toBe(1)
          }
        }
      }),
      { numRuns: 300, seed: 8 },
    )
  })
})
