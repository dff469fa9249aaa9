import { setImmediate as breathe } from 'node:timers/promises'
import TinyQueue from 'tinyqueue'
import type { Condition } from '../../conditions/tree.js'
import { verdict } from '../../conditions/verdict.js'
import type { SubjectKind } from '../../domain/subjects.js'
import type { Snapshot } from '../../facts/fact.js'
import type { Program } from '../../program/program.js'
import { deedsAbout, TOUCHED } from './about.js'
import { askedBy } from './asked.js'
import type { Deed } from './deeds.js'
import { type Done, doneTo, inOrder, recordsOf } from './done.js'
import { type AsksFor, FALSE, reluctanceTo } from './reluctance.js'
import { type Scene, waysTo, waysToAllow } from './ways.js'

/** What would turn a condition: what people may do that together is enough. */
export interface SmallestChange {
  /** `clear` where it holds, `cause` where it does not. */
  would: 'clear' | 'cause'
  deeds: string[]
  /** Other ways of as many changes, what people would rather do first. */
  others: string[][]
}

/** The same, with all that the words allow. */
export interface FoundChange extends Told {
  would: SmallestChange['would']
  others: readonly Told[]
}

/** What is to be done, in words. */
interface Told {
  deeds: string[]
  /** The deeds, one for each of the words, in every way in which they may be done. */
  ways: readonly (readonly Deed[])[]
}

/** So many sets of deeds are tried, of at most so many deeds; what then still fails is more than one wants to hear. */
const MOST_TRIES = 4_000
const MOST_DEEDS = 8
/** Words may stand for so many ways; where there are more, fewer words are widened. */
const MOST_WAYS = 200

/** So many ways are told where several are equally small, and so many more are looked at once there is one. */
const MOST_TOLD = 3
const MOST_MORE = 200

/** After so many steps of the search others have their turn: some milliseconds. */
const STRIDE = 50

/**
 * The fewest changes, and of as many what people would rather do, that would make a condition fail where it holds, and
 * hold where it fails. A deed is done as the records that a person would send: clocks begin anew, counters go up, and
 * what the rules of the pipeline or of the assembly line refuse is no way. It is found on the tree: of what is in the way
 * something has to be turned, and the search goes on from there. Of as many changes some other ways are told too. Deeds
 * that are not `meant` are left out. Null where nothing is found within so many tries: only time or somebody else's
 * decision turns it, or more than a person wants to hear.
 */
export async function smallestChange(
  program: Program,
  condition: Condition,
  before: Snapshot,
  asksFor: AsksFor = () => false,
  isMeant: (deed: Deed) => boolean = () => true,
): Promise<FoundChange | null> {
  const { holds } = verdict(condition, before)
  const { about, doneWith, isSpent, rest } = workbench(program, condition, before)
  const turns = (done: Done | null) =>
    done !== null && !done.isRefused && verdict(condition, done.snapshot).holds !== holds
  const seen = new Set<string>()
  const open = new TinyQueue<Way>([{ deeds: [], size: 0, cost: 0, place: 0 }], sooner)
  let place = 0
  let more = 0
  const found: Way[] = []
  for (let way = open.pop(); way; way = open.pop()) {
    await rest()
    const { deeds, size, cost } = way
    if (found[0] && (size > found[0].size || ++more > MOST_MORE)) break
    const done = doneWith(deeds)
    if (!done) continue
    if (turns(done)) {
      const slots = slotsOf(way)
      if (!found.some((other) => slotsOf(other) === slots)) found.push(way)
      continue
    }
    // Once the tries are spent only what was tried already can still be the answer.
    if (found.length > 0 || isSpent() || deeds.length === MOST_DEEDS) continue
    const scene: Scene = {
      program,
      snapshot: done.snapshot,
      about: (side, name) =>
        about(side, name, done.snapshot).filter((deed) => deed.isTried && isMeant(deed) && goes(deed, deeds)),
      after: (deed) => doneWith([...deeds, deed])?.snapshot ?? null,
    }
    const ways = done.isRefused ? waysToAllow(before, scene) : waysTo(condition, !holds, before.kind, scene)
    for (const deed of ways) {
      const longer = [...deeds, deed]
      const name = nameOf(longer)
      if (seen.has(name)) continue
      seen.add(name)
      place += 1
      open.push({ deeds: longer, size: size + deed.size, cost: cost + deed.cost, place })
    }
  }
  const flips = async (others: readonly Deed[]) => {
    await rest()
    return turns(doneWith(others))
  }
  const told: Told[] = []
  for (const way of rathers(found, asksFor)) told.push(await tell(inOrder(way.deeds, before), flips))
  const [first, ...others] = told
  return first ? { would: holds ? 'clear' : 'cause', ...first, others } : null
}

