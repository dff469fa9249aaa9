import { numbersIn } from '../../conditions/operands.js'
import type { SubjectKind } from '../../domain/subjects.js'
import { DAY } from '../../lib/civil.js'
import type { Instant } from '../../lib/instant.js'
import { type Asked, type Deed, deedsOf, extra, type Option, ofWhom, rowOf, type Step, valuesAsked } from './deeds.js'
import { aimAt, aOrAn, either, isSo } from './words.js'

const MOST = 50

/** Ids that no activity of anybody has. */
const idOf = (side: SubjectKind, what: string, n: number) => `${what} of the ${side} ${n + 1}`

const named = (asked: Asked, side: SubjectKind, at: Instant): Step['values'] => ({
  at,
  [side]: rowOf(asked, side)?.id ?? '',
})

/** Kinds of activity: of touches of which nothing is asked one is tried for all. */
function kindsOf({ program, leaves }: Asked, side: SubjectKind, what: readonly string[]) {
  const { touches, otherActivities } = program.vocabulary
  const isAsked = (kind: string) => what.some((name) => leaves(side, `${name}.${kind}`).length > 0)
  const of = (kind: string) => (isAsked(kind) ? `${side} ${kind}` : side)
  const plain = touches.find((kind) => !isAsked(kind))
  return [
    ...touches.map((kind) => ({ kind, isTried: isAsked(kind) || kind === plain, isTouch: true, of: of(kind) })),
    ...otherActivities.filter(isAsked).map((kind) => ({ kind, isTried: true, isTouch: false, of: of(kind) })),
  ]
}

interface Touched {
  kind: string
  byOwner: boolean | null
}

/** To be in touch, so often, with so many contacts who are new to it, or to do what is no touch. */
export function touchDeeds(asked: Asked, side: SubjectKind): Deed[] {
  const { snapshot, program } = asked
  const row = rowOf(asked, side)
  if (!row) return []
  const { touches } = program.vocabulary
  const kinds = kindsOf(asked, side, ['activities', 'last_activity'])
  const asksOwner = row.owner !== null && asked.asks(side, /^time_since_owner_activity$/)
  const bys = asksOwner ? [false, true] : [null]
  const steps = (kind: string, byOwner: boolean | null, times: number, contacts: number): Step[] => [
    ...Array.from({ length: contacts }, (_, n): Step => {
      return { record: 'contacts', id: idOf(side, 'contact', n), values: { account: snapshot.account?.id ?? '' } }
    }),
    ...Array.from({ length: times }, (_, n): Step => {
      const by = byOwner ? row.owner : 'somebody else'
      const contact: Step['values'] = contacts > 0 ? { contact: idOf(side, 'contact', n) } : {}
      return {
        record: 'activities',
        id: idOf(side, kind, n),
        values: { kind, by, ...named(asked, side, snapshot.now), ...contact },
      }
    }),
  ]
  const optionsOf = (times: number, contacts: number): Option<Touched>[] =>
    kinds.flatMap(({ kind, isTried, isTouch, of: slot }) =>
      bys.map((byOwner) => ({
        value: { kind, byOwner },
        cost: times + contacts + (byOwner ? 1 : 0) + (isTouch ? 0 : 1) + extra(asked, side),
        group: `${times} ${contacts}`,
        isTried,
        slot: `touch ${slot}`,
        steps: steps(kind, byOwner, times, contacts),
      })),
    )
  const counts = missing(asked, side, /^(touches|touches_in_bin|activities\..*)$/)
  const contacts = snapshot.account && side === 'opportunity' ? missing(asked, side, /^contacts_touched$/) : []
  const of = ofWhom(asked, side)
  return [...[...new Set([1, ...counts])].map((n) => [n, 0] as const), ...contacts.map((n) => [n, n] as const)].flatMap(
    ([times, others]) =>
      deedsOf(`touch ${side}`, optionsOf(times, others), (chosen, works) => {
        const kindsBy = (byOwner: boolean | null) =>
          kinds
            .filter(({ kind }) => works.some((one) => one.kind === kind && one.byOwner === byOwner))
            .map(({ kind }) => kind)
        const by = kindsBy(chosen.byOwner)
        const isForAll = chosen.byOwner === null || kindsBy(!chosen.byOwner).join() === by.join()
        const whose = isForAll ? '' : chosen.byOwner ? ' by the owner' : ' by somebody other than the owner'
        return `${sayTouches(by, touches, times, others, isForAll)}${whose}${of}`
      }),
  )
}

