import type { Condition } from '../../conditions/tree.js'
import type { Fact } from '../../facts/fact.js'
import type { Rule } from '../../program/program.js'
import { factsIn } from '../core.js'
import { hasFired, heard } from '../events.js'
import { pathOf } from '../paths.js'
import { all, valueIs } from '../satisfy/failing.js'
import { isListed } from '../views.js'
import type { Asked, WarningKind } from '../warning.js'

const SAYS_STATUS = /^(status|reason|health(\..*)?|qualification\.status)$/

/** Does it speak of opportunities that are open and of those that are closed alike, and name neither? */
function closedOne(asked: Asked, when: Condition) {
  if (factsIn(when).some((name) => SAYS_STATUS.test(name))) return null
  const status = asked.program.facts.opportunity.get('status') as Fact
  const open = asked.satisfy('opportunity', all(when, valueIs(status, ['open'])))
  const won = asked.satisfy('opportunity', all(when, valueIs(status, ['won'])))
  if (open.is !== 'possible' || won.is !== 'possible') return null
  const row = open.subject.family.opportunities[0]
  const stage = asked.program.vocabulary.pipelines
    .get(row?.pipeline ?? '')
    ?.stages.find(({ name }) => name === row?.stage)
  // Stages that forbid "open" say by themselves that it is over.
  return stage && !stage.statuses.includes('open') ? null : won.subject
}

/** Does it listen to what itself tells that something was closed or opened? */
const saysByItsEvent = ({ event }: Rule): boolean =>
  event !== null && 'change' in event && (event.change === 'status' || event.change === 'stage')

/** A rule or a view of opportunities that says nothing of their status. */
export const namesNoStatus: WarningKind = {
  id: 'names-no-status',
  summary:
    'A rule or a view of opportunities that names neither status nor health, and so speaks of those that are won or lost too.',
  example: `
rules:
  no-amount:
    for: opportunity
    when: { amount: { missing: true } }
`,
  *find(asked) {
    const { program, rules, now } = asked
    const hint = 'Add "status: open", or say which statuses are meant.'
    for (const rule of program.rules) {
      if (rule.for !== 'opportunity' || rule.disabled !== null || saysByItsEvent(rule)) continue
      const subject = closedOne(asked, rule.when)
      if (!subject) continue
      yield {
        ...pathOf(rule, rules),
        message: `The rule ${rule.id} names neither status nor health: it also ${rule.is === 'event' ? 'acts on' : 'finds'} opportunities that are won, lost or abandoned.`,
        hint,
        witness: {
          ...heard(rule, subject, now, program),
          facts: ['status', ...factsIn(rule.when)],
          at: now,
          until: rule.lasting ? program.vocabulary.calendar.after(now, rule.lasting) : now,
        },
        isSo: (trace) => hasFired(trace, rule),
      }
    }
    for (const view of program.views.values()) {
      if (view.for !== 'opportunity') continue
      const subject = closedOne(asked, view.when)
      if (!subject) continue
      yield {
        path: ['views', view.name],
        at: 'key',
        message: `The view ${view.name} names neither status nor health: it also lists opportunities that are won, lost or abandoned.`,
        hint,
        witness: {
          subject,
          facts: ['status', ...factsIn(view.when)],
          ends: `The view ${view.name} lists it.`,
          at: now,
          until: now,
        },
        isSo: (trace) => isListed(program, view, trace),
      }
    }
  },
}
