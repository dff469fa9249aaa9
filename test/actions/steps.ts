import type { ActionContext } from '../../src/actions/action.js'
import { textValues } from '../../src/actions/values.js'
import type { Effect } from '../../src/domain/effects.js'
import type { Account, Opportunity } from '../../src/domain/subjects.js'
import { programOf } from '../program/company.js'
import { account, opportunity, snapshot } from '../support/subjects.js'

/** Friday, 13 March 2026, 10:00 in New York. */
export const NOW = Date.UTC(2026, 2, 13, 14)

interface About {
  for?: 'opportunity' | 'account'
  deal?: Partial<Opportunity>
  account?: Partial<Account> | null
  key?: string
}

/** What the actions (YAML, a list) of a rule bring about on Acme or its deal. */
export function effectsOf(actions: string, about: About = {}): Effect[] {
  const kind = about.for ?? 'opportunity'
  const program = programOf(
    `rules: { quiet: { title: It is quiet, why: Quiet deals die., for: ${kind}, when: { name: Deal }, then: ${actions} } }`,
  )
  const rule = program.rules[0]!
  const acme = about.account === null ? null : account({ name: 'Acme', owner: 'kim', ...about.account })
  const deal = opportunity({ name: 'Deal', owner: 'dana', account: acme?.id ?? null, ...about.deal })
  const seen = snapshot(program.vocabulary, NOW, {
    account: acme,
    ...(kind === 'opportunity' ? { opportunity: deal } : { opportunities: [deal] }),
  })
  const subject = { kind, id: kind === 'opportunity' ? deal.id : acme!.id }
  const context: ActionContext = {
    subject,
    snapshot: seen,
    rule,
    finding: { rule: rule.id, ...subject, episode: 1 },
    key: about.key ?? 'quiet/opportunity/acme-deal/1/open',
    values: textValues(program.facts[kind], seen, rule),
  }
  return rule.then.flatMap((action) => action.plan(context))
}
