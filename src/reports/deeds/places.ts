import { numbersIn } from '../../conditions/operands.js'
import type { Opportunity, Status } from '../../domain/subjects.js'
import { STATUSES } from '../../domain/subjects.js'
import type { Vocabulary } from '../../domain/vocabulary.js'
import { type Asked, type Deed, deedsOf, extra, type Option } from './deeds.js'
import { callFact, either, sayTimes } from './words.js'

/** How often a counter is to go up so that what is asked of it may turn. */
export function stepsTo(asked: Asked, name: string, now: number, most: number): number[] {
  const numbers = asked.leaves('opportunity', name).flatMap(({ operand }) => numbersIn(operand))
  const missing = numbers.flatMap((n) => [Math.floor(n) - now, Math.floor(n) - now + 1, Math.ceil(n) - now])
  return [...new Set(missing)].filter((n) => n >= 1 && n <= most).sort((a, b) => a - b)
}

const MOST_BACK = 8

/** To bring it to another stage, or back to earlier ones so often that they are counted. */
export function stageDeeds(asked: Asked): Deed[] {
  const row = asked.snapshot.opportunity
  const stages = asked.program.vocabulary.pipelines.get(row?.pipeline ?? '')?.stages.map(({ name }) => name) ?? []
  if (!row) return []
  const to = (path: readonly string[]) =>
    path.map((stage) => ({ record: 'opportunities' as const, id: row.id, values: { stage } }))
  const single = stages
    .filter((stage) => stage !== row.stage)
    .map((stage): Option<string[]> => {
      return { value: [stage], cost: 3, steps: to([stage]) }
    })
  const here = stages.indexOf(row.stage)
  const counted = here < 0 ? [] : stepsTo(asked, 'setbacks', row.setbacks, MOST_BACK)
  const paths = counted.flatMap((times) =>
    pathsBack(here, times, stages.length).map((path): Option<string[]> => {
      const value = path.map((index) => stages[index] as string)
      return {
        value,
        cost: 3 + path.length,
        steps: to(value),
        group: `back ${sayTimes(times)}${row.setbacks > 0 ? ' more' : ''}`,
      }
    }),
  )
  const places = deedsOf(`stage ${row.id}`, single, ([chosen], works, all) =>
    works.length === all.length
      ? 'move it to another stage'
      : `set stage to ${either(works.map(([stage]) => stage ?? chosen ?? ''))}`,
  )
  const back = [...new Set(paths.map(({ group }) => group ?? ''))].flatMap((group) =>
    deedsOf(
      `stage ${row.id}`,
      paths.filter((one) => one.group === group),
      (path) => `move it ${group}: set stage to ${path.join(', then to ')}`,
    ),
  )
  return [...places, ...back]
}

/** Ways through the stages that go back so often, each of more than one step: down, to and fro, and from there on. */
function pathsBack(here: number, times: number, stages: number): number[][] {
  const down = here >= times ? [Array.from({ length: times }, (_, n) => here - n - 1)] : []
  const low = Math.max(here - 1, 0)
  const swing = Array.from({ length: times }, () => [low + 1, low]).flat()
  const toAndFro = low + 1 < stages ? [here > low ? swing.slice(1) : swing] : []
  const ends = [...down, ...toAndFro]
  const onward = ends.flatMap((path) => {
    const last = path.at(-1) as number
    return Array.from({ length: stages - last - 1 }, (_, n) => [...path, last + 1 + n])
  })
  return [...ends, ...onward].filter((path) => path.length > 1)
}

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
  const endings = STATUSES.flatMap((status) => endingsOf(row, status, asked.program.vocabulary, everyReason))
  return deedsOf(
    `status ${row.id}`,
    endings.map((value) => ({ value, cost: 5, steps: [sent(row, value)] })),
    (_, works, all) => sayEndings('', works, all),
  )
}

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
    return deedsOf(
      `status ${row.id}`,
      endings.map((value) => ({
        value,
        cost: 6,
        steps: [sent(row, value)],
        group: value.status === 'open' || !told ? '' : value.status,
        isTried: told || value === endings[0],
      })),
      (_, works, all) => sayEndings(` of ${row.id}`, works, all),
    )
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
  const needs = status === 'lost' || status === 'abandoned'
  const fits = row.reason === null ? !needs : !reasons || reasons.includes(row.reason)
  const some = reasons ?? ['said so']
  const given = (everyReason ? some : some.slice(0, 1)).map((reason): Ending => ({ status, reason }))
  const plain: Ending[] = fits ? [{ status }] : needs ? [] : [{ status, reason: null }]
  return plain.length === 0 || everyReason ? [...plain, ...given] : plain
}

function inSomeStage(row: Opportunity, status: Status, vocabulary: Vocabulary): Ending[] {
  const stages = vocabulary.pipelines.get(row.pipeline)?.stages ?? []
  const allows = (name: string) => stages.find((stage) => stage.name === name)?.statuses.includes(status)
  const stage = allows(row.stage) ? undefined : stages.find(({ name }) => allows(name))?.name
  return endingsOf(row, status, vocabulary).map((one) => (stage === undefined ? one : { ...one, stage }))
}

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

/** To move the account to another bin. */
export function binDeeds(asked: Asked): Deed[] {
  const { account, kind } = asked.snapshot
  const line = asked.program.vocabulary.assemblyLine
  if (!account || !line) return []
  const bins = [...line.bins.keys()].filter((bin) => bin !== account.bin)
  return deedsOf(
    `bin ${account.id}`,
    bins.map((value) => ({
      value,
      cost: 4 + extra(asked, 'account'),
      steps: [{ record: 'accounts', id: account.id, values: { bin: value } }],
    })),
    (_, works, all) =>
      works.length === all.length
        ? `move it to another ${callFact('bin', kind === 'opportunity')}`
        : `set ${callFact('bin', kind === 'opportunity')} to ${either(works)}`,
  )
}

/** To add open opportunities to the account, as many as may be asked for. */
export function newDeeds(asked: Asked): Deed[] {
  const { account, opportunities } = asked.snapshot
  const [pipeline] = asked.program.vocabulary.pipelines.values()
  const stage = pipeline?.stages.find(({ statuses }) => statuses.includes('open'))
  if (!account || !pipeline || !stage) return []
  const open = opportunities.filter(({ status }) => status === 'open').length
  const wanted = asked
    .leaves('account', 'open_opportunities')
    .flatMap(({ operand }) => numbersIn(operand).flatMap((n) => [n - open, n - open + 1]))
  const counts = [...new Set(wanted.map(Math.ceil))].filter((n) => n >= 1 && n <= 5).sort((a, b) => a - b)
  return deedsOf(
    `new of ${account.id}`,
    counts.map((value) => ({
      value,
      cost: 6 + value,
      group: `${value}`,
      steps: Array.from({ length: value }, (_, n) => ({
        record: 'opportunities' as const,
        id: freeId(opportunities, n),
        values: { account: account.id, pipeline: pipeline.name, stage: stage.name, status: 'open' },
      })),
    })),
    (n) => (n === 1 ? 'add an open opportunity' : `add ${n} open opportunities`),
  )
}

function freeId(opportunities: readonly Opportunity[], n: number): string {
  const ids = new Set(opportunities.map(({ id }) => id))
  let id = `new-${n + 1}`
  while (ids.has(id)) id = `${id}-${n + 1}`
  return id
}
