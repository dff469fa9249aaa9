import type { PlannedAction } from '../../actions/action.js'
import { idsOf } from '../../actions/who.js'
import { ALWAYS } from '../../conditions/tree.js'
import { escalationStep, type ReadStep, readStep } from '../../domain/steps.js'
import type { People } from '../../domain/vocabulary.js'
import { DAY, HOUR } from '../../lib/civil.js'
import type { Path } from '../../lib/problem.js'
import { type Digest, digestsOf, recipientsOf } from '../../notices/digests.js'
import type { Rule } from '../../program/program.js'
import { factsIn } from '../core.js'
import { heard } from '../events.js'
import { pathOf } from '../paths.js'
import { byEmail, unreached } from '../reach.js'
import { resolvings } from '../resolving.js'
import { all } from '../satisfy/failing.js'
import { peopleMayCome } from '../satisfy/owner.js'
import type { Subject } from '../satisfy/satisfy.js'
import type { Asked, WarningKind } from '../warning.js'
import type { Trace, Witness } from '../witness.js'

interface Stage {
  readonly path: Path
  readonly actions: readonly PlannedAction[]
  /** Is it this one of the rule's steps? */
  is(step: ReadStep): boolean
}

/** The steps of a rule, with where their actions stand. */
const stagesOf = (rule: Rule): Stage[] => [
  { path: ['then'], actions: rule.then, is: ({ is }) => is === 'open' || is === 'event' || is === 'move' },
  ...(rule.remind ? [{ path: ['remind', 'then'], actions: rule.remind.then, is: isReminder }] : []),
  ...rule.escalate.map(({ after, then }, i) => ({
    path: ['escalate', i, 'then'],
    actions: then,
    is: ({ name }: ReadStep) => name === escalationStep(after),
  })),
  { path: ['on_resolve'], actions: rule.onResolve, is: isResolving },
]

const isReminder = ({ is }: ReadStep): boolean => is === 'remind'
const isResolving = ({ is }: ReadStep): boolean => is === 'resolve'

/** The subject on which a step of the rule is shown, and what is done to it for that: one of these may do. */
function* shownOn(
  asked: Asked,
  rule: Rule,
  stage: Stage,
  subject: Subject,
): Generator<Pick<Witness, 'subject' | 'acts' | 'until'>> {
  const { calendar, touches } = asked.program.vocabulary
  const spans = [
    ...rule.escalate.map(({ after }) => after),
    ...(rule.remind ? [rule.remind.every] : []),
    ...(rule.lasting ? [rule.lasting] : []),
  ]
  const until = spans.reduce((at, span) => calendar.after(at, span), asked.now + DAY)
  if (!stage.is(readStep('resolve'))) {
    yield { ...heard(rule, subject, asked.now, asked.program), until }
    return
  }
  const at = (rule.lasting ? calendar.after(asked.now, rule.lasting) : asked.now) + HOUR
  for (const act of resolvings(asked, rule, subject, at, factsIn(rule.when)))
    yield { subject, acts: [act], until: at + DAY }
  const [touch] = touches
  if (touch !== undefined) yield { subject, acts: [{ at, of: subject.ref, activity: touch }], until: at + DAY }
  yield { subject, acts: [], until: asked.now + YEAR }
}

const YEAR = 366 * DAY

const whosOf = ({ options }: PlannedAction): readonly unknown[] =>
  typeof options === 'object' && options !== null && 'to' in options
    ? [(options as { to: unknown }).to].flat()
    : [options].flat()

