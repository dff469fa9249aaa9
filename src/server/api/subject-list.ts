import { verdict } from '../../conditions/verdict.js'
import { PLURAL, type SubjectKind, subjectName } from '../../domain/subjects.js'
import type { FamilyState } from '../../engine/plan.js'
import type { Fact, Snapshot } from '../../facts/fact.js'
import { conditionData } from '../../program/meaning.js'
import type { Program, View } from '../../program/program.js'
import { cutPage, type KeyType, readCursor } from '../cursor.js'
import { conditionOf, sortOf } from '../filters.js'
import { checkPeople } from '../known.js'
import type { Context } from '../operation.js'
import { Refusal } from '../problem-details.js'
import { ownersSeen, peopleOf } from '../sight.js'
import { unknownName } from '../unknown-name.js'
import { assessed } from './subject-json.js'

/** Filters that name people. */
const OWNERS = ['owner', 'owner[is]', 'owner[is_not]', 'account.owner', 'account.owner[is]', 'account.owner[is_not]']

export interface ListQuery {
  when?: string | undefined
  view?: string | undefined
  sort?: string | undefined
  limit: number
  cursor?: string | undefined
}

/** The saved view of that name. Throws a Refusal with the nearest one. */
export function viewNamed({ views }: Program, name: string): View {
  const view = views.get(name)
  if (view) return view
  throw unknownName('unknown-name', 'view', name, { allowed: views.keys() })
}

/**
 * A page of subjects, assessed as of now: of those that the caller sees, by a condition, a saved view or both. One of which the
 * condition no longer holds, as of now, is left out, so that a page may be shorter than asked for.
 */
export async function listSubjects<P, B>(
  kind: SubjectKind,
  asked: Pick<Context<P, ListQuery, B>, 'query' | 'filters' | 'program' | 'ports' | 'caller' | 'now'>,
): Promise<{ snapshots: Snapshot[]; next: string | null }> {
  const { query, filters, program, ports, caller, now } = asked
  const view = query.view === undefined ? null : viewNamed(program, query.view)
  if (view && view.for !== kind)
    throw new Refusal('invalid-request', `The view "${view.name}" shows ${PLURAL[view.for]}.`)
  const own = conditionOf(kind, program, { when: query.when, filters })
  const when = view ? { is: 'all' as const, parts: [view.when, own] } : own
  const sort = query.sort === undefined && view ? view.sort : sortOf(kind, program, query.sort)
  const people = await peopleOf(asked)
  const owners = ownersSeen(caller, people)
  const named = filters.filter(([name]) => OWNERS.includes(name)).map(([, id]) => id)
  await checkPeople(asked, named, owners)
  const list = [kind, conditionData(when), sort.map(({ fact, descending }) => [fact.name, descending]), owners]
  const page = await ports.store.subjectsPage({
    subject: kind,
    when,
    sort,
    owners,
    after: readCursor(list, query.cursor, [...sort.map(({ fact }) => keyTypeOf(fact)), 'text']),
    limit: query.limit + 1,
    now,
    vocabulary: program.vocabulary,
    people,
  })
  const { rows, next } = cutPage(list, page.subjects, query.limit)
  const families = byMember(page.families)
  const snapshots = rows.flatMap(({ id }) => {
    const family = families.get(subjectName({ kind, id }))
    if (!family) return []
    const snapshot = assessed({ program, people, now }, family, { kind, id })
    return verdict(when, snapshot).holds ? [snapshot] : []
  })
  return { snapshots, next }
}

/** As the store sorts: what has a rank by it, flags as 0 and 1; amounts, instants and spans are whole. */
function keyTypeOf({ kind, choices, name }: Fact): KeyType {
  if (choices || kind === 'flag' || /^health(\.|$)/.test(name)) return 'rank'
  if (kind === 'text' || kind === 'choice' || kind === 'date') return 'text'
  return kind === 'number' ? 'number' : 'whole'
}

/** Families by each of their members. */
function byMember(families: readonly FamilyState[]): Map<string, FamilyState> {
  const members = new Map<string, FamilyState>()
  for (const state of families) {
    const { account, opportunities } = state.family
    if (account) members.set(`account/${account.id}`, state)
    for (const { id } of opportunities) members.set(`opportunity/${id}`, state)
  }
  return members
}
