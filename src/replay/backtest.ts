import { type Effect, isStateEffect } from '../domain/effects.js'
import type { FindingRef, ResolvedBecause } from '../domain/findings.js'
import type { Life } from '../domain/life.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import type { Instant } from '../lib/instant.js'
import { NO_LIMITS, type Program } from '../program/program.js'
import { pastOf } from './past.js'
import { type Happened, type Replayed, type ReplayOptions, replay, type Timed } from './run.js'
import { createWorld, type World } from './world.js'

/** An episode as it would have been. */
export interface Episode {
  rule: string
  kind: SubjectKind
  id: string
  episode: number
  opened: Instant
  resolved: Instant | null
  because: ResolvedBecause | null
  /** When it opened, before anything was done about it: whose it was, and what it was worth, in thousandths of its own currency. */
  owner: string | null
  amount: number | null
  currency: string | null
}

/** That a rule or a move would have changed the pipeline, or made a task. */
export interface Done {
  rule: string
  kind: SubjectKind
  /** The subject of the rule. */
  id: string
  at: Instant
  /** `move_bin working`, `set_status lost`, `create_task`, … */
  says: string
}

/** That somebody would have been told. */
export interface Told {
  rule: string
  person: string
  at: Instant
}

/** What rules would have done to some families. */
export interface Backtested {
  episodes: Episode[]
  done: Done[]
  told: Told[]
  families: number
  changes: number
  /** Of these, those before the first day: they are lived through, and nobody is judged. */
  earlier: number
  /** The first instant of which anything is known; null where nothing is. */
  begins: Instant | null
  /** Changes that could not be replayed: they name what was not there by then. */
  rejected: number
  /** How often a subject was looked at, with all rules. */
  evaluations: number
}

export interface BacktestRequest {
  people: People
  /** What happened before is lived through, but nobody is judged. */
  from: Instant
  to: Instant
  signal?: AbortSignal
}

/** What was found of several portions, in an order that does not depend on the portions. */
export function mergeBacktested(parts: readonly Backtested[]): Backtested {
  const sum = (of: (part: Backtested) => number) => parts.reduce((all, part) => all + of(part), 0)
  return {
    episodes: parts
      .flatMap(({ episodes }) => episodes)
      .sort((a, b) => a.opened - b.opened || byText(episodeName(a), episodeName(b))),
    done: parts.flatMap(({ done }) => done).sort((a, b) => a.at - b.at || byText(doneName(a), doneName(b))),
    told: parts.flatMap(({ told }) => told).sort((a, b) => a.at - b.at || byText(toldName(a), toldName(b))),
    families: sum(({ families }) => families),
    changes: sum(({ changes }) => changes),
    earlier: sum(({ earlier }) => earlier),
    begins: parts.reduce<Instant | null>((first, { begins }) => earliest(first, begins), null),
    rejected: sum(({ rejected }) => rejected),
    evaluations: sum(({ evaluations }) => evaluations),
  }
}

const earliest = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b)
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const episodeName = ({ rule, kind, id, episode }: FindingRef) => `${rule}/${kind}/${id}/${episode}`
const doneName = ({ rule, kind, id, says }: Done) => `${rule}/${kind}/${id}/${says}`
const toldName = ({ rule, person }: Told) => `${rule}/${person}`

/**
 * Lives through the past of some families under a program, and tells what its rules would have done. Families do not see each
 * other, so that many can be replayed in any portions; limits and approvals, which would bind them together, do not count.
 */
export async function backtest(
  program: Program,
  lives: readonly Life[],
  request: BacktestRequest,
): Promise<Backtested> {
  const found: Backtested[] = []
  for (const life of lives) {
    if (request.signal?.aborted) break
    found.push(await backtestOne(program, life, request))
    if (found.length % BREATH === 0) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return mergeBacktested(found)
}

/** So many families without a breath, so that a signal and a progress bar get their turn. */
const BREATH = 10

/** A world for each family: of 250 families in one a change took half as long again, since what lives longer is collected later. */
async function backtestOne(program: Program, life: Life, request: BacktestRequest): Promise<Backtested> {
  const { world, live } = prepare(program, request)
  const collected = startCollecting(world)
  const options = { on: collected.hear, letters: false, explains: false }
  const { changes, earlier, begins, quiet, assessed } = await live([life], options)
  return { ...collected.all(), families: 1, changes, earlier, begins, evaluations: quiet + assessed }
}

const unlimited = new WeakMap<Program, Program>()

/** The same program for as many worlds as there are portions: what is compiled of its conditions serves all of them. */
function withoutLimits(program: Program): Program {
  const known = unlimited.get(program) ?? { ...program, limits: NO_LIMITS, number: 1 }
  unlimited.set(program, known)
  return known
}

/** An empty world, the program that is in force in it (without limits), and how to live through the past of families in it. */
export function prepare(program: Program, { people, from, to, signal }: BacktestRequest) {
  const world = createWorld()
  const own = world.bringIntoForce(withoutLimits(program), from)
  world.put({ people })
  const live = async (
    lives: readonly Life[],
    options: Pick<ReplayOptions, 'on' | 'letters' | 'explains'>,
  ): Promise<Replayed & Pick<Backtested, 'earlier' | 'begins'>> => {
    const changes = lives.flatMap(pastOf).sort((a, b) => a.at - b.at)
    // Before the first day nothing is an event: it arrives judged.
    let earlier = 0
    for (; (changes[earlier]?.at ?? from) < from; earlier += 1) (changes[earlier] as Timed).as = 'history'
    const replayed = await replay(world, own, { changes, from, to, ...options, ...(signal ? { signal } : {}) })
    return { ...replayed, earlier, begins: changes[0]?.at ?? null }
  }
  return { world, program: own, live }
}

function startCollecting(world: World) {
  const episodes = new Map<string, Episode>()
  const done: Done[] = []
  const told: Told[] = []
  let rejected = 0
  const hear = (happened: Happened): void => {
    if (happened.is === 'taken' && happened.became.outcome === 'rejected') rejected += 1
    if (happened.is === 'finding') {
      const { rule, kind, id, episode, opened_at, resolved_at, resolved_because } = happened.finding
      if (opened_at === null) return
      const key = episodeName(happened.finding)
      const known = episodes.get(key)
      if (known) Object.assign(known, { resolved: resolved_at, because: resolved_because })
      else {
        const row = kind === 'opportunity' ? world.opportunity(id) : world.account(id)
        const { amount, currency } = row && 'amount' in row ? row : { amount: null, currency: null }
        const ended = { resolved: resolved_at, because: resolved_because }
        episodes.set(key, {
          ...{ rule, kind, id, episode, opened: opened_at },
          ...ended,
          owner: row?.owner ?? null,
          amount,
          currency,
        })
      }
    }
    if (happened.is !== 'intent') return
    const { rule, subject, effects } = happened.intent
    for (const effect of effects) {
      if (effect.kind === 'notify' || effect.kind === 'send_email')
        for (const person of effect.to) told.push({ rule, person, at: happened.at })
      else if (isStateEffect(effect) || effect.kind === 'create_task')
        done.push({ rule, ...subject, at: happened.at, says: sayDone(effect) })
    }
  }
  return { hear, all: () => ({ episodes: [...episodes.values()], done, told, rejected }) }
}

const sayDone = (effect: Effect): string => {
  const field = 'field' in effect ? ` ${effect.field}` : ''
  return `${effect.kind}${field}${'to' in effect ? ` ${String(effect.to)}` : ''}`
}