/** A notice to somebody whom nothing reaches. */
export const noticeToNobody: WarningKind = {
  id: 'notice-to-nobody',
  summary:
    'A notice or an email to somebody whom it cannot reach: without an address, gone and with nobody to stand in, an owner or a manager where there is none.',
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
    for (const rule of program.rules) {
      if (rule.disabled !== null || rule.mode !== 'act') continue
      for (const stage of stagesOf(rule)) {
        for (const [i, action] of stage.actions.entries()) {
          if (action.name !== 'notify' && action.name !== 'send_email') continue
          for (const who of whosOf(action).map(String)) {
            const needsAddress = action.name === 'send_email' || byEmail(program)
            const isResolved = stage.is(readStep('resolve'))
            const nobody = /[@{]/.test(who) ? null : unreached(asked, rule, who, { needsAddress, isResolved })
            const answer = nobody && asked.satisfy(rule.for, all(rule.when, nobody.of))
            if (nobody === null || answer?.is !== 'possible') continue
            for (const shown of shownOn(asked, rule, stage, answer.subject)) {
              yield {
                path: [...pathOf(rule, rules).path, ...stage.path, i, action.name],
                at: 'key',
                message: `What ${action.name} says in ${rule.id} never reaches ${who}: ${nobody.why}.`,
                hint: nobody.hint,
                witness: {
                  ...shown,
                  at: now,
                  facts: ['owner', ...factsIn(rule.when)],
                  ends: `Nothing of it reaches ${who}.`,
                },
                isSo: (trace) =>
                  trace.intents
                    .filter((intent) => intent.rule === rule.id && stage.is(readStep(intent.step)))
                    .some((intent) =>
                      misses(trace, intent, {
                        action: action.name,
                        who,
                        needsAddress,
                        people: program.vocabulary.people,
                      }),
                    ),
              }
            }
          }
        }
      }
    }
  },
}

interface Telling {
  readonly action: string
  readonly who: string
  readonly needsAddress: boolean
  readonly people: People
}

/** Is the act left out, or does it go without anybody whom this word of the rule stands for? */
function misses(
  { looks, subject }: Trace,
  { effects, at }: Trace['intents'][number],
  { action, who, needsAddress, people }: Telling,
): boolean {
  const family = looks.find((look) => look.at === at)?.family ?? subject.family
  const row =
    subject.ref.kind === 'account' ? family.account : family.opportunities.find(({ id }) => id === subject.ref.id)
  const owner = who === 'account.owner' ? family.account?.owner : row?.owner
  const ids = idsOf(who, owner ?? null, people)
  const reached = (to: readonly string[]) =>
    ids.some((id) => {
      const address = people.get(id)?.email ?? null
      return action === 'notify'
        ? to.includes(id) && (!needsAddress || address !== null)
        : address !== null && to.includes(address)
    })
  return effects.some((effect) =>
    effect.kind === 'left_out'
      ? effect.action === action
      : (effect.kind === 'notify' || effect.kind === 'send_email') && effect.kind === action && !reached(effect.to),
  )
}

/** An owner as an import may bring one, whom nobody has declared. */
function knownByIdAlone(people: People): string {
  let id = 'somebody'
  while (people.has(id)) id += '-else'
  return id
}

/** Why nobody gets a digest of whom some may be there. */
function whyNoDigest({ to }: Digest, people: People): { why: string; hint: string } {
  const known = [...people.values()]
  if (recipientsOf({ to }, people, new Set(people.keys())).length > 0)
    return { why: 'nobody whom it is for has an email address', hint: 'Give one of them an "email", or name others.' }
  const managers = known.some(({ manager }) => manager !== null)
  const whys = to.map((one) => {
    if (one === 'managers') return managers ? 'no manager is active' : 'nobody has a manager'
    if (one === 'owners') return 'nobody is active'
    return one.startsWith('team.') ? `${one} has no active member` : `${one} is not active`
  })
  const hint =
    to.includes('managers') && !managers ? 'Say in "people" who is whose "manager", or name others.' : 'Name others.'
  return { why: whys.join(', and '), hint }
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
      const owners = new Set([...people.keys(), knownByIdAlone(people)])
      const reached = (whose: ReadonlySet<string>) =>
        recipientsOf(digest, people, whose).filter(({ person }) => !needsAddress || person.email !== null)
      if (reached(owners).length > 0) continue
      const answer = asked.satisfy('opportunity', ALWAYS)
      if (answer.is !== 'possible') continue
      const { why, hint } = whyNoDigest(digest, people)
      yield {
        path: ['digests', digest.name],
        at: 'key',
        message: `The digest ${digest.name} never comes: ${why}.`,
        hint,
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