function sayTouches(
  kinds: readonly string[],
  touches: readonly string[],
  times: number,
  contacts: number,
  any: boolean,
) {
  const isAny = touches.every((kind) => kinds.includes(kind))
  const a = isAny ? 'a touch' : aOrAn(either(kinds))
  if (contacts === 1) return `${a} with another contact`
  if (contacts > 1)
    return isAny ? `touches with ${contacts} other contacts` : `${a} with each of ${contacts} other contacts`
  if (times === 1) return isAny && any ? 'any touch' : a
  return isAny ? `${times} touches` : `${times} times ${a}`
}

/** How many more may be enough, of all that is asked of such counts. */
function missing(asked: Asked, side: SubjectKind, names: RegExp): number[] {
  const { present, program } = asked
  const { touches, otherActivities } = program.vocabulary
  const kinds = [...touches, ...otherActivities].map((kind) => `activities.${kind}`)
  const counts = ['touches', 'touches_in_bin', 'contacts_touched', ...kinds].filter((name) => names.test(name))
  const all = counts.flatMap((name) =>
    asked.leaves(side, name).flatMap(({ fact, operand }) => {
      const now = Number(fact.read(present) ?? 0)
      return numbersIn(operand).flatMap((n) => [Math.ceil(n) - now, Math.floor(n) - now + 1, 1])
    }),
  )
  return [...new Set(all)].filter((n) => n >= 1 && n <= MOST).sort((a, b) => a - b)
}

interface Plan {
  kind: string
  at: Instant
}

/** To plan a touch, or an activity of a kind that is asked for. */
export function planDeeds(asked: Asked, side: SubjectKind): Deed[] {
  const { snapshot, program } = asked
  if (!rowOf(asked, side)) return []
  const { touches } = program.vocabulary
  const { calendar } = snapshot.vocabulary
  const kinds = kindsOf(asked, side, ['next_activity'])
  const names = ['next_activity', ...kinds.map(({ kind }) => `next_activity.${kind}`)]
  const asks = names.flatMap((name) => asked.leaves(side, name)).filter(({ operator }) => !operator.ofMissing)
  const known = names.flatMap((name) => valuesAsked(asked, side, name)).filter((value) => typeof value === 'number')
  const ahead = [...new Set([...known, snapshot.now + DAY])].filter((at) => at > snapshot.now)
  const options = kinds.flatMap(({ kind, isTried, isTouch, of: slot }) =>
    ahead.map((at) => ({
      value: { kind, at },
      cost: 2 + (isTouch ? 0 : 1) + extra(asked, side),
      isTried,
      slot: `plan ${slot}`,
      steps: [
        {
          record: 'activities' as const,
          id: idOf(side, `planned ${kind}`, 0),
          values: { kind, by: 'somebody else', ...named(asked, side, at) },
        },
      ],
    })),
  )
  return deedsOf<Plan>(`plan ${side}`, options, (chosen, works) => {
    const kindsAt = (at: Instant) => kinds.filter(({ kind }) => works.some((one) => one.kind === kind && one.at === at))
    const those = kindsAt(chosen.at).map(({ kind }) => kind)
    const what = touches.every((kind) => those.includes(kind)) ? 'touch' : either(those)
    const when = ahead.filter((at) => those.every((kind) => works.some((one) => one.kind === kind && one.at === at)))
    const aim = aimAt(asks, chosen.at, when, ahead, (leaf, at) => isSo(leaf, at, snapshot))
    const date = when.length === ahead.length ? '' : ` ${aim ?? `on ${calendar.dateOf(chosen.at)}`}`
    return `plan ${aOrAn(what)}${date}${ofWhom(asked, side)}`
  })
}