/** Of ways that are equally small those that people would rather go, and first. */
function rathers(found: readonly Way[], asksFor: AsksFor): Way[] {
  const rank = ({ deeds }: Way) => Math.max(...deeds.map((deed) => reluctanceTo(deed, asksFor)))
  const least = Math.min(...found.map(rank))
  return found
    .filter((way) => rank(way) < FALSE || least === FALSE)
    .sort((a, b) => rank(a) - rank(b) || sooner(a, b))
    .slice(0, MOST_TOLD)
}

/** Of ways by which the same is done more or otherwise the cheapest is told. */
const slotsOf = ({ deeds }: Way): string =>
  deeds
    .map(({ slot }) => slot)
    .sort()
    .join('\n')

interface Way {
  deeds: readonly Deed[]
  size: number
  cost: number
  /** Of as many deeds that cost as much, the one that was found first is tried first. */
  place: number
}

const sooner = (a: Way, b: Way): number => a.size - b.size || a.cost - b.cost || a.place - b.place

const nameOf = (deeds: readonly Deed[]): string =>
  deeds
    .map(({ key }) => key)
    .sort()
    .join('\n')

/** Of a slot one deed is done, and no field is written twice. */
const goes = (deed: Deed, deeds: readonly Deed[]): boolean =>
  deeds.every((one) => one.slot !== deed.slot && !one.writes.some((field) => deed.writes.includes(field)))

type About = (side: SubjectKind, name: string, present: Snapshot) => readonly Deed[]

/** Deeds, made once for each fact, and what comes of them, reckoned once for each set until so many are tried. */
function workbench(program: Program, condition: Condition, before: Snapshot) {
  const asked = askedBy(condition, program, before)
  const made = new Map<string, readonly Deed[]>()
  const about: About = (side, name, present) => {
    if (TOUCHED.test(name)) return deedsAbout({ ...asked, present }, side, name)
    const known = made.get(`${side} ${name}`) ?? deedsAbout(asked, side, name)
    made.set(`${side} ${name}`, known)
    return known
  }
  const reckoned = new Map<string, Done | null>()
  const isSpent = () => reckoned.size >= MOST_TRIES
  const doneWith = (deeds: readonly Deed[]): Done | null => {
    const name = nameOf(deeds)
    const known = reckoned.get(name)
    if (known !== undefined) return known
    if (isSpent()) return null
    const done = doneTo(program, before, recordsOf(deeds, before))
    reckoned.set(name, done)
    return done
  }
  let steps = 0
  let rested = 0
  /** Lets others have their turn where much was done since they had it last. */
  const rest = async (): Promise<void> => {
    steps += 1
    if (steps + reckoned.size < rested + STRIDE) return
    rested = steps + reckoned.size
    await breathe()
  }
  return { about, doneWith, isSpent, rest }
}

/** In words, each widened to all that do as well as the one found, whatever is chosen of the others. */
async function tell(deeds: readonly Deed[], flips: (deeds: readonly Deed[]) => Promise<boolean>): Promise<Told> {
  let ways: (readonly Deed[])[] = [[]]
  const words: string[] = []
  for (const [index, deed] of deeds.entries()) {
    const rest = deeds.slice(index + 1)
    const others = deeds.filter((one) => one !== deed)
    const peers = deed.peers().filter((peer) => peer === deed || goes(peer, others))
    const does = async (peer: Deed): Promise<boolean> => {
      if (peer === deed) return true
      for (const way of ways) if (!(await flips([...way, peer, ...rest]))) return false
      return true
    }
    const works: Deed[] = []
    if (ways.length * peers.length > MOST_WAYS) works.push(deed)
    else for (const peer of peers) if (await does(peer)) works.push(peer)
    ways = ways.flatMap((way) => works.map((one) => [...way, one]))
    words.push(deed.say(works, deed.peers()))
  }
  return { deeds: words, ways }
}
