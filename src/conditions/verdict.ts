import type { Fact, FactValue, Snapshot } from '../facts/fact.js'
import type { Calendar } from '../lib/calendar.js'
import { type Instant, NEVER } from '../lib/instant.js'
import { type Condition, fold, type Leaf, sameLeaf } from './tree.js'

/** Does it hold, and until when does that answer stand? `until` is later than now. */
export interface Verdict {
  readonly holds: boolean
  readonly until: Instant
}

/** A compiled condition: the `until` of its verdict, negative where it does not hold. */
export type Signed = (snapshot: Snapshot) => number

/** How many changes of its fact a leaf looks past for its own flip; beyond that its `until` may be early. */
const STEPS = 64

type Moving = { -readonly [K in keyof Snapshot]: Snapshot[K] }

// One clock for all questions: operators keep nothing of it, and are not asked within one another.
const clock: { now: Instant; calendar: Calendar } = { now: 0, calendar: null as unknown as Calendar }
const clockOf = (snapshot: Snapshot) => {
  clock.now = snapshot.now
  clock.calendar = snapshot.vocabulary.calendar
  return clock
}

const stoppedOf = (fact: Fact, snapshot: Snapshot): Instant | null => (fact.stopped ? fact.stopped(snapshot) : null)

function isSo({ fact, operator, operand }: Leaf, value: FactValue | null, snapshot: Snapshot): boolean {
  if (value === null) return operator.ofMissing ? operator.ofMissing(operand) : false
  return operator.holds(value, operand, clockOf(snapshot), fact.kind, stoppedOf(fact, snapshot))
}

function flipOf({ fact, operator, operand }: Leaf, value: FactValue | null, snapshot: Snapshot): Instant {
  if (value === null || !operator.flips) return NEVER
  return operator.flips(value, operand, clockOf(snapshot), fact.kind, stoppedOf(fact, snapshot))
}

/** Goes from change to change of the fact while the answer stays the same. */
function walk(leaf: Leaf, snapshot: Snapshot, held: boolean, first: Instant): Instant {
  // Seen through, not copied: what a snapshot only finds when it is asked is found here too.
  const probe: Moving = Object.create(snapshot)
  let at = first
  for (let step = 0; step < STEPS; step += 1) {
    probe.now = at
    const value = leaf.fact.read(probe)
    if (isSo(leaf, value, probe) !== held) return at
    const flip = flipOf(leaf, value, probe)
    const change = leaf.fact.changes ? leaf.fact.changes(probe) : NEVER
    // What was reckoned stands only until its own `until`: nobody can look past it.
    if (change <= at) return at
    if (flip < change) return flip
    if (change === NEVER) return NEVER
    at = change
  }
  return at
}

/** A leaf on which time has no influence: whatever it is, it is for good. */
export const isSettled = ({ fact, operator }: Leaf): boolean => !operator.flips && !fact.changes

/** What a settled leaf says of a value: no clock is asked. */
export const settledAnswer = ({ fact, operator, operand }: Leaf, value: FactValue | null): boolean =>
  value === null ? (operator.ofMissing?.(operand) ?? false) : operator.holds(value, operand, clock, fact.kind, null)

const settled =
  (it: Leaf): Signed =>
  (snapshot) =>
    settledAnswer(it, it.fact.read(snapshot)) ? NEVER : -NEVER

/** Numbers snapshots, from 1, as one after another is asked of. Only the last is kept: a world may hang on each. */
interface Turn {
  of(snapshot: Snapshot): number
}

function startTurns(): Turn {
  let last: Snapshot | null = null
  let turn = 0
  return {
    of(snapshot) {
      if (snapshot !== last) {
        last = snapshot
        turn += 1
      }
      return turn
    },
  }
}

/** A fact that is read, and asked when it changes, once of the same snapshot. */
const readOnce = (turn: Turn, fact: Fact): Pick<Fact, 'read' | 'changes'> => {
  let read = 0
  let value: FactValue | null = null
  let changes = NEVER
  const look = (snapshot: Snapshot) => {
    value = fact.read(snapshot)
    changes = fact.changes ? fact.changes(snapshot) : NEVER
    read = turn.of(snapshot)
  }
  return {
    read: (snapshot) => {
      if (turn.of(snapshot) !== read) look(snapshot)
      return value
    },
    changes: (snapshot) => {
      if (turn.of(snapshot) !== read) look(snapshot)
      return changes
    },
  }
}

