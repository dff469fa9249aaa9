import type { Settable } from '../domain/effects.js'
import { type Account, type Family, type Opportunity, PLURAL, type SubjectRef } from '../domain/subjects.js'
import type { Intent } from '../engine/plan.js'
import type { Instant } from '../lib/instant.js'
import { NO_LIMITS, type Program } from '../program/program.js'
import { type Happened, replay, type Timed } from '../replay/run.js'
import { createWorld, type World } from '../replay/world.js'
import type { Subject } from './satisfy/satisfy.js'

/** What somebody does from outside while a witness is looked at: facts get other values, or there is an activity. */
export type Act = { readonly at: Instant; readonly of: SubjectRef } & (
  | { readonly facts: Readonly<Record<string, Settable>> }
  | { readonly activity: string }
)

/** A concrete subject and what happens to it: the proof of a warning, when the engine is let loose on it. */
export interface Witness {
  readonly subject: Subject
  readonly at: Instant
  readonly until: Instant
  readonly acts?: readonly Act[]
  /** The facts of the subject that matter, by name. */
  readonly facts: readonly string[]
  /** The rules that the warning is about; of others only what they change of the subject matters. Left out: all of them. */
  readonly about?: readonly string[]
  /** What one would look for and does not find, or finds and would not expect: a sentence behind what happens. */
  readonly ends?: string
}

/** What the engine did with a witness, and how it stands in the end. */
export interface Trace {
  readonly happened: readonly Happened[]
  readonly intents: readonly (Intent & { at: Instant })[]
  /** The family whenever it was looked at, before anything was done. */
  readonly looks: readonly { readonly at: Instant; readonly family: Family }[]
  readonly world: World
  /** The subject and its family as they are in the end, at the last instant at which something was looked at. */
  readonly subject: Subject
  readonly end: Instant
}

/** What goes on for ever is broken off after so many steps. */
const MOST_INTENTS = 40

/** Lets the engine loose on a witness, without limits and letters: it runs whenever something is due, up to the end. */
export async function replayWitness(program: Program, { subject, at, until, acts = [] }: Witness): Promise<Trace> {
  const world = createWorld()
  const inForce = world.bringIntoForce({ ...program, limits: NO_LIMITS }, at)
  const { account, opportunities } = subject.family
  world.put({ accounts: account ? [account] : [], opportunities, people: subject.people })
  const happened: Happened[] = []
  const intents: Trace['intents'][number][] = []
  const looks: Trace['looks'][number][] = []
  const enough = new AbortController()
  const done = await replay(world, inForce, {
    from: at,
    to: until,
    letters: false,
    changes: acts.map(changeOf),
    signal: enough.signal,
    on: (one) => {
      happened.push(one)
      if (one.is === 'looking') looks.push({ at: one.at, family: familyIn(world, subject.family) })
      if (one.is === 'intent') intents.push({ ...one.intent, at: one.at })
      if (intents.length >= MOST_INTENTS) enough.abort()
    },
  })
  return {
    happened,
    intents,
    looks,
    world,
    subject: { ...subject, family: familyIn(world, subject.family) },
    end: done.upTo,
  }
}

function familyIn(world: World, { account, opportunities }: Family): Family {
  return {
    account: account && (world.account(account.id) as Account),
    opportunities: opportunities.map((row) => world.opportunity(row.id) as Opportunity),
  }
}

/** A person's word: the rules may refuse it. */
function changeOf(act: Act, index: number): Timed {
  const { at, of } = act
  const record =
    'facts' in act
      ? {
          record: PLURAL[of.kind],
          id: of.id,
          values: act.facts,
        }
      : { record: 'activities' as const, id: `outside-${index}`, values: { kind: act.activity, at, [of.kind]: of.id } }
  return { change: { do: 'record', record: { ...record, line: index + 1 } }, at, by: 'somebody' }
}
