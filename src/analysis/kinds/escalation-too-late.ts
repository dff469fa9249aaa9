import { escalationStep } from '../../engine/clocks.js'
import { formatSpan, type Span } from '../../lib/span.js'
import type { Rule } from '../../program/program.js'
import { factsIn } from '../core.js'
import { pathOf } from '../paths.js'
import { isNeverLonger } from '../satisfy/spans.js'
import type { Asked, WarningKind } from '../warning.js'
import { windowOf } from '../windows.js'
import { after, writesOf } from '../writes.js'

const DAY = 86_400_000

interface Clock {
  readonly path: readonly (string | number)[]
  readonly span: Span
  readonly says: string
  /** How its steps are called. */
  readonly step: 'remind-' | 'escalate-'
}

const clocksOf = (rule: Rule): Clock[] => [
  ...rule.escalate.map(
    ({ after: span }, i): Clock => ({
      path: ['escalate', i, 'after'],
      span,
      says: `escalation after ${formatSpan(span)}`,
      step: 'escalate-',
    }),
  ),
  ...(rule.remind
    ? [
        {
          path: ['remind', 'every'],
          span: rule.remind.every,
          says: `reminder every ${formatSpan(rule.remind.every)}`,
          step: 'remind-',
        } as const,
      ]
    : []),
]

/** Does the rule's own act always end its finding at once? Only of acts that nothing can refuse. */
function endsItself(asked: Asked, rule: Rule): boolean {
  const writes = writesOf(rule.then, rule.for, asked.program)
  if (writes.length === 0 || writes.some(({ fact }) => !isFree(fact))) return false
  return asked.satisfy(rule.for, after(rule.when, writes)).is === 'impossible'
}

const isFree = (fact: string): boolean => !/^(status|reason|stage|(account\.)?bin)$/.test(fact)

/** Escalations and reminders that come when the finding must have resolved. */
export const escalationTooLate: WarningKind = {
  id: 'escalation-too-late',
  summary: 'An escalation or a reminder that can never come, because by then the finding has resolved.',
  example: `
rules:
  fresh-loss:
    for: opportunity
    when: { status: lost, reason: { missing: true }, time_in_status: { under: 14 days } }
    escalate:
      - { after: 3 days, then: [{ notify: { to: manager } }] }
      - { after: 20 days, then: [{ notify: { to: lee } }] }
`,
  *find(asked) {
    const { program, rules, now } = asked
    for (const rule of program.rules) {
      if (rule.is !== 'state' || rule.disabled !== null || rule.mode !== 'act') continue
      const clocks = clocksOf(rule)
      if (clocks.length === 0) continue
      const window = windowOf(rule.when)
      const itself = endsItself(asked, rule)
      for (const clock of clocks) {
        const isLate = window !== null && isNeverLonger(window.longest, clock.span)
        if (!itself && !isLate) continue
        const answer = asked.satisfy(rule.for, rule.when)
        if (answer.is !== 'possible') continue
        const why = itself ? 'its own act ends the finding at once' : `the finding lasts at most ${window?.says}`
        yield {
          path: [...pathOf(rule, rules).path, ...clock.path],
          message: `The ${clock.says} of the rule ${rule.id} never comes: ${why}.`,
          hint: itself
            ? 'Take it out, or let a person do what the rule does.'
            : 'Let it come sooner, or let the finding last longer.',
          witness: {
            subject: answer.subject,
            at: now,
            facts: factsIn(rule.when),
            ends: `No ${clock.says} comes.`,
            until: program.vocabulary.calendar.after(now, clock.span) + 30 * DAY,
          },
          isSo: ({ intents, world }) =>
            world.findings().some(({ rule: id, state }) => id === rule.id && state === 'resolved') &&
            !intents.some(({ rule: id, step }) => id === rule.id && isStep(step, clock)),
        }
      }
    }
  },
}

const isStep = (step: string, { step: kind, span }: Clock): boolean =>
  kind === 'remind-' ? step.startsWith(kind) : step === escalationStep(span)