/** What a leaf says of its fact's value, which time alone may change at `change`. */
export function signedOf(it: Leaf, value: FactValue | null, change: Instant, snapshot: Snapshot): number {
  const holds = isSo(it, value, snapshot)
  const flip = flipOf(it, value, snapshot)
  const until = flip < change ? flip : change === NEVER ? NEVER : walk(it, snapshot, holds, change)
  return holds ? until : -until
}

const moving =
  (it: Leaf, fact: Pick<Fact, 'read' | 'changes'> = it.fact): Signed =>
  (snapshot) =>
    signedOf(it, fact.read(snapshot), fact.changes ? fact.changes(snapshot) : NEVER, snapshot)

/** What is asked again of the same snapshot was answered. */
const once = (turn: Turn, signed: Signed): Signed => {
  let asked = 0
  let answer = 0
  return (snapshot) => {
    const now = turn.of(snapshot)
    if (now !== asked) {
      answer = signed(snapshot)
      asked = now
    }
    return answer
  }
}

/** What conditions that are compiled together have in common: facts by name, leaves by what they ask. */
export interface Shared {
  readonly turn: Turn
  readonly facts: Map<string, Pick<Fact, 'read' | 'changes'>>
  readonly leaves: Map<string, Signed>
}

export const startSharing = (): Shared => ({ turn: startTurns(), facts: new Map(), leaves: new Map() })

const known = <T>(map: Map<string, T>, name: string, make: () => T): T => {
  const found = map.get(name) ?? make()
  map.set(name, found)
  return found
}

const leafIn =
  (shared: Shared | null) =>
  (it: Leaf): Signed => {
    if (!shared) return isSettled(it) ? settled(it) : moving(it)
    return known(shared.leaves, sameLeaf(it), () => {
      if (isSettled(it)) return once(shared.turn, settled(it))
      const { fact } = it
      return once(
        shared.turn,
        moving(it, fact.changes ? known(shared.facts, fact.name, () => readOnce(shared.turn, fact)) : fact),
      )
    })
  }

/** Failing, it stands until the latest of its failing parts; holding, until the earliest of its parts. */
const all = (parts: Signed[]): Signed => {
  if (parts.length === 1) return parts[0] as Signed
  return (snapshot) => {
    let holding = NEVER
    let failing = 0
    for (let i = 0; i < parts.length; i += 1) {
      const signed = (parts[i] as Signed)(snapshot)
      if (signed === -NEVER) return -NEVER
      if (signed < 0) failing = Math.max(failing, -signed)
      else if (signed < holding) holding = signed
    }
    return failing > 0 ? -failing : holding
  }
}

/** The other way round. */
const any = (parts: Signed[]): Signed => {
  if (parts.length === 1) return parts[0] as Signed
  return (snapshot) => {
    let failing = NEVER
    let holding = 0
    for (let i = 0; i < parts.length; i += 1) {
      const signed = (parts[i] as Signed)(snapshot)
      if (signed === NEVER) return NEVER
      if (signed > 0) holding = Math.max(holding, signed)
      else if (-signed < failing) failing = -signed
    }
    return holding > 0 ? holding : -failing
  }
}

/**
 * Compiles a condition once for many snapshots. The answer is +until where it holds and −until where it does not; it is
 * never late, and always the flip of one of the leaves. Instants are those after 1970. Conditions that are compiled with the
 * same `shared` ask each leaf once of a snapshot, which must stay as it is until all of them were asked.
 */
export const compileVerdict = (condition: Condition, shared: Shared | null = null): Signed =>
  fold<Signed>(condition, { all, any, leaf: leafIn(shared) })

const compiled = new WeakMap<Condition, Signed>()

/** The verdict in readable form. Compiles a condition when it is first asked for. */
export function verdict(condition: Condition, snapshot: Snapshot): Verdict {
  let signed = compiled.get(condition)
  if (!signed) {
    signed = compileVerdict(condition)
    compiled.set(condition, signed)
  }
  const answer = signed(snapshot)
  return { holds: answer > 0, until: Math.abs(answer) }
}
