import { type Effect, isStateEffect } from '../domain/effects.js'
import { type Key, printKey } from '../domain/findings.js'
import type { FamilyPlan, Intent } from '../engine/plan.js'
import type { CommitRun } from '../engine/store.js'
import type { Instant } from '../lib/instant.js'
import type { IntentRow } from '../sql/tables.js'
import type { LetterRow, NoticeRow } from '../sql/telling.js'
import { keys, toJson } from './rows.js'

/** The rows that say what a family's intents did, each with what it counts against the limits. */
export function intentRows(plan: FamilyPlan, run: CommitRun): IntentRow[] {
  const counted = new Set<string>()
  return plan.intents.map((intent) => ({
    ...keys.encode(intent.key),
    at: run.now,
    because: intent.because,
    effects: JSON.stringify(intent.effects),
    explanation: toJson(intent.explanation),
    effect_count: intent.effects.filter((e) => e.kind !== 'left_out').length,
    amount: amountOf(intent, counted),
    approved: run.approved.has(printKey(intent.key)) ? 1 : 0,
    link: intent.link,
    caused_by: intent.caused_by && printKey(intent.caused_by),
    withheld: toJson(intent.withheld),
    overruled: overruledOf(plan, intent.key),
  }))
}

/** What it counts against the limit of amounts; an opportunity counts once in a family's plan. */
function amountOf({ amounts }: Intent, counted: Set<string>): number {
  const fresh = Object.entries(amounts).filter(([id]) => !counted.has(id))
  for (const [id] of fresh) counted.add(id)
  return fresh.reduce((sum, [, amount]) => sum + amount, 0)
}

function overruledOf({ overruled }: FamilyPlan, key: Key): string | null {
  const printed = printKey(key)
  const lost = overruled.filter((o) => printKey(o.key) === printed).map(({ effect, by }) => ({ effect, by }))
  return lost.length > 0 ? JSON.stringify(lost) : null
}

/** Notices and exact letters of a family's intents. Their id is the key and the number of the effect: `KEY#1`. */
export function tellingRows(plan: FamilyPlan, now: Instant): { notices: NoticeRow[]; letters: LetterRow[] } {
  const notices: NoticeRow[] = []
  const letters: LetterRow[] = []
  for (const intent of plan.intents) {
    const { rule, kind, id: subject, episode, step } = keys.encode(intent.key)
    const withdrawable = hangsOnFinding(intent) ? 1 : 0
    const of = { rule, kind, subject, episode, step, at: now, withdrawable } as const
    intent.effects.forEach((effect, i) => {
      const id = `${printKey(intent.key)}#${i + 1}`
      if (effect.kind === 'notify') {
        for (const person of new Set(effect.to)) {
          const urgent = effect.urgent ? 1 : 0
          notices.push({
            ...of,
            id: `${id}/${person}`,
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
      if (content) {
        const exact = { html: null, attachments: null, person: null }
        const waiting = { state: 'waiting', attempt: 0, lease_until: null, next_at: now, reason: null } as const
        letters.push({ ...of, ...exact, id, ...content, ...waiting })
      }
    })
  }
  return { notices, letters }
}

/** Letters of `resolve`, of event rules and moves, and of any intent that also changes state, are never withdrawn. */
const hangsOnFinding = ({ key, step, effects }: Intent) =>
  typeof key[3] === 'number' && /^(open|remind-|escalate-)/.test(step) && !effects.some(isStateEffect)

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
