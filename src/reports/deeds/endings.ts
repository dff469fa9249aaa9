import { needsReason } from '../../domain/legality.js'
import type { Opportunity, Status } from '../../domain/subjects.js'
import { STATUSES } from '../../domain/subjects.js'
import type { Vocabulary } from '../../domain/vocabulary.js'
import { type Asked, type Deed, deedsOf, isSinceClosed } from './deeds.js'
import { either } from './words.js'

interface Ending {
  status: Status
  reason?: string | null
  stage?: string
}

/** To say of the opportunity itself that it has another status, with the reason that it needs. */
export function statusDeeds(asked: Asked): Deed[] {
  const row = asked.snapshot.opportunity
  if (!row) return []
  const everyReason = asked.asks('opportunity', /^reason$/)
  const { vocabulary } = asked.program
  const endings = STATUSES.flatMap((status) => endingsOf(row, status, vocabulary, everyReason))
  const single = deedsOf(
    `status ${row.id}`,
    endings.map((value) => ({ value, cost: 5, steps: [sent(row, value)] })),
    (_, works, all) => sayEndings('', works, all),
  )
  const isTimed = asked.asks('opportunity', /^(time_in_status|age)$/) || asked.asks('account', isSinceClosed)
  return isTimed ? [...single, ...anewDeeds(row, STATUSES, vocabulary, 5, '')] : single
}

/** To give it another status and its own again, so that the clock of the status begins anew. */
function anewDeeds(
  row: Opportunity,
  through: readonly Status[],
  vocabulary: Vocabulary,
  cost: number,
  of: string,
): Deed[] {
  const ways = through
    .flatMap((status) => inSomeStage(row, status, vocabulary))
    .flatMap((away) => backFrom(row, away, vocabulary).map((back): readonly [Ending, Ending] => [away, back]))
  return deedsOf(
    `status ${row.id}`,
    ways.map((value) => ({
      value,
      // Nobody says that what was won is lost where opening it again does as well.
      cost: cost + value.reduce((sum, one) => sum + Object.keys(one).length, 0) + (isOpenOnce(row, value) ? 0 : 3),
      size: 2,
      steps: value.map((one) => sent(row, one)),
      group: `again ${isOpenOnce(row, value)} ${JSON.stringify(value[1])}`,
    })),
    ([, { reason, stage }], works, all) => {
      const first = (list: readonly (readonly [Ending, Ending])[]) => list.map(([away]) => away)
      const why = reason === undefined ? '' : reason === null ? ' without a reason' : ` with the reason ${reason}`
      const where = stage === undefined ? '' : ` and its stage to ${stage}`
      return `${sayEndings(of, first(works), first(all))}, then back to ${row.status}${why}${where}`
    },
  )
}

const isOpenOnce = (row: Opportunity, [away]: readonly [Ending, Ending]): boolean =>
  row.status === 'open' || away.status === 'open'

/** Back to the status that it has, with no more than has to be said for it, or with all as it was. */
function backFrom(row: Opportunity, away: Ending, vocabulary: Vocabulary): Ending[] {
  const reasons: Partial<Ending>[] = away.reason === undefined ? [{}] : [{}, { reason: row.reason }]
  const stages: Partial<Ending>[] = away.stage === undefined ? [{}] : [{}, { stage: row.stage }]
  return reasons
    .flatMap((reason) => stages.map((stage): Ending => ({ status: row.status, ...reason, ...stage })))
    .filter(({ stage = away.stage ?? row.stage }) => allowsIn(row, stage, row.status, vocabulary))
}

const isClosing = ({ status }: Ending): boolean => status !== 'open'

/** Of an account with more than these nobody goes through them one by one. */
const MOST_OTHERS = 30

