import { idsOf, isRole, standsFor } from '../actions/who.js'
import { ALWAYS, type Condition, leavesOf } from '../conditions/tree.js'
import type { People } from '../domain/vocabulary.js'
import type { Fact } from '../facts/fact.js'
import { notificationSettings } from '../notices/settings.js'
import type { Program, Rule } from '../program/program.js'
import { all, failing, missingIs, valueIs } from './satisfy/failing.js'
import { peopleMayCome } from './satisfy/owner.js'
import { inStoredFacts } from './satisfy/reckoned.js'
import type { Asked } from './warning.js'

/** Why somebody whom a rule names is never told, and what would help. */
export interface Unreached {
  readonly why: string
  readonly hint: string
  /** What must hold beside the rule's condition of a subject that shows it. */
  readonly of: Condition
}

type Why = Omit<Unreached, 'of'>

/** Do people hear by email, over a channel that is there? */
export const byEmail = (program: Program): boolean => {
  const { via } = notificationSettings(program)
  return via.type === 'email' && via.channel !== null
}

const orOthers = (what: string): string => `${what}, or name somebody else.`

/** Why nothing reaches a person, or those who stand in; null where it does. */
function whyNot(id: string, people: People, needsAddress: boolean): Why | null {
  const told = standsFor(id, people)
  if (told === null)
    return {
      why: `${id} is not active, and nobody stands in`,
      hint: orOthers(`Give ${id} a "manager" who is active`),
    }
  if (!needsAddress || people.get(told)?.email) return null
  const hint = orOthers(`Give ${told} an "email"`)
  if (told === id) return { why: `${id} has no email address`, hint }
  return { why: `${id} is not active, and ${told}, who stands in, has no email address`, hint }
}

function whyNoTeam(team: string, people: People, needsAddress: boolean): Why | null {
  const members = idsOf(team, null, people)
  if (members.length === 0)
    return { why: `${team} has no active member`, hint: orOthers('Say in "people" who is in that "team"') }
  if (!needsAddress || members.some((id) => people.get(id)?.email)) return null
  return { why: `no member of ${team} has an email address`, hint: orOthers('Give one of them an "email"') }
}

/** Why nothing reaches the owner, or the owner's manager, where this person owns it. */
function whyNotOf(role: string, id: string, people: People, needsAddress: boolean): Why | null {
  if (role !== 'manager') return whyNot(id, people, needsAddress)
  const manager = people.get(id)?.manager ?? null
  if (manager !== null) return whyNot(manager, people, needsAddress)
  return { why: `${id} has no manager`, hint: orOthers(`Give ${id} a "manager"`) }
}

/**
 * Why one of whom a rule names is never told; null where somebody may be, or where that is not certain. `isResolved`: of the
 * owner of what does not meet the condition any more nothing is known.
 */
export function unreached(
  asked: Asked,
  rule: Rule,
  who: string,
  { needsAddress, isResolved }: { readonly needsAddress: boolean; readonly isResolved: boolean },
): Unreached | null {
  const { people } = asked.program.vocabulary
  const isOpen = peopleMayCome(asked.program)
  if (!isRole(who)) {
    if (isOpen) return null
    const why = who.startsWith('team.') ? whyNoTeam(who, people, needsAddress) : whyNot(who, people, needsAddress)
    return why && { ...why, of: ALWAYS }
  }
  if (who === 'manager' && !isOpen && [...people.values()].every(({ manager }) => manager === null))
    return { why: 'nobody has a manager', hint: orOthers('Say in "people" who is whose "manager"'), of: ALWAYS }
  return isResolved ? null : unreachedOwner(asked, rule, who, needsAddress && !isOpen, isOpen)
}

function unreachedOwner(
  { program, satisfy }: Asked,
  rule: Rule,
  role: string,
  needsAddress: boolean,
  isOpen: boolean,
): Unreached | null {
  const side = role === 'account.owner' && rule.for === 'opportunity' ? 'account.' : ''
  const owner = program.facts[rule.for].get(`${side}owner`) as Fact
  const isNever = (more: Condition) => satisfy(rule.for, all(rule.when, more)).is === 'impossible'
  if (isNever(missingIs(owner, false))) {
    const why = side ? 'the account of what it finds never has an owner' : 'nothing that it finds has an owner'
    return { why, hint: 'Name a person or a team.', of: missingIs(owner, true) }
  }
  // What is asked of the owners themselves may be so of others tomorrow.
  if (
    isOpen ||
    leavesOf(inStoredFacts(program, rule.for, rule.when)).some(({ fact }) => fact.name.startsWith(`${side}owner.`))
  )
    return null
  const { people } = program.vocabulary
  // Of an owner who is known by an id alone there is no address and no manager, but that person is active.
  const isOther = all(failing(valueIs(owner, [...people.keys()])), missingIs(owner, false))
  if (role !== 'manager' && !needsAddress && !isNever(isOther)) return null
  const whys = [...people.keys()].map((id) => ({ id, why: whyNotOf(role, id, people, needsAddress) }))
  const reached = whys.flatMap(({ id, why }) => (why === null ? [id] : []))
  if (reached.length > 0 && !isNever(valueIs(owner, reached))) return null
  const found = whys.filter(({ id }) => satisfy(rule.for, all(rule.when, valueIs(owner, [id]))).is === 'possible')
  const [first] = found
  if (!first?.why) return null
  const said = [...new Set(found.flatMap(({ why }) => why?.why ?? []))]
  return {
    why: said.length > 3 ? `${said.slice(0, 2).join(', ')}, and so on` : said.join(', and '),
    hint: first.why.hint,
    of: valueIs(owner, [first.id]),
  }
}
