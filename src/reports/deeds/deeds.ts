import type { Leaf } from '../../conditions/tree.js'
import type { Settable } from '../../domain/effects.js'
import type { RecordKind } from '../../domain/incoming.js'
import type { SubjectKind } from '../../domain/subjects.js'
import { OF_ITS_OPPORTUNITIES } from '../../domain/wakes.js'
import type { Fact, FactValue, Snapshot } from '../../facts/fact.js'
import type { Program } from '../../program/program.js'
import { guesses } from './guesses.js'

/** What a person sends of one record. */
export interface Step {
  record: RecordKind
  id: string
  values: Readonly<Record<string, Settable>>
}

/** Something that a person may do: what is sent, how much it asks, and how it is told. */
export interface Deed {
  /** What it is about: of a slot one deed is done. */
  slot: string
  /** Deeds of one slot and group are told as one: `set stage to proposal or negotiation`. */
  group: string
  /** Its own name. */
  key: string
  cost: number
  /** As how many changes it counts: a way through several places as each of them. */
  size: number
  /** One after the other; what several deeds send first of one subject is sent at once, and so on. */
  steps: readonly Step[]
  /** The fields that it writes; no two deeds write the same. */
  writes: readonly string[]
  /** False where another one of its group does the same to all that is asked: it is told, and not searched with. */
  isTried: boolean
  /** All of its slot and group, itself too. */
  peers(): readonly Deed[]
  /** In words, with those of its group that do as well; `all` are those that were tried. */
  say(works: readonly Deed[], all: readonly Deed[]): string
}

/** One of the deeds of a slot, before it can be told. */
export interface Option<V> {
  value: V
  cost: number
  steps: readonly Step[]
  /** 1, where nothing else is said. */
  size?: number
  group?: string
  isTried?: boolean
  /** Where it goes together with others of its group. */
  slot?: string
}

/** The deeds of a slot; `say` is given the values of the one chosen, of those that do as well, and of all of its group. */
export function deedsOf<V>(
  about: string,
  options: readonly Option<V>[],
  say: (chosen: V, works: readonly V[], all: readonly V[]) => string,
): Deed[] {
  const values = new Map<Deed, V>()
  const valuesOf = (deeds: readonly Deed[]) => deeds.map((deed) => values.get(deed) as V)
  const deeds = options.map(({ value, cost, size = 1, steps, group = '', isTried = true, slot = about }): Deed => {
    const deed: Deed = {
      slot,
      group,
      key: `${slot} ${group} ${JSON.stringify(value)}`,
      cost,
      size,
      steps,
      writes: steps.flatMap(({ record, id, values }) => Object.keys(values).map((name) => `${record}/${id}/${name}`)),
      isTried,
      peers: () => deeds.filter((one) => one.group === group),
      say: (works, all) => say(value, valuesOf(works), valuesOf(all)),
    }
    values.set(deed, value)
    return deed
  })
  return deeds
}

/** Whose fact it is, and its name there: `account.segment` of an opportunity is `segment` of its account. */
export const homeOf = (name: string, side: SubjectKind): { side: SubjectKind; name: string } =>
  name.startsWith('account.') ? { side: 'account', name: name.slice('account.'.length) } : { side, name }

/** What is asked of a subject: by it the values are chosen that deeds try. */
export interface Asked {
  readonly program: Program
  /** The subject as it is. */
  readonly snapshot: Snapshot
  /** The subject after what is done already: what is counted goes on from there. */
  readonly present: Snapshot
  /** All that is asked of a fact, also by way of health, score and qualification. */
  leaves(side: SubjectKind, name: string): readonly Leaf[]
  /** Is anything asked of facts so called, or of such facts? */
  asks(side: SubjectKind, which: RegExp | ((fact: Fact) => boolean)): boolean
}

/** Is the fact of an account counted from its opportunities: how many there are, or when one was closed? */
export const isCounted = ({ restsOn }: Fact): boolean => restsOn?.includes(`${OF_ITS_OPPORTUNITIES}status`) ?? false

/** Is it a clock that begins anew whenever one of the account's opportunities is closed? */
export const isSinceClosed = ({ restsOn }: Fact): boolean =>
  restsOn?.includes(`${OF_ITS_OPPORTUNITIES}status_since`) ?? false

/** Values of a fact that all that is asked of it can tell apart, missing last. */
export function valuesAsked({ snapshot, leaves }: Asked, side: SubjectKind, name: string): (FactValue | null)[] {
  const values = leaves(side, name).flatMap((leaf) => guesses(leaf, snapshot))
  return [...new Set([...values.filter((value) => value !== null), null])]
}

/** The row that records speak of: of an opportunity's account too. Null where there is none. */
export const rowOf = ({ snapshot }: Asked, side: SubjectKind) =>
  side === 'account' ? snapshot.account : snapshot.opportunity

/** Tells of whom it is, where it is of an opportunity's account. */
export const ofWhom = ({ snapshot }: Asked, side: SubjectKind): string =>
  side === 'account' && snapshot.kind === 'opportunity' ? ' of the account' : ''

/** What people do to the account of an opportunity asks a little more. */
export const extra = ({ snapshot }: Asked, side: SubjectKind): number => (snapshot.kind === side ? 0 : 1)
