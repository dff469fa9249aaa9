import type { FactValue } from '../../facts/fact.js'
import { type Cube, isWithoutAccount, may, mayBeKnown, mayBeMissing, type Search, triedOf } from './cube.js'
import { ownerOf } from './owner.js'

type Coupling = (cube: Cube, search: Search, side: '' | 'account.') => boolean

const atLeastOne = (value: FactValue | null): boolean => value !== null && Number(value) >= 1
const isZero = (value: FactValue | null): boolean => value === 0
const most = (cube: Cube, name: string): number =>
  Math.max(...(triedOf(cube, name) ?? [Number.POSITIVE_INFINITY]).map((v) => Number(v ?? 0)))
const least = (cube: Cube, name: string): number => Math.min(...(triedOf(cube, name) ?? [0]).map((v) => Number(v ?? 0)))

/** The stage is one of the pipeline. */
const stageOfPipeline: Coupling = (cube, { program, kind }, side) => {
  const { pipelines } = program.vocabulary
  if (kind === 'account' || side !== '' || pipelines.size === 0) return true
  return [...pipelines.values()].some(
    (pipeline) =>
      may(cube, 'pipeline', (value) => value === pipeline.name) &&
      pipeline.stages.some((stage) => may(cube, 'stage', (value) => value === stage.name)),
  )
}

/** The group is that of the bin. */
const groupOfBin: Coupling = (cube, { program }, side) => {
  const line = program.vocabulary.assemblyLine
  if (!line || mayBeMissing(cube, `${side}bin`) || mayBeMissing(cube, `${side}group`)) return true
  return [...line.bins.values()].some(
    (bin) =>
      may(cube, `${side}bin`, (value) => value === bin.name) &&
      may(cube, `${side}group`, (value) => value === bin.group),
  )
}

/** Either there is an account, or nothing is known of it. */
const accountOrNone: Coupling = (cube, { kind }, side) => {
  if (kind === 'account' || side === '') return true
  const mustBe = [...cube.keys()].some((name) => name.startsWith('account.') && !mayBeMissing(cube, name))
  return !(mustBe && isWithoutAccount(cube, (name) => !mayBeKnown(cube, name)))
}

/** Touches are counted by kind, and those in the bin are some of all. What was touched was touched last some time. */
const touchesAddUp: Coupling = (cube, { program }, side) => {
  const { touches } = program.vocabulary
  const kinds = touches.map((kind) => `${side}activities.${kind}`)
  if (kinds.reduce((sum, name) => sum + least(cube, name), 0) > most(cube, `${side}touches`)) return false
  if (kinds.reduce((sum, name) => sum + most(cube, name), 0) < least(cube, `${side}touches`)) return false
  if (least(cube, `${side}touches_in_bin`) > most(cube, `${side}touches`)) return false
  if (!may(cube, `${side}touches`, isZero) && !mayBeMissing(cube, `${side}touches`)) {
    if (!mayBeKnown(cube, `${side}last_activity`)) return false
  }
  return [...touches, ...program.vocabulary.otherActivities].every((kind) => {
    const count = `${side}activities.${kind}`
    const last = `${side}last_activity.${kind}`
    if (mayBeMissing(cube, count) && triedOf(cube, count)) return true
    return (
      (may(cube, count, atLeastOne) && mayBeKnown(cube, last)) || (may(cube, count, isZero) && mayBeMissing(cube, last))
    )
  })
}

/** The clock since the last touch runs from the last touch. */
const clockOfTouch: Coupling = (cube, { clock }, side) => {
  const last = cube.get(`${side}last_activity`)
  const since = cube.get(`${side}time_since_activity`)
  if (!last || !since || mayBeMissing(cube, `${side}last_activity`)) return true
  const both = [...last.leaves, ...since.leaves].filter((leaf) => !leaf.operator.ofMissing)
  const spans = both.filter(({ operand }) => operand.is === 'span')
  if (spans.length < both.length) return true
  const tried = [...last.values.tried, ...since.values.tried].filter((value) => value !== null)
  // Of spans alone the edges that were tried make all the difference, up to an hour about them.
  return tried.some((value) =>
    both.every(({ fact, operator, operand }) => operator.holds(value, operand, clock, fact.kind, null)),
  )
}

/** What was, is not ahead; what is planned, is. */
const pastAndPlanned: Coupling = (cube, { clock: { now } }, side) =>
  [...cube.keys()].every((name) => {
    const plain = name.slice(side.length)
    if (!name.startsWith(side) || !/^(last|next)_activity/.test(plain)) return true
    const isPast = plain.startsWith('last')
    const certain = cube
      .get(name)
      ?.leaves.some(({ operator }) => operator.name === (isPast ? 'within_next' : 'within_last'))
    return (
      !certain || may(cube, name, (value) => value === null || (isPast ? Number(value) <= now : Number(value) > now))
    )
  })

/** What an open opportunity means for the counts of its account. */
const countsOfAccount: Coupling = (cube, { kind }, side) => {
  if (kind === 'account' || side === '') return true
  const status = triedOf(cube, 'status')
  const [only] = status ?? []
  if (status?.length !== 1 || (only !== 'open' && only !== 'won' && only !== 'lost')) return true
  return may(cube, `account.${only}_opportunities`, (value) => value === null || atLeastOne(value))
}

/** Whoever won or lost something closed it at some time. */
const closedSometime: Coupling = (cube, _search, side) => {
  const clock = `${side}time_since_last_opportunity_closed`
  if (mayBeKnown(cube, clock)) return true
  return ['won', 'lost'].every((status) => {
    const count = `${side}${status}_opportunities`
    return may(cube, count, isZero) || mayBeMissing(cube, count) || !cube.has(count)
  })
}

/** Its owner is one person, or nobody. */
const oneOwner: Coupling = (cube, search, side) => ownerOf(cube, search, side) !== 'nobody'

/** What the amount says of the facts that are read from it. */
const ofAmount: Coupling = (cube, { kind }, side) => {
  if (kind === 'account' || side !== '') return true
  const known = mayBeKnown(cube, 'amount') && mayBeKnown(cube, 'amount_drop')
  return known || (mayBeMissing(cube, 'amount') && mayBeMissing(cube, 'amount_drop'))
}

/** What is certain of facts relative to each other. Each is true of every subject that there can be. */
const COUPLINGS: readonly Coupling[] = [
  stageOfPipeline,
  groupOfBin,
  accountOrNone,
  touchesAddUp,
  clockOfTouch,
  pastAndPlanned,
  countsOfAccount,
  closedSometime,
  ofAmount,
  oneOwner,
]

/** May all of a cube hold of one subject, as far as its facts are coupled? False only where that is certain. */
export const fitsTogether = (cube: Cube, search: Search): boolean =>
  COUPLINGS.every(
    (coupling) => coupling(cube, search, '') && (search.kind === 'account' || coupling(cube, search, 'account.')),
  )
