import type { People } from '../domain/vocabulary.js'
import type { Snapshot } from '../facts/fact.js'
import { digest } from '../lib/digest.js'
import { nearest } from '../lib/nearest.js'
import type { Path } from '../lib/problem.js'
import type { ActionCheck, ActionContext } from './action.js'

const ROLES = ['owner', 'manager', 'account.owner'] as const
type RoleName = (typeof ROLES)[number]

/** Does the word of a rule stand for whoever owns something, or for the manager above? */
export const isRole = (word: string): word is RoleName => (ROLES as readonly string[]).includes(word)

/** Whom a rule names, before it is known who that is for one subject. */
export type Who =
  | { readonly is: 'role'; readonly role: RoleName }
  | { readonly is: 'person'; readonly id: string }
  | { readonly is: 'team'; readonly team: string }

/** Who it is: ids in the order named, each once; `why` says why nobody is left. */
export type Resolved = { readonly people: readonly string[]; readonly why: string }

/** Reads one *who*; complains of a person or team that nobody knows and gives null. */
export function readWho(written: unknown, check: ActionCheck, path: Path): Who | null {
  const word = String(written)
  if (isRole(word)) return { is: 'role', role: word }
  const people = check.vocabulary.people
  if (word.startsWith('team.')) {
    const team = word.slice('team.'.length)
    const teams = new Set([...people.values()].flatMap((person) => person.team ?? []))
    if (teams.has(team) || (team !== '' && check.openPeople)) return { is: 'team', team }
    const near = nearest(team, teams)
    check.complain({
      path,
      message: `There is no team "${team}".`,
      unknown: { kind: 'person', name: team },
      hint: near ? { meant: `team.${near}` } : 'A team is what people have as their "team".',
    })
    return null
  }
  const managers = [...people.values()].flatMap((person) => person.manager ?? [])
  if (people.has(word) || managers.includes(word)) return { is: 'person', id: word }
  const near = nearest(word, check.openPeople ? ROLES : [...ROLES, ...people.keys(), ...managers])
  if (check.openPeople && !near) return { is: 'person', id: word }
  check.complain({
    path,
    message: `There is no person "${word}".`,
    unknown: { kind: 'person', name: word },
    hint: near
      ? { meant: near }
      : 'It is owner, manager, account.owner, the id of a person, or team. and the name of a team.',
  })
  return null
}

/** Reads a *who* or a list of them. */
export function readWhos(written: unknown, check: ActionCheck, path: Path): Who[] | null {
  if (!Array.isArray(written)) {
    const who = readWho(written, check, path)
    return who && [who]
  }
  const whos = written.map((one, i) => readWho(one, check, [...path, i]))
  return whos.every((who) => who !== null) ? whos : null
}

/** Whom to tell: of a team all active members. */
export function told(whos: readonly Who[], context: ActionContext): Resolved {
  const found = whos.map((who) => (who.is === 'team' ? allOf(who.team, context) : personOf(who, context)))
  const people = [...new Set(found.flatMap((one) => one.people))]
  return { people, why: [...new Set(found.flatMap((one) => one.why || []))].join(' ') }
}

/** Whom to give something to: of a team one member, in turn. */
export function chosen(who: Who, context: ActionContext): { person: string | null; why: string } {
  const { people, why } = who.is === 'team' ? inTurn(who.team, context) : personOf(who, context)
  return { person: people[0] ?? null, why }
}

const subjectOwner = ({ opportunity, account }: Snapshot): string | null => (opportunity ?? account)?.owner ?? null

/** The ids of those whom a word of a rule stands for, where this is the owner whom it speaks of. */
export function idsOf(word: string, owner: string | null, people: People): readonly string[] {
  if (word.startsWith('team.')) return membersOf(word.slice('team.'.length), people)
  return holderOf(isRole(word) ? { is: 'role', role: word } : { is: 'person', id: word }, owner, '', people).people
}

const only = (id: string): Resolved => ({ people: [id], why: '' })
const nobody = (why: string): Resolved => ({ people: [], why })

function personOf(who: Exclude<Who, { is: 'team' }>, { snapshot, subject }: ActionContext): Resolved {
  const { people, account } = snapshot
  if (who.is === 'person' || who.role !== 'account.owner')
    return holderOf(who, subjectOwner(snapshot), subject.kind, people)
  return account ? holderOf(who, account.owner, 'account', people) : nobody(`The ${subject.kind} has no account.`)
}

/** Who it is where this one owns the subject, or the account (`whose`) for `account.owner`. */
function holderOf(who: Exclude<Who, { is: 'team' }>, owner: string | null, whose: string, people: People): Resolved {
  if (who.is === 'person') return standIn(who.id, people)
  if (owner === null) return nobody(`The ${whose} has no owner.`)
  if (who.role !== 'manager') return standIn(owner, people)
  const manager = people.get(owner)?.manager ?? null
  return manager === null ? nobody(`No manager of ${owner} is known.`) : standIn(manager, people)
}

/**
 * The person who is told or given something meant for this one: in place of one who is not active stands the manager. Someone who is
 * known by an id alone counts as active. Null where nobody is left.
 */
export function standsFor(id: string, people: People): string | null {
  const asked = new Set<string>()
  for (let at: string | null = id; at !== null && !asked.has(at); at = people.get(at)?.manager ?? null) {
    if (people.get(at)?.active ?? true) return at
    asked.add(at)
  }
  return null
}

function standIn(id: string, people: People): Resolved {
  const person = standsFor(id, people)
  if (person !== null) return only(person)
  const manager = people.get(id)?.manager ?? id
  const above = manager === id ? 'and has no manager' : 'and neither is any manager above'
  return nobody(`${id} is not active, ${above}.`)
}

function membersOf(team: string, people: People): string[] {
  const members = [...people.values()].filter((person) => person.team === team && person.active)
  return members.map((person) => person.id).sort()
}

function allOf(team: string, { snapshot }: ActionContext): Resolved {
  const members = membersOf(team, snapshot.people)
  return members.length > 0 ? { people: members, why: '' } : nobody(`Team ${team} has no active member.`)
}

/** By a stable hash of the key over the active members but the present owner: the same in every plan. */
function inTurn(team: string, { snapshot, key }: ActionContext): Resolved {
  const owner = subjectOwner(snapshot)
  const members = membersOf(team, snapshot.people).filter((id) => id !== owner)
  const turn = members[Number.parseInt(digest(key).slice(0, 12), 16) % Math.max(1, members.length)]
  return turn === undefined ? nobody(`Team ${team} has no active member other than the present owner.`) : only(turn)
}
