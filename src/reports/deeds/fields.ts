import { numbersIn } from '../../conditions/operands.js'
import { type Opportunity, PLURAL, type SubjectKind } from '../../domain/subjects.js'
import type { FactValue } from '../../facts/fact.js'
import { factsFor, settableFacts } from '../../facts/table.js'
import { type Asked, type Deed, deedsOf, extra, type Option, rowOf, valuesAsked } from './deeds.js'
import { anything } from './guesses.js'
import { stepsTo } from './places.js'
import { aimAt, callFact, either, isSo, sayField, sayTimes } from './words.js'

/** To fill something in is little; to say another thing of what it is, or nothing any more, is most. */
const costOf = (name: string, before: FactValue | null, value: FactValue | null): number =>
  value === null ? 6 : before === null || name === 'next_step' ? 1 : 4

/** To give a field another value, or none; nothing where people do not set it. */
export function fieldDeeds(asked: Asked, side: SubjectKind, name: string, more: readonly number[] = []): Deed[] {
  const { snapshot, program } = asked
  const row = rowOf(asked, side)
  const fact = factsFor(side, program.vocabulary).get(name)
  if (!row || !fact || !isOpenToPeople(asked, side, name)) return []
  const before = fieldOf(row, name)
  const reasons = name === 'reason' ? reasonsOf(asked) : undefined
  const known = valuesAsked(asked, side, name).filter((value) => value !== null)
  const tried = [...known, ...more, ...(fact.choices ?? reasons ?? [])]
  const allowed = tried.filter((value) => !reasons || reasons.includes(String(value)))
  if (allowed.length === 0) allowed.push(anything(fact.kind, snapshot))
  const values = [...new Set([...allowed, null])].filter((value) => value !== before)
  const called = callFact(name, side !== snapshot.kind)
  const field = { fact: reasons ? { ...fact, choices: reasons } : fact, called, before, snapshot }
  return deedsOf(
    `${name} ${row.id}`,
    values.map((value) => ({
      value,
      cost: costOf(name, before, value) + extra(asked, side),
      group: value === null ? 'none' : '',
      steps: [{ record: PLURAL[side], id: row.id, values: { [name]: value } }],
    })),
    (chosen, works, all) => sayField({ ...field, leaves: asked.leaves(side, name) }, chosen, works, all),
  )
}

const fieldOf = (row: object, name: string): FactValue | null =>
  (name.startsWith('fields.')
    ? (row as Opportunity).fields[name.slice('fields.'.length)]
    : (row as Record<string, FactValue | null>)[name]) ?? null

const isOpenToPeople = ({ program }: Asked, side: SubjectKind, name: string): boolean =>
  name === 'name' || (name === 'reason' && side === 'opportunity') || settableFacts(side, program.vocabulary).has(name)

const reasonsOf = ({ snapshot: { opportunity: row, vocabulary } }: Asked) =>
  row ? vocabulary.pipelines.get(row.pipeline)?.reasons[row.status] : undefined

/** To set the amount; how far it fell below its highest is asked of it too. */
export function amountDeeds(asked: Asked): Deed[] {
  const row = asked.snapshot.opportunity
  if (!row) return []
  const high = row.amount_high ?? row.amount ?? 0
  const edges = asked
    .leaves('opportunity', 'amount_drop')
    .flatMap(({ operand }) => numbersIn(operand))
    .map((percent) => (high * (100 - percent)) / 100)
    .flatMap((edge) => [
      Math.floor(edge / 1000) * 1000,
      Math.ceil(edge / 1000) * 1000 + 1000,
      Math.ceil(edge / 1000) * 1000 - 1000,
    ])
  const around = edges.length > 0 ? [...edges.filter((edge) => edge >= 0), high, 2 * high, 0] : []
  return fieldDeeds(asked, 'opportunity', 'amount', around)
}

const MOST_PUSHES = 20

interface Dated {
  date: string | null
  /** The days that are said one after the other, `date` last. */
  path: readonly (string | null)[]
}

