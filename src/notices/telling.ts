import { type Effect, isStateEffect } from '../domain/effects.js'
import { printKey } from '../domain/findings.js'
import { isClockStep, readStep } from '../domain/steps.js'
import type { FamilyPlan, Intent } from '../engine/plan.js'
import type { Instant } from '../lib/instant.js'
import { type LetterRow, type NoticeRow, newLetter } from '../sql/telling.js'

/** Notices and exact letters of a family's intents. Their id is the key and the number of the effect: `KEY#1`. */
export function tellingRows(
  plan: Pick<FamilyPlan, 'intents'>,
  now: Instant,
): { notices: NoticeRow[]; letters: LetterRow[] } {
  const notices: NoticeRow[] = []
  const letters: LetterRow[] = []
  for (const intent of plan.intents) {
    const [rule, kind, subject, episode, step] = intent.key
    const withdrawable = hangsOnFinding(intent) ? 1 : 0
    const of = { rule, kind, subject, episode: String(episode), step, at: now, withdrawable } as const
    intent.effects.forEach((effect, i) => {
      const idOf = () => `${printKey(intent.key)}#${i + 1}`
      if (effect.kind === 'notify') {
        for (const person of new Set(effect.to)) {
          const urgent = effect.urgent ? 1 : 0
          notices.push({
            ...of,
            id: `${idOf()}/${person}`,
            person,
            text: effect.text,
            urgent,
            letter: null,
            withdrawn: null,
            kept_why: null,
            kept_until: 0,
            kept_by: null,
          })
        }
      }
      const content = letterOf(effect)
      if (content) letters.push({ ...newLetter(now), ...of, id: idOf(), ...content })
    })
  }
  return { notices, letters }
}

/** Letters of `resolve`, of event rules and moves, and of any intent that also changes state, are never withdrawn. */
const hangsOnFinding = ({ key, step, effects }: Intent) => {
  const read = readStep(step)
  return typeof key[3] === 'number' && (read.is === 'open' || isClockStep(read)) && !effects.some(isStateEffect)
}

function letterOf(effect: Effect): Pick<LetterRow, 'type' | 'channel' | 'to' | 'title' | 'body'> | null {
  switch (effect.kind) {
    case 'send_email':
      return { type: 'email', channel: null, to: JSON.stringify(effect.to), title: effect.subject, body: effect.text }
    case 'post_message':
      return { type: 'message', channel: effect.channel, to: '[]', title: null, body: effect.text }
    case 'call_webhook':
      return { type: 'webhook', channel: effect.channel, to: '[]', title: null, body: JSON.stringify(effect.facts) }
    default:
      return null
  }
}
