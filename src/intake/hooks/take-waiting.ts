import type { Bringing } from '../../domain/incoming.js'
import { peopleUnder } from '../../engine/snapshots.js'
import { grouped } from '../../lib/grouped.js'
import type { Instant } from '../../lib/instant.js'
import { parseSpan } from '../../lib/span.js'
import type { Program } from '../../program/program.js'
import { KEEP } from '../../program/sections/hooks.js'
import type { Source } from '../../program/sections/sources.js'
import type { HookEventRow } from '../../sql/hooks.js'
import { StoreError } from '../../store/errors.js'
import type { HookMeaning, WaitingHook } from '../../store/hooks.js'
import type { Store } from '../../store/store.js'
import type { TakenUnder } from '../../store/take.js'
import type { HookEvent } from './hook.js'
import { messageOf, readHook } from './read.js'
import { type HookSource, type Understood, understand } from './understand.js'

/** As many events one transaction takes: about 15 ms. */
const SLICE = 40

/**
 * Takes the events that wait, in the order of their own time, until none is left (or so many slices). Returns how many. One that cannot be
 * understood is kept with the reason; a database that cannot serve throws a StoreError, and what waits, waits on.
 */
export async function takeWaitingHooks(
  store: Store,
  program: Program,
  now: Instant,
  slices = Number.POSITIVE_INFINITY,
): Promise<number> {
  let taken = 0
  for (let slice = 0; slice < slices; slice += 1) {
    const waiting = await store.waitingHooks(SLICE)
    if (waiting.length === 0) return taken
    const people = peopleUnder(program, await store.people())
    const { vocabulary, wakes, digest } = program
    const under = { vocabulary, wakes, digest, people }
    const before = taken
    for (const [source, some] of grouped(waiting, ({ event }) => event.source)) {
      const bringing: Bringing = { source, as: 'event', by: `import:${source}`, now }
      taken += await takeSome(store, understood(some, program), bringing, under)
    }
    // Somebody else takes them just now.
    if (taken === before) break
  }
  return taken
}

/**
 * When there is something to do for hooks: at once while events wait, else when the oldest payload has been kept long enough;
 * null where there are none.
 */
export async function nextHookWork(store: Store, program: Program): Promise<Instant | null> {
  const { waits, oldest } = await store.hooksAtHand()
  if (waits) return 0
  const ends = oldest.map(({ source, received }) => endOf(program, source, received))
  return ends.length === 0 ? null : Math.min(...ends)
}

/** Forgets payloads that have been kept as long as their source says. Returns how many events there were. */
export async function forgetOldHooks(store: Store, program: Program, now: Instant): Promise<number> {
  let forgotten = 0
  for (const { source, received } of (await store.hooksAtHand()).oldest) {
    if (endOf(program, source, received) > now) continue
    forgotten += await store.forgetHooks(source, startOf(program, source, now))
  }
  return forgotten
}

const keepOf = ({ sections }: Program, source: string) => parseSpan(sections.sources?.[source]?.hook?.keep ?? KEEP)

function endOf(program: Program, source: string, received: Instant): Instant {
  const span = keepOf(program, source)
  return span ? program.vocabulary.calendar.after(received, span) : Number.POSITIVE_INFINITY
}

/** The latest instant of which the payloads have been kept long enough by now. */
function startOf(program: Program, source: string, now: Instant): Instant {
  const span = keepOf(program, source)
  return span ? program.vocabulary.calendar.latest(now, span) : Number.NEGATIVE_INFINITY
}

/** All at once; where that fails by a mistake, one by one, and the one that fails is set aside with what it said. */
async function takeSome(
  store: Store,
  meanings: readonly HookMeaning[],
  bringing: Bringing,
  under: TakenUnder,
): Promise<number> {
  try {
    return await store.takeHooks(meanings, bringing, under)
  } catch (error) {
    if (error instanceof StoreError) throw error
    const [only, another] = meanings
    if (another === undefined)
      return store.takeHooks([{ ...only!, why: `It cannot be taken: ${messageOf(error)}` }], bringing, under)
    let taken = 0
    for (const one of meanings) taken += await takeSome(store, [one], bringing, under)
    return taken
  }
}

/** What the events say under the program, each read from its request as it came. */
function understood(waiting: readonly WaitingHook[], program: Program): HookMeaning[] {
  const read = new Map<string, HookEvent[] | { why: string }>()
  return waiting.map(({ event, hook }) => {
    const events = read.get(hook.id) ?? readHook(hook)
    read.set(hook.id, events)
    const nothing = { event, heeded: [], gone: null }
    if ('why' in events) return { ...nothing, why: events.why }
    const source: Source | undefined = program.sections.sources?.[event.source]
    if (!source?.hook) return { ...nothing, why: `The rules declare no source ${event.source} with a hook.` }
    const reader = { name: event.source, source, vocabulary: program.vocabulary }
    // A request that could not be read when it came is one event, whatever it turns out to hold.
    const mine = event.of === null ? events : events.slice(event.place, event.place + 1)
    return mine.map((one) => meaningOf(event, one, reader)).reduce(together, { ...nothing, why: null })
  })
}

function meaningOf(event: HookEventRow, one: HookEvent, reader: HookSource): HookMeaning {
  const said = understoodOrWhy(one, reader)
  if ('why' in said) return { event, heeded: [], gone: null, why: said.why }
  const at = event.of === null ? Math.min(one.at ?? event.at, event.received) : event.at
  const heeded = said.incoming.map((incoming) => ({ event: one.id, at, own: said.own, incoming }))
  return { event, heeded, gone: said.own ? null : one.gone, why: null }
}

/** One event that nobody foresaw must not keep the others waiting. */
function understoodOrWhy(one: HookEvent, reader: HookSource): Understood {
  try {
    return understand(one, reader)
  } catch (error) {
    return { why: `It cannot be understood: ${messageOf(error)}` }
  }
}

const together = (a: HookMeaning, b: HookMeaning): HookMeaning => ({
  event: a.event,
  heeded: [...a.heeded, ...b.heeded],
  gone: a.gone ?? b.gone,
  why: a.why ?? b.why,
})
