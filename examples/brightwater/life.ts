import { type Day, workdayUpTo } from './days.js'
import type { Fate, PipelineName, Step, Trouble } from './model.js'
import type { Random } from './random.js'

/** The stages of the packs, with the days that are expected of each. A test holds the two together. */
export const STAGES: Readonly<Record<PipelineName, readonly (readonly [stage: string, expected: number])[]>> = {
  'new-business': [
    ['discovery', 21],
    ['evaluation', 30],
    ['proposal', 21],
    ['negotiation', 14],
  ],
  renewals: [
    ['upcoming', 45],
    ['quoted', 21],
    ['negotiation', 14],
  ],
}

/** The stages it went through, and the day of the last touch. */
export interface Life {
  steps: Step[]
  lastTouch: Day
}

const share = (random: Random, days: number, low: number, high: number): number =>
  Math.max(1, Math.round(days * (low + random.next() * (high - low))))

/** Steps that end with `end`, given the stages and how long each took. */
function backwardsFrom(end: Day, stages: readonly string[], days: readonly number[]): Step[] {
  const steps: Step[] = []
  let day = end
  for (let i = stages.length - 1; i >= 0; i--) {
    day -= days[i] as number
    steps.unshift({ stage: stages[i] as string, day: workdayUpTo(day) })
  }
  return steps
}

/** The life of one that ended: a won one went through all stages, a lost or abandoned one through some. */
export function endedLife(random: Random, pipeline: PipelineName, fate: Exclude<Fate, 'open'>, end: Day): Life {
  const all = STAGES[pipeline]
  const reached = { won: all.length, lost: random.int(1, all.length), abandoned: random.int(1, 2) }[fate]
  const path = all.slice(0, reached)
  const days = path.map(([, expected]) => share(random, expected, 0.4, 1.3))
  const last = workdayUpTo(end)
  const steps = backwardsFrom(
    end,
    path.map(([stage]) => stage),
    days,
  )
  const silence = fate === 'abandoned' ? random.int(20, 35) : random.int(0, 3)
  const lastTouch = Math.max((steps[0] as Step).day, last - silence)
  return { steps: [...steps, { stage: 'closed', day: last }], lastTouch }
}

function presentStage(random: Random, pipeline: PipelineName, has: (trouble: Trouble) => boolean): number {
  if (has('untouched') || has('too-early') || has('unowned')) return 0
  if (pipeline === 'renewals') return random.int(0, 2)
  if (has('closed-but-open')) return 3
  if (has('shrunk') || has('single-threaded')) return random.int(2, 3)
  if (has('no-amount') || has('undated') || has('pushed') || has('backwards') || has('old')) return random.int(1, 2)
  if (has('quiet') || has('overdue')) return random.int(0, 2)
  return Number(random.weighted({ 0: 34, 1: 32, 2: 21, 3: 13 }))
}

/** The life so far of an open one: healthy, but for the troubles it is to have. */
export function openLife(random: Random, pipeline: PipelineName, today: Day, troubles: readonly Trouble[]): Life {
  const has = (trouble: Trouble) => troubles.includes(trouble)
  const all = STAGES[pipeline]
  const index = presentStage(random, pipeline, has)
  const stages = all.slice(0, index + 1).map(([stage]) => stage)
  const days = all.slice(0, index + 1).map(([, expected]) => share(random, expected, 0.35, 0.75))
  const expected = (all[index] as readonly [string, number])[1]
  let silence = random.int(1, 4)

  if (has('backwards')) {
    stages.push(
      stages[index - 1] as string,
      stages[index] as string,
      stages[index - 1] as string,
      stages[index] as string,
    )
    for (let i = 0; i < 4; i++) days.push(random.int(8, 18))
  }
  if (has('stuck')) days[index] = share(random, expected, 2.2, 3.4)
  if (has('quiet')) {
    silence = random.int(17, 34)
    days[days.length - 1] = silence + random.int(1, 6)
  }
  if (has('orphaned')) days[0] = (days[0] as number) + 60
  if (has('old')) days[0] = (days[0] as number) + Math.max(0, random.int(190, 300) - days.reduce((a, b) => a + b, 0))
  if (has('pushed')) days[0] = (days[0] as number) + 45
  if (has('untouched')) days[0] = random.int(6, 13)
  if (has('closed-but-open')) {
    stages.push('closed')
    days.push(random.int(4, 20))
    silence = (days.at(-1) as number) + 1
  }
  const steps = backwardsFrom(today, stages, days)
  return { steps, lastTouch: Math.max((steps[0] as Step).day, workdayUpTo(today - silence)) }
}
