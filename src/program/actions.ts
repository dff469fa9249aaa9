import { z } from 'zod'
import type { ActionCheck, PlannedAction } from '../actions/action.js'
import { ACTIONS, actionNamed } from '../actions/index.js'
import { isMap } from '../lib/maps.js'
import { nearest } from '../lib/nearest.js'
import type { Path } from '../lib/problem.js'
import { aKind, hintFor, type Scope, shown } from './checking.js'
import { readSettable } from './settable.js'
import { readText } from './texts.js'

/** Reads a list of actions. What it complained of is left out. `finding`: is it a step of a finding? */
export const readActions = (list: readonly unknown[], scope: Scope, path: Path, finding: boolean): PlannedAction[] =>
  list.flatMap((one, i) => readAction(one, scope, [...path, i], finding) ?? [])

function readAction(written: unknown, scope: Scope, path: Path, finding: boolean): PlannedAction | null {
  const { checking, kind } = scope
  const entries = isMap(written) ? Object.entries(written) : []
  const [entry] = entries
  if (!entry || entries.length > 1) {
    checking.complain({ path, ...notOne(written, entries) })
    return null
  }
  const [name, value] = entry
  const action = actionNamed(name)
  const at = [...path, name]
  if (!action) {
    const names = ACTIONS.map((known) => known.name)
    const meant = guessAction(name, names)
    const hint = meant === undefined ? hintFor('', names, 'The actions are') : { meant: meant }
    checking.complain({ path: at, at: 'key', message: `There is no action "${name}".`, hint })
    return null
  }
  if (!action.for.includes(kind)) {
    checking.complain({ path: at, at: 'key', message: `${name} is no action of a rule for ${aKind(kind)}.` })
    return null
  }
  const alone = action.short !== undefined && !isMap(value) && value !== null && value !== undefined
  const options = alone ? { [action.short as string]: value } : (value ?? {})
  const planned = action.compile(options, checkOf(scope, finding, alone ? at : null), at)
  return planned && { name, options, plan: planned.plan }
}

/** The action that was meant: a near one, but sooner one about the same thing than one that only looks alike (`set_stage`). */
function guessAction(name: string, names: readonly string[]): string | undefined {
  const near = nearest(name, names)
  const thing = (word: string): string => word.split(/[_-]/).at(-1) as string
  if (near !== undefined && nearest(thing(name), [thing(near)]) !== undefined) return near
  return names.find((one) => thing(one) === thing(name)) ?? near
}

/** Why this is not one action: nothing, several, or one with its options beside it. */
function notOne(written: unknown, entries: readonly [string, unknown][]): { message: string; hint: string } {
  const [first, ...others] = entries
  if (!first) return { message: `An action is expected, not ${shown(written)}.`, hint: 'Such as: - notify: owner' }
  const action = actionNamed(first[0])
  const options = action?.options instanceof z.ZodObject ? Object.keys(action.options.shape) : []
  if (action?.short && first[1] !== null && others.every(([name]) => options.includes(name))) {
    const names = others.map(([name]) => `"${name}"`).join(' and ')
    const inside = [action.short, ...others.map(([name]) => name)].map((name) => `${name}: …`).join(', ')
    return { message: `${names} stands beside ${first[0]}, not in it.`, hint: `${first[0]}: { ${inside} }` }
  }
  const names = entries.map(([name]) => name).join(' and ')
  const hint = first[1] === null ? `Indent the options of ${first[0]} below it.` : 'Begin each with a dash.'
  return { message: `One action a line: ${names} stand in one map.`, hint }
}

/** What an action may look at. Of an option that stands alone (`move_stage: closed`) the place is that of the action. */
function checkOf(scope: Scope, finding: boolean, alone: Path | null): ActionCheck {
  const { checking, kind, facts } = scope
  const place = (path: Path): Path => (alone ? [...alone, ...path.slice(alone.length + 1)] : path)
  return {
    vocabulary: checking.vocabulary,
    for: kind,
    channels: checking.channels,
    openPeople: checking.openPeople,
    finding,
    template: (source, path) => readText(source, scope, place(path)),
    settable: (name, value, path) => {
      const fact = facts.get(name)
      return fact && readSettable(fact, value, scope, place(path))
    },
    complain: (complaint) => checking.complain({ ...complaint, path: place(complaint.path) }),
  }
}