/** To say of another opportunity of the account that it has another status, and another stage where the present one forbids that. */
export function siblingDeeds(asked: Asked): Deed[] {
  const { snapshot, program } = asked
  const told = asked.asks('account', /^(won|lost)_opportunities$/)
  const others = snapshot.opportunities.filter(({ id }) => id !== snapshot.opportunity?.id)
  if (others.length > MOST_OTHERS) return []
  return others.flatMap((row) => {
    const endings = STATUSES.flatMap((status) => inSomeStage(row, status, program.vocabulary))
    const single = deedsOf(
      `status ${row.id}`,
      endings.map((value) => ({
        value,
        cost: 6,
        steps: [sent(row, value)],
        group: value.status === 'open' || !told ? '' : value.status,
        isTried: told || value === endings.find((one) => isClosing(one) === isClosing(value)),
      })),
      (_, works, all) => sayEndings(` of ${row.id}`, works, all),
    )
    const isTimed = row.status !== 'open' && asked.asks('account', isSinceClosed)
    return isTimed ? [...single, ...anewDeeds(row, ['open'], program.vocabulary, 6, ` of ${row.id}`)] : single
  })
}

const sent = (row: Opportunity, values: Ending) => ({
  record: 'opportunities' as const,
  id: row.id,
  values: { ...values },
})

/** The status with no reason where that will do; else with one, or with each that may be. */
function endingsOf(row: Opportunity, status: Status, vocabulary: Vocabulary, everyReason = false): Ending[] {
  if (status === row.status) return []
  const reasons = vocabulary.pipelines.get(row.pipeline)?.reasons[status]
  const needs = needsReason(status)
  const fits = row.reason === null ? !needs : !reasons || reasons.includes(row.reason)
  const some = reasons ?? ['said so']
  const given = (everyReason ? some : some.slice(0, 1)).map((reason): Ending => ({ status, reason }))
  const plain: Ending[] = fits ? [{ status }] : needs ? [] : [{ status, reason: null }]
  return plain.length === 0 || everyReason ? [...plain, ...given] : plain
}

function inSomeStage(row: Opportunity, status: Status, vocabulary: Vocabulary): Ending[] {
  const stages = vocabulary.pipelines.get(row.pipeline)?.stages ?? []
  const allows = (name: string) => allowsIn(row, name, status, vocabulary)
  const stage = allows(row.stage) ? undefined : stages.find(({ name }) => allows(name))?.name
  return endingsOf(row, status, vocabulary).map((one) => (stage === undefined ? one : { ...one, stage }))
}

const allowsIn = ({ pipeline }: Opportunity, name: string, status: Status, { pipelines }: Vocabulary): boolean =>
  pipelines
    .get(pipeline)
    ?.stages.find((stage) => stage.name === name)
    ?.statuses.includes(status) ?? false

function sayEndings(of: string, works: readonly Ending[], all: readonly Ending[]): string {
  const statuses = (list: readonly Ending[]) => [...new Set(list.map(({ status }) => status))]
  const plain = statuses(works.filter(({ reason, stage }) => reason === undefined && stage === undefined))
  const others = works.filter(({ status }) => !plain.includes(status))
  const said = [
    ...new Set(others.map(({ reason, stage }) => JSON.stringify([reason === undefined, reason === null, stage]))),
  ]
  const rest = said.map((same) => {
    const those = others.filter(
      ({ reason, stage }) => JSON.stringify([reason === undefined, reason === null, stage]) === same,
    )
    const [first] = those
    const named = all.filter(({ status, reason }) => typeof reason === 'string' && statuses(those).includes(status))
    const free = named.every((one) => works.includes(one))
    const reasons = [...new Set(those.flatMap(({ reason }) => (typeof reason === 'string' ? [reason] : [])))]
    const why =
      first?.reason === undefined
        ? ''
        : first.reason === null
          ? ' without a reason'
          : free || reasons.length === 0
            ? ' with a reason'
            : ` with the reason ${either(reasons)}`
    return `${either(statuses(those))}${why}${first?.stage === undefined ? '' : ` and its stage to ${first.stage}`}`
  })
  const [first = '', ...more] = [...(plain.length > 0 ? [either(plain)] : []), ...rest]
  return `set status${of} to ${[first, ...more].join(', or to ')}`
}
