import { coreOf, factsIn, hintOf, sayCore } from '../core.js'
import { lineOf } from '../paths.js'
import { isListed } from '../views.js'
import type { WarningKind } from '../warning.js'

/** A view whose condition nothing can ever meet. */
export const viewNeverLists: WarningKind = {
  id: 'view-never-lists',
  summary: 'A view that can never list anything.',
  example: `
health: { when: { status: open }, indicators: { age: { poor: 90 days } } }
views:
  sick-and-won:
    when: { status: won, health: poor }
`,
  *find(asked) {
    const { program, rules, now } = asked
    for (const view of program.views.values()) {
      const core = coreOf(asked, view.for, view.when)
      if (!core) continue
      yield {
        ...lineOf(core.odd, rules.views?.[view.name]?.when, { path: ['views', view.name], at: 'key' }),
        message: `The view ${view.name} can never list anything: ${sayCore(core)}.`,
        hint: hintOf(core),
        witness: {
          subject: core.subject,
          at: now,
          until: now,
          facts: factsIn(...core.parts),
          ends: `The view ${view.name} does not list it.`,
        },
        isSo: (trace) => !isListed(program, view, trace),
      }
    }
  },
}
