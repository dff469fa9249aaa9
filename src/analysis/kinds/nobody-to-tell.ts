import type { PlannedAction } from '../../actions/action.js'
import { standsFor } from '../../actions/who.js'
import { ALWAYS } from '../../conditions/tree.js'
import type { People } from '../../domain/vocabulary.js'
import { DAY } from '../../lib/civil.js'
import type { Path } from '../../lib/problem.js'
import { digestsOf, recipientsOf } from '../../notices/digests.js'
import { notificationSettings } from '../../notices/settings.js'
import type { Program, Rule } from '../../program/program.js'
import { factsIn } from '../core.js'
import { heard } from '../events.js'
import { pathOf } from '../paths.js'
import { peopleMayCome } from '../satisfy/owner.js'
import type { WarningKind } from '../warning.js'

/** Do people hear by email, over a channel that is there? */
const byEmail = (program: Program): boolean => {
  const { via } = notificationSettings(program)
  return via.type === 'email' && via.channel !== null
}

/** Why one of whom a rule names can never be told; null where somebody may be. */
function whyNobody(who: string, people: People): string | null {
  const all = [...people.values()]
  if (who === 'manager') return all.some(({ manager }) => manager !== null) ? null : 'nobody has a manager'
  if (who === 'owner' || who === 'account.owner') return null
  if (who.startsWith('team.')) {
    const members = all.filter(({ team, active }) => active && `team.${team}` === who)
    if (members.length === 0) return `${who} has no active member`
    return members.some(({ email }) => email !== null) ? null : `no member of ${who} has an email address`
  }
  const person = standsFor(who, people)
  if (person === null) return `${who} is not active, and nobody stands in`
  if (people.get(person)?.email) return null
  return person === who
    ? `${who} has no email address`
    : `${who} is not active, and ${person}, who stands in, has no email address`
}

/** The steps of a rule, with where their actions stand and how far one must go to see them. */
const stepsOf = (rule: Rule): { path: Path; actions: readonly PlannedAction[] }[] => [
  { path: ['then'], actions: rule.then },
  ...(rule.remind ? [{ path: ['remind', 'then'], actions: rule.remind.then }] : []),
  ...rule.escalate.map(({ then }, i) => ({ path: ['escalate', i, 'then'], actions: then })),
]

const whosOf = ({ options }: PlannedAction): readonly unknown[] =>
  typeof options === 'object' && options !== null && 'to' in options
    ? [(options as { to: unknown }).to].flat()
    : [options].flat()

/** A notice to somebody whom nothing reaches. */
export const noticeToNobody: WarningKind = {
  id: 'notice-to-nobody',
  summary:
    'A notice or an email to somebody whom it cannot reach: without an address, gone and with nobody to stand in, or a manager where there is none.',
  example: `
people: { kim: { name: Kim Ito } }
channels: { mail: { type: email, smtp: "smtp://localhost", from: "Pipeline <pipeline@example.com>" } }
rules:
  large:
    for: opportunity
    when: { status: open, amount: { over: 1000000 } }
    then: [{ notify: { to: [owner, kim] } }]
`,
  *find(asked) {
    const { program, rules, now } = asked
    const { people, calendar } = program.vocabulary
    if (peopleMayCome(program) || !byEmail(program)) return
    for (const rule of program.rules) {
      if (rule.disabled !== null || rule.mode !== 'act') continue
      const spans = [
        ...rule.escalate.map(({ after }) => after),
        ...(rule.remind ? [rule.remind.every] : []),
        ...(rule.lasting ? [rule.lasting] : []),
      ]
      const until = spans.reduce((at, span) => calendar.after(at, span), now + DAY)
      for (const step of stepsOf(rule)) {
        for (const [i, action] of step.actions.entries()) {
          if (action.name !== 'notify' && action.name !== 'send_email') continue
          for (const who of whosOf(action)) {
            const isAddress = /[@{]/.test(String(who))
            const why = isAddress ? null : whyNobody(String(who), people)
            const answer = why === null ? null : asked.satisfy(rule.for, rule.when)
            if (answer?.is !== 'possible') continue
            yield {
              path: [...pathOf(rule, rules).path, ...step.path, i, action.name],
              at: 'key',
              message: `What ${action.name} says in ${rule.id} never reaches ${String(who)}: ${why}.`,
              hint: 'Give the person an "email", or name somebody else.',
              witness: {
                ...heard(rule, answer.subject, now, program),
                at: now,
                until,
                facts: ['owner', ...factsIn(rule.when)],
                ends: `Nothing of it reaches ${String(who)}.`,
              },
              isSo: ({ intents }) =>
                intents
                  .filter(({ rule: id }) => id === rule.id)
                  .some(({ effects }) =>
                    effects.some((effect) =>
                      effect.kind === 'left_out'
                        ? effect.action === action.name
                        : (effect.kind === 'notify' && effect.to.some((id) => !people.get(id)?.email)) ||
                          (effect.kind === 'send_email' && !effect.to.includes(people.get(String(who))?.email ?? '')),
                    ),
                  ),
            }
          }
        }
      }
    }
  },
}

/** A digest that nobody ever gets. */
export const digestForNobody: WarningKind = {
  id: 'digest-for-nobody',
  summary: 'A digest that never comes to anybody: nobody is what it is written for, or nobody of them has an address.',
  example: `
people: { kim: { name: Kim Ito } }
channels: { mail: { type: email, smtp: "smtp://localhost", from: "Pipeline <pipeline@example.com>" } }
views: { all-open: { when: { status: open } } }
digests:
  weekly: { every: 1 week, at: "08:00", show: [all-open], to: kim }
`,
  *find(asked) {
    const { program, now } = asked
    const { people } = program.vocabulary
    if (peopleMayCome(program)) return
    const needsAddress = byEmail(program)
    for (const digest of digestsOf(program)) {
      const owners = new Set([...people.keys()])
      const reached = (whose: ReadonlySet<string>) =>
        recipientsOf(digest, people, whose).filter(({ person }) => !needsAddress || person.email !== null)
      if (reached(owners).length > 0) continue
      const answer = asked.satisfy('opportunity', ALWAYS)
      if (answer.is !== 'possible') continue
      const isAnybody = recipientsOf(digest, people, owners).length > 0
      yield {
        path: ['digests', digest.name],
        at: 'key',
        message: isAnybody
          ? `The digest ${digest.name} never comes: nobody whom it is for has an email address.`
          : `The digest ${digest.name} never comes: nobody is among ${digest.to.join(', ')}.`,
        hint: 'Say in "people" who that is, or name others.',
        witness: {
          subject: answer.subject,
          at: now,
          until: now,
          facts: ['owner'],
          ends: `The digest ${digest.name} goes to nobody.`,
        },
        isSo: ({ subject: { family } }) =>
          reached(new Set([family.account, ...family.opportunities].flatMap((row) => row?.owner ?? []))).length === 0,
      }
    }
  },
}
