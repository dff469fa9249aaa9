import { numbersIn } from '../../conditions/operands.js'
import { needsReason } from '../../domain/legality.js'
import { type Opportunity, STATUSES } from '../../domain/subjects.js'
import { type Asked, type Deed, deedsOf, isSinceClosed, type Option } from './deeds.js'
import { aOrAn, either, sayTimes } from './words.js'

/** How often a counter is to go up so that what is asked of it may turn. */
export function stepsTo(asked: Asked, name: string, now: number, most: number): number[] {
  const numbers = asked.leaves('opportunity', name).flatMap(({ operand }) => numbersIn(operand))
  const missing = numbers.flatMap((n) => [Math.floor(n) - now, Math.floor(n) - now + 1, Math.ceil(n) - now])
  return [...new Set(missing)].filter((n) => n >= 1 && n <= most).sort((a, b) => a - b)
}

const MOST_BACK = 8

/** To bring it to another stage, away and back again so that its clock begins anew, or back so often that it is counted. */
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
        size: path.length,
        steps: to(value),
        group: `back ${sayTimes(times)}${row.setbacks > 0 ? ' more' : ''}`,
      }
    }),
  )
  const isTimed = asked.asks('opportunity', /^(time_in_stage|skips)$/)
  const again = (isTimed ? single : []).map(({ value: [away = ''] }): Option<string[]> => {
    return { value: [away, row.stage], cost: 5, size: 2, steps: to([away, row.stage]), group: 'again' }
  })
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
  const anew = deedsOf(
    `stage ${row.id}`,
    again,
    (_, works) => `set stage to ${either(works.map(([away]) => away ?? ''))}, then back to ${row.stage}`,
  )
  return [...places, ...anew, ...back]
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

/** To add opportunities to the account, open or ended, as many as may be asked for. */
export function newDeeds(asked: Asked): Deed[] {
  const { account, opportunities } = asked.snapshot
  const [pipeline] = asked.program.vocabulary.pipelines.values()
  if (!account || !pipeline) return []
  return STATUSES.flatMap((status) => {
    // Work begins in the first stage that may be, and ends in the last; what a stage requires nobody makes up.
    const stages = pipeline.stages.filter(({ statuses }) => statuses.includes(status))
    const stage = status === 'open' ? stages[0] : stages.findLast(({ requires }) => requires.length === 0)
    if (!stage) return []
    const values: Record<string, string> = { account: account.id, pipeline: pipeline.name, stage: stage.name, status }
    if (needsReason(status)) values.reason = pipeline.reasons[status]?.[0] ?? 'said so'
    const now = opportunities.filter((one) => one.status === status).length
    const counted = asked.leaves('account', `${status}_opportunities`).flatMap(({ operand }) => numbersIn(operand))
    const closed = status !== 'open' && asked.asks('account', isSinceClosed) ? [1] : []
    const wanted = [...counted.flatMap((n) => [n - now, n - now + 1]), ...closed]
    const counts = [...new Set(wanted.map(Math.ceil))].filter((n) => n >= 1 && n <= 5).sort((a, b) => a - b)
    const why = needsReason(status) ? ', with a reason' : ''
    return deedsOf(
      `new of ${account.id}`,
      counts.map((value) => ({
        value,
        cost: 6 + value,
        // One that has ended was opened, too.
        size: status === 'open' ? value : 2 * value,
        group: `${status} ${value}`,
        steps: Array.from({ length: value }, (_, n) => ({
          record: 'opportunities' as const,
          id: freeId(opportunities, n),
          values,
        })),
      })),
      (n) => `add ${n === 1 ? `${aOrAn(status)} opportunity` : `${n} ${status} opportunities`}${why}`,
    )
  })
}

function freeId(opportunities: readonly Opportunity[], n: number): string {
  const ids = new Set(opportunities.map(({ id }) => id))
  let id = `new-${n + 1}`
  while (ids.has(id)) id = `${id}-${n + 1}`
  return id
}
