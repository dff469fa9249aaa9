import { DAY } from '../../lib/civil.js'
import { formatSpan } from '../../lib/span.js'
import { coreOf, factsIn, hintOf, sayCore } from '../core.js'
import { hasFired, heard } from '../events.js'
import { onlyForbidden } from '../forbidden.js'
import { lineOf, pathOf } from '../paths.js'
import { isNeverLonger } from '../satisfy/spans.js'
import type { WarningKind } from '../warning.js'
import { freshIn, windowOf } from '../windows.js'

/** A rule whose condition nothing can ever meet, or not for as long as it must last. */
export const ruleNeverFires: WarningKind = {
  id: 'rule-never-fires',
  summary: 'A rule or a move whose condition nothing can ever meet, or never for as long as it must last.',
  example: `
rules:
  stuck-renewal:
    for: opportunity
    when: { status: open, pipeline: renewals, stage: discovery }
`,
  *find(asked) {
    const { program, rules, now } = asked
    for (const rule of program.rules.filter(({ disabled }) => disabled === null)) {
      const at = pathOf(rule, rules)
      const what = rule.is === 'move' ? 'The move' : 'The rule'
      const core = coreOf(asked, rule.for, rule.when)
      if (core) {
        const written = rule.is === 'move' ? undefined : rules.rules?.[rule.id]?.when
        yield {
          ...lineOf(core.odd, written, at),
          message: `${what} ${rule.id} can never fire: ${sayCore(core)}.`,
          hint: hintOf(core),
          witness: {
            ...heard(rule, core.subject, now, program),
            at: now,
            until: now,
            facts: factsIn(...core.parts),
            ends: `${what} ${rule.id} does nothing.`,
          },
          isSo: (trace) => !hasFired(trace, rule),
        }
        continue
      }
      const forbidden = onlyForbidden(asked, rule)
      if (forbidden) {
        const written = rule.is === 'move' ? undefined : rules.rules?.[rule.id]?.when
        yield {
          ...lineOf(forbidden.part, written, at),
          message: `The rule ${rule.id} can never fire: ${forbidden.why}, and no source brings one.`,
          hint: 'Ask for a stage that allows the status, or let the stage allow it.',
          witness: {
            ...forbidden.witness,
            at: now,
            until: now + DAY,
            facts: factsIn(rule.when),
            ends: `The rule ${rule.id} does nothing.`,
          },
          isSo: (trace) =>
            !hasFired(trace, rule) &&
            trace.happened.some((one) => one.is === 'taken' && one.became.outcome === 'rejected'),
        }
        continue
      }
      const { calendar } = program.vocabulary
      const window = rule.lasting && windowOf(asked, rule)
      if (!window || !rule.lasting || !isNeverLonger(window.longest, rule.lasting, calendar.spec.workdays)) continue
      const answer = freshIn(asked, rule, window)
      if (answer.is !== 'possible') continue
      yield {
        path: [...at.path, 'lasting'],
        message: `The rule ${rule.id} can never fire: its condition holds for at most ${window.says}, and must last ${formatSpan(rule.lasting)}.`,
        hint: 'Let it last less, or take the upper end of the clock out.',
        witness: {
          subject: answer.subject,
          facts: [...factsIn(rule.when), window.end.fact.name],
          ends: `${what} ${rule.id} does nothing.`,
          at: now,
          until: calendar.after(now, { ...rule.lasting, count: rule.lasting.count * 2 + 2 }),
        },
        isSo: ({ intents, happened }) =>
          !intents.some((intent) => intent.rule === rule.id) &&
          happened.some((one) => one.is === 'forgotten' && one.finding.rule === rule.id),
      }
    }
  },
}
