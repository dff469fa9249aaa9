import type { Effect } from '../domain/effects.js'
import { type FindingState, printKey } from '../domain/findings.js'
import { type ReadStep, readStep } from '../domain/steps.js'
import type { SubjectRef } from '../domain/subjects.js'
import type { Intent } from '../engine/plan.js'
import type { StepName } from './rule-test.js'
import type { Happened } from './run.js'

/** What a rule or move did to a subject since the line before. */
export interface Told {
  /** It became pending; whether that still stands is seen at the line. */
  pending: boolean
  moves: string | null
  steps: Partial<Record<StepName, Effect[]>>
  /** How often the finding opened. */
  opened: number
  /** What no test can expect: a failing text, a chain that is too long, a subject that cannot be assessed. */
  trouble: string[]
  /** What people should know who wonder: effects left out, overruled, withheld, and why something was refused. */
  notes: string[]
}

/** By subject, then by rule. */
export type ToldBySubject = Map<string, Map<string, Told>>

/** Collects what happens between two lines of a test. */
export interface Listener {
  hear(happened: Happened): void
  /** What was told since it was asked last. */
  take(): ToldBySubject
  of(subject: SubjectRef, rule: string): Told
}

const newTold = (): Told => ({ pending: false, moves: null, steps: {}, opened: 0, trouble: [], notes: [] })

export function startListening(): Listener {
  let told: ToldBySubject = new Map()
  const states = new Map<string, FindingState>()
  const of = ({ id }: SubjectRef, rule: string): Told => {
    const rules = told.get(id) ?? new Map<string, Told>()
    told.set(id, rules)
    const one = rules.get(rule) ?? newTold()
    rules.set(rule, one)
    return one
  }
  return {
    of,
    take() {
      const all = told
      told = new Map()
      return all
    },
    hear(happened) {
      switch (happened.is) {
        case 'intent':
          return hearIntent(happened.intent, of(happened.intent.subject, happened.intent.rule))
        case 'finding': {
          const { finding } = happened
          const name = printKey([finding.rule, finding.kind, finding.id, finding.episode, ''])
          const before = states.get(name)
          states.set(name, finding.state)
          if (before === finding.state) return
          const one = of(finding, finding.rule)
          if (finding.state === 'pending') one.pending = true
          if (finding.state === 'open' || (finding.state === 'resolved' && before === undefined)) {
            one.opened += 1
            one.steps.opens ??= []
          }
          if (finding.state === 'resolved') one.steps.resolves ??= []
          return
        }
        case 'refused': {
          const { key, effects, why } = happened.refusal
          const one = of({ kind: key[1], id: key[2] }, key[0])
          one.steps.refused = [...(one.steps.refused ?? []), ...effects.filter(acts)]
          one.notes.push(`refused: ${why}`)
          return
        }
        case 'hold': {
          const { key, reason, why } = happened.hold
          if (reason !== 'refused') of({ kind: key[1], id: key[2] }, key[0]).trouble.push(why)
          return
        }
        case 'overruled': {
          const { key, effect, by } = happened.overruled
          of({ kind: key[1], id: key[2] }, key[0]).notes.push(`${effect.kind} is overruled by ${by[0]}`)
          return
        }
        case 'forgotten':
          states.delete(
            printKey([happened.finding.rule, happened.finding.kind, happened.finding.id, happened.finding.episode, '']),
          )
      }
    },
  }
}

const acts = ({ kind }: Effect): boolean => kind !== 'left_out'

function hearIntent(intent: Intent, one: Told): void {
  const { step, effects, withheld } = intent
  for (const effect of effects)
    if (effect.kind === 'left_out') one.notes.push(`${effect.action} is left out: ${effect.why}`)
  if (withheld && withheld.effects.length > 0) {
    const because = { observe: 'the rule only observes', avoided: 'the account is to be avoided', baseline: 'baseline' }
    one.notes.push(`${withheld.effects.map(({ kind }) => kind).join(', ')} withheld: ${because[withheld.because]}`)
  }
  const done = effects.filter(acts)
  const { is } = readStep(step)
  if (is === 'move') {
    const at = done.findIndex(({ kind }) => kind === 'move_bin')
    const move = done[at]
    if (move?.kind === 'move_bin') one.moves = move.to
    const more = done.filter((_, i) => i !== at)
    if (more.length > 0) one.steps.opens = [...(one.steps.opens ?? []), ...more]
    return
  }
  // A reminder that reached nobody is none.
  if (done.length === 0 && (is === 'remind' || is === 'escalate')) return
  const name = STEP_NAMES[is]
  one.steps[name] = [...(one.steps[name] ?? []), ...done]
}

const STEP_NAMES: Record<Exclude<ReadStep['is'], 'move'>, StepName> = {
  open: 'opens',
  event: 'opens',
  other: 'opens',
  resolve: 'resolves',
  remind: 'reminds',
  escalate: 'escalates',
}
