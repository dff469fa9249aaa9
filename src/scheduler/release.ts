import { type Key, printKey } from '../domain/findings.js'
import { isClockStep, readStep } from '../domain/steps.js'
import { type Permission, plan } from '../engine/run.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import type { Store } from '../store/store.js'
import { heldKeys } from './held.js'
import { underStore } from './plan-now.js'

/** How a person ends that a limit holds something: it acts, or it is taken as the state of things. */
export type Release = 'approve' | 'baseline'

/**
 * The permission to let act, or to take as it is, what limits hold, with all that follows from it and nothing else: of some
 * rules, or of all where none is named. Of a rule of which no run has held anything yet it is what a run now would hold; one
 * that is named is baselined in all that it would open now, held or not.
 */
export async function permissionTo(
  what: Release,
  store: Store,
  program: Program,
  now: Instant,
  rules: readonly string[],
): Promise<Permission> {
  const isAsked = (rule: string) => rules.length === 0 || rules.includes(rule)
  const before = (await heldKeys(store, program)).list.filter(([rule]) => isAsked(rule))
  const known = new Set(before.map(([rule]) => rule))
  const { held, families } = await plan(store, await underStore(store, program), now)
  const present = held.filter(({ rule }) => isAsked(rule) && !known.has(rule)).flatMap(({ intents }) => intents)
  const opening = families
    .flatMap(({ intents }) => intents)
    .filter(({ rule, step }) => what === 'baseline' && step === 'open' && rules.includes(rule))
  const list = [...before, ...[...present, ...opening].map(({ key }) => key)].flatMap((key) => [key, ...openingOf(key)])
  const keys = new Set(list.map(printKey))
  return {
    permits: keys,
    ...(what === 'baseline' ? { baseline: keys } : {}),
    released: new Set(list.map(([rule]) => rule)),
    everything: true,
    alone: true,
  }
}

/** A reminder or an escalation comes of a finding that opens with it, where nobody looked in time. */
const openingOf = ([rule, kind, id, episode, step]: Key): Key[] =>
  isClockStep(readStep(step)) ? [[rule, kind, id, episode, 'open']] : []
