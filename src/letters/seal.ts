import type { Effect } from '../domain/effects.js'
import type { Intent } from '../engine/plan.js'
import type { Program } from '../program/program.js'
import { intentsJson } from '../reports/plan-json.js'
import type { IntentRow } from '../sql/tables.js'
import type { LetterRow } from '../sql/telling.js'
import { keys } from '../store/rows.js'

/**
 * The body of a letter as it goes out on every attempt. Of a webhook that a rule calls: the intent as in `plan --json`, and
 * the subject's facts, which are what commit wrote. All others go out as they were written.
 */
export const sealWith =
  (program: Program) =>
  (letter: LetterRow, intent: IntentRow | null): string => {
    if (letter.type !== 'webhook' || !intent) return letter.body
    const facts: unknown = JSON.parse(letter.body)
    const [json] = intentsJson([asPlanned(intent)], program)
    const { digest: _, ...told } = { ...json, caused_by: intent.caused_by }
    return JSON.stringify({ at: new Date(letter.at).toISOString(), intent: told, facts })
  }

/** A body that holds the bodies of other webhooks would grow with their number. */
const withoutFacts = (effect: Effect): Effect =>
  effect.kind === 'call_webhook' ? ({ kind: effect.kind, channel: effect.channel } as Effect) : effect

function asPlanned(row: IntentRow): Intent {
  const withheld = row.withheld === null ? null : (JSON.parse(row.withheld) as Intent['withheld'])
  const effects = (JSON.parse(row.effects) as Effect[]).map(withoutFacts)
  return {
    key: keys.decode(row),
    rule: row.rule,
    subject: { kind: row.kind, id: row.id },
    step: row.step,
    because: row.because,
    effects,
    amounts: {},
    link: row.link,
    caused_by: null,
    explanation: null,
    withheld,
    // Nothing is permitted by what has happened.
    planned: [],
  }
}
