import type { Condition } from '../../conditions/tree.js'
import { verdict } from '../../conditions/verdict.js'
import type { SubjectKind } from '../../domain/subjects.js'
import type { Snapshot } from '../../facts/fact.js'
import type { Program } from '../../program/program.js'
import { deedsAbout, TOUCHED } from './about.js'
import { askedBy } from './asked.js'
import type { Deed } from './deeds.js'
import { type Done, doneTo, inOrder, recordsOf } from './done.js'
import { type Scene, waysTo, waysToAllow } from './ways.js'

/** What would turn a condition: what people may do that together is enough. */
export interface SmallestChange {
  /** `clear` where it holds, `cause` where it does not. */
  would: 'clear' | 'cause'
  deeds: string[]
}

/** The same, with all that the words allow. */
export interface FoundChange extends SmallestChange {
  /** The deeds, one for each of the words, in every way in which they may be done. */
  ways: readonly (readonly Deed[])[]
}

/** So many sets of deeds are tried, of at most so many deeds; what then still fails is more than a person wants to hear. */
const MOST_TRIES = 4_000
const MOST_DEEDS = 8
/** Words may stand for so many ways; where there are more, fewer words are widened. */
const MOST_WAYS = 200

/**
 * The fewest deeds, and of as many the cheapest, that would make a condition fail where it holds, and hold where it fails. A deed
 * is done as the records that a person would send: clocks begin anew, counters go up, and what the rules of the pipeline or of
 * the assembly line refuse is no way. Found on the tree: of what stands in the way something has to be turned, and the
 * search goes on from there. Null where nothing is found: only time or somebody else's decision turns it.
 */
export function smallestChange(program: Program, condition: Condition, before: Snapshot): FoundChange | null {
  const { holds } = verdict(condition, before)
  const { about, doneWith } = workbench(program, condition, before)
  const flips = (deeds: readonly Deed[]) => {
    const done = doneWith(deeds)
    return done !== null && !done.isRefused && verdict(condition, done.snapshot).holds !== holds
  }
  const seen = new Set<string>()
  let open: Way[] = [{ deeds: [], cost: 0 }]
  while (open.length > 0) {
    const [{ deeds, cost } = NOTHING, ...others] = open
    const done = doneWith(deeds)
    open = others
    if (!done) continue
    if (flips(deeds)) return { would: holds ? 'clear' : 'cause', ...told(inOrder(deeds, before), flips) }
    if (deeds.length === MOST_DEEDS) continue
    const scene: Scene = {
      program,
      snapshot: done.snapshot,
      about: (side, name) => about(side, name, done.snapshot).filter((deed) => deed.isTried && goes(deed, deeds)),
      after: (deed) => doneWith([...deeds, deed])?.snapshot ?? null,
    }
    const more = done.isRefused ? waysToAllow(before, scene) : waysTo(condition, !holds, before.kind, scene)
    const fresh = more.flatMap((deed): Way[] => {
      const way = { deeds: [...deeds, deed], cost: cost + deed.cost }
      const name = nameOf(way.deeds)
      return seen.has(name) || !seen.add(name) ? [] : [way]
    })
    open = [...open, ...fresh].sort((a, b) => a.deeds.length - b.deeds.length || a.cost - b.cost)
  }
  return null
}

interface Way {
  deeds: readonly Deed[]
  cost: number
}
const NOTHING: Way = { deeds: [], cost: 0 }

const nameOf = (deeds: readonly Deed[]): string =>
  deeds
    .map(({ key }) => key)
    .sort()
    .join('\n')

/** Of a slot one deed is done, and no field is written twice. */
const goes = (deed: Deed, deeds: readonly Deed[]): boolean =>
  deeds.every((one) => one.slot !== deed.slot && !one.writes.some((field) => deed.writes.includes(field)))

type About = (side: SubjectKind, name: string, present: Snapshot) => readonly Deed[]

/** Deeds, made once for each fact, and what comes of them, reckoned once for each set. */
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
  const doneWith = (deeds: readonly Deed[]): Done | null => {
    const name = nameOf(deeds)
    const known = reckoned.get(name)
    if (known !== undefined) return known
    if (reckoned.size >= MOST_TRIES) return null
    const done = doneTo(program, before, recordsOf(deeds, before))
    reckoned.set(name, done)
    return done
  }
  return { about, doneWith }
}

/** In words, each widened to all that do as well as the one found, whatever is chosen of the others. */
function told(deeds: readonly Deed[], flips: (deeds: readonly Deed[]) => boolean): Omit<FoundChange, 'would'> {
  let ways: (readonly Deed[])[] = [[]]
  const words = deeds.map((deed, index) => {
    const rest = deeds.slice(index + 1)
    const peers = deed.peers().filter(
      (peer) =>
        peer === deed ||
        goes(
          peer,
          deeds.filter((one) => one !== deed),
        ),
    )
    const does = (peer: Deed) => peer === deed || ways.every((way) => flips([...way, peer, ...rest]))
    const works = ways.length * peers.length > MOST_WAYS ? [deed] : peers.filter(does)
    ways = ways.flatMap((way) => works.map((one) => [...way, one]))
    return deed.say(works, deed.peers())
  })
  return { deeds: words, ways }
}