/** To set the close date, or to push it back so often that it is counted. */
export function dateDeeds(asked: Asked): Deed[] {
  const { snapshot } = asked
  const row = snapshot.opportunity
  if (!row) return []
  const { calendar } = snapshot.vocabulary
  const fact = factsFor('opportunity', snapshot.vocabulary).get('close_date')
  const before = row.close_date
  const near = before === null ? [] : [1, 30, -1].map((days) => calendar.addDays(before, days))
  const known = [...valuesAsked(asked, 'opportunity', 'close_date'), calendar.dateOf(snapshot.now), ...near]
  const dates = [...new Set(known.filter((value) => typeof value === 'string'))].filter((date) => date !== before)
  const option = (value: Dated, cost: number, group: string): Option<Dated> => ({
    value,
    cost,
    group,
    steps: value.path.map((close_date) => ({ record: 'opportunities', id: row.id, values: { close_date } })),
  })
  const single = dates.map((date) => option({ date, path: [date] }, 1, ''))
  const none = before === null ? [] : [option({ date: null, path: [null] }, 6, 'none')]
  const called = callFact('close_date', false)
  const leaves = asked.leaves('opportunity', 'close_date')
  const say = (chosen: Dated, works: readonly Dated[], all: readonly Dated[]) => {
    const isLater = ({ date }: Dated) => before !== null && date !== null && date > before
    const dated = (list: readonly Dated[]) => list.map(({ date }) => date)
    if (works.length < all.length && works.every(isLater) && all.filter(isLater).length === works.length)
      return 'push its close date back'
    return fact ? sayField({ fact, called, before, leaves, snapshot }, chosen.date, dated(works), dated(all)) : ''
  }
  const counted = stepsTo(asked, 'pushes', row.pushes, MOST_PUSHES).filter((times) => times > 1 || before === null)
  const pushes = counted.flatMap((times) => {
    const reach = (date: string) => calendar.addDays(date, times)
    const ends = [...dates, ...(before === null ? [] : [reach(before)]), reach(calendar.dateOf(snapshot.now))]
    const options = [...new Set(ends)].flatMap((date) => {
      const from = before ?? calendar.addDays(date, -times)
      if (date < reach(from)) return []
      const path = Array.from({ length: times - 1 }, (_, n) => calendar.addDays(from, n + 1))
      return option({ date, path: [...(before === null ? [from] : []), ...path, date] }, 1 + times, `${times}`)
    })
    const begin = before === null ? 'set close date and push it back' : 'push its close date back'
    const often = times === 1 ? '' : ` ${sayTimes(times)}${row.pushes > 0 ? ' more' : ''}`
    return deedsOf(`close_date ${row.id}`, options, (chosen, works, all) => {
      if (works.length === all.length) return `${begin}${often}`
      const aim = aimAt(
        leaves.filter(({ operator }) => !operator.ofMissing),
        chosen,
        works,
        all,
        (leaf, { date }) => isSo(leaf, date, snapshot),
      )
      return `${begin}${often}, ${aim === null ? `to ${chosen.date}` : `until it is ${aim}`}`
    })
  })
  return [...deedsOf(`close_date ${row.id}`, [...single, ...none], say), ...pushes]
}

/** To give the subject to somebody else; of people who are alike in all that is asked one is tried. */
export function ownerDeeds(asked: Asked, side: SubjectKind): Deed[] {
  const { snapshot } = asked
  const row = rowOf(asked, side)
  if (!row) return []
  const { people } = snapshot
  const attributes = (['active', 'team', 'manager', 'email', 'name'] as const).filter(
    (key) => asked.leaves(side, `owner.${key}`).length > 0,
  )
  const alike = (id: string) => JSON.stringify(attributes.map((key) => people.get(id)?.[key] ?? null))
  const named = valuesAsked(asked, side, 'owner').filter((value) => typeof value === 'string')
  const ids = [...new Set([...named, ...people.keys()])].filter((id) => id !== row.owner)
  const seen = new Set<string>()
  const isFirst = (id: string) => named.includes(id) || (!seen.has(alike(id)) && !!seen.add(alike(id)))
  const leaves = asked.leaves(side, 'owner').filter(({ operator }) => !operator.ofMissing)
  const called = callFact('owner', side !== snapshot.kind)
  const values = [...ids, ...(row.owner === null ? [] : [null])]
  return deedsOf<string | null>(
    `owner ${row.id}`,
    values.map((value) => ({
      value,
      cost: (value === null ? 6 : row.owner === null ? 1 : 3) + extra(asked, side),
      group: value === null ? 'none' : '',
      isTried: value === null || isFirst(value),
      steps: [{ record: PLURAL[side], id: row.id, values: { owner: value } }],
    })),
    (chosen, works, all) => {
      if (chosen === null) return `take ${called} away`
      if (works.length === all.length) return row.owner === null ? `set ${called}` : `set another ${called}`
      const aim = aimAt(leaves, chosen, works, all, (leaf, id) => isSo(leaf, id, snapshot))
      if (aim !== null) return `set ${called} ${aim}`
      const few = works.filter((id) => id !== null)
      return few.length <= 5 ? `set ${called} to ${either(few)}` : `set ${called} to somebody such as ${chosen}`
    },
  )
}
