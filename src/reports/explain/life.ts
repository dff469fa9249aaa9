import type { Effect } from '../../domain/effects.js'
import type { Finding, Task } from '../../domain/findings.js'
import { readStep } from '../../domain/steps.js'
import type { People } from '../../domain/vocabulary.js'
import type { Overruled } from '../../engine/plan.js'
import type { Instant } from '../../lib/instant.js'
import type { Program } from '../../program/program.js'
import type { IntentRow } from '../../sql/tables.js'
import { sayEffect, sayOverruled, sayPerson } from '../words.js'
import { byTurn, sayClockStep } from './steps.js'

const ENDED: Record<string, string> = {
  no_longer_true: 'resolved: the condition no longer held',
  passed_unseen: 'came and went between two runs',
  rule_changed: 'closed without effects: the rule was edited',
  rule_removed: 'closed without effects: the rule was removed or disabled',
  subject_gone: 'closed without effects: the subject is gone',
}

/** Something that was done, or came to be. */
export interface Lived {
  at: Instant
  /** With what it did, each behind a line break. */
  what: string
  /** What it did, and what it lost to others. */
  effects: readonly string[]
}

/** What its findings, intents and tasks tell, oldest first. */
export function lifeOf(
  { findings, intents, tasks }: { findings: readonly Finding[]; intents: readonly IntentRow[]; tasks: readonly Task[] },
  reader: { program: Program; people: People },
): Lived[] {
  const life: (Lived & { step: string; episode: number })[] = []
  const add = (
    at: Instant | null,
    what: string,
    step: string,
    episode: string | number,
    effects: readonly string[] = [],
  ) => at !== null && life.push({ at, what, step, episode: Number(episode), effects })
  const steps = new Set(intents.map(({ step, episode }) => `${episode}/${step}`))
  const which = ({ episode }: Finding) => (findings.length > 1 ? ` (episode ${episode})` : '')
  for (const one of findings) {
    add(one.pending_since, `began to hold${which(one)}`, 'pending', one.episode)
    if (!steps.has(`${one.episode}/open`)) add(one.opened_at, `opened${which(one)}`, 'open', one.episode)
  }
  for (const intent of intents) {
    const done = (JSON.parse(intent.effects) as Effect[]).map((effect) => sayEffect(effect, reader))
    const effects = [...done, ...overruledOf(intent).map((one) => sayOverruled(one, reader))]
    const what = [`${sayStep(intent)}: ${intent.because}`, ...effects].join('\n  ')
    add(intent.at, what, intent.step, intent.episode, effects)
  }
  const sayHand = (id: string | null) => sayPerson(id, reader.people) || 'somebody'
  for (const one of findings) {
    add(one.acknowledged_at, `acknowledged by ${sayHand(one.acknowledged_by)}${which(one)}`, 'hand', one.episode)
    add(
      one.snoozed_at,
      `snoozed by ${sayHand(one.snoozed_by)}: ${one.snooze_reason ?? 'no reason'}${which(one)}`,
      'hand',
      one.episode,
    )
    if (!steps.has(`${one.episode}/resolve`) && one.resolved_because !== null)
      add(one.resolved_at, `${ENDED[one.resolved_because] ?? 'resolved'}${which(one)}`, 'resolve', one.episode)
  }
  // Those that a rule closes are told with what closed them.
  for (const { state, ended_at, ended_by, title, episode } of tasks) {
    if (state === 'done') add(ended_at, `task done by ${sayHand(ended_by)}: "${title}"`, 'hand', episode ?? 0)
  }
  const inTurn = byTurn(reader.program.vocabulary.calendar)
  return life
    .sort((a, b) => a.at - b.at || a.episode - b.episode || inTurn(a, b))
    .map(({ at, what, effects }) => ({ at, what, effects }))
}

function overruledOf({ rule, kind, id, episode, step, overruled }: IntentRow): Overruled[] {
  const lost = JSON.parse(overruled ?? '[]') as Omit<Overruled, 'key'>[]
  return lost.map((one) => ({ ...one, key: [rule, kind, id, episode, step] }))
}

const STEPS = {
  open: 'opened',
  resolve: 'resolved',
  move: 'moved',
  event: 'heard its event',
  remind: 'reminded',
  escalate: 'escalated',
}

function sayStep({ step, withheld }: IntentRow): string {
  const { is } = readStep(step)
  const said = is === 'other' ? step : STEPS[is]
  const [, after] = /( after .*)/.exec(sayClockStep(step) ?? '') ?? []
  return `${said}${after ?? ''}${withheld === null ? '' : ', its effects withheld'}`
}
