import { z } from 'zod'
import type { SubjectRef } from '../../domain/subjects.js'
import type { Intent } from '../../engine/plan.js'
import type { Instant } from '../../lib/instant.js'
import { type IntentJson, intentsJson } from '../../reports/plan-json.js'
import { instant, instantsOf } from '../api/shapes.js'
import { versionsIn } from '../etag.js'
import type { Answer, Circumstances } from '../operation.js'
import { Refusal } from '../problem-details.js'
import { ownersOf, ownersSeen, peopleOf, seenIntents, subjectsOf } from '../sight.js'
import type { Asking, Granted, Wish } from './wishes.js'

/** What a rule does, as `plan --json` has it. */
export const intent = z
  .looseObject({
    key: z
      .array(z.union([z.string(), z.number()]))
      .length(5)
      .describe('Rule, kind, id, episode, step.'),
    rule: z.string(),
    subject: z.object({ kind: z.string(), id: z.string() }),
    step: z.string(),
    because: z.string(),
    effects: z.array(z.unknown()),
    withheld: z.object({ because: z.string(), effects: z.array(z.unknown()) }).nullable(),
    link: z.int(),
    caused_by: z.array(z.union([z.string(), z.number()])).nullable(),
    digest: z.string(),
  })
  .meta({ id: 'Intent', description: 'What a rule does to a subject, and why.' })

/** What the rules made of a change; null where nobody waited for it. */
export const evaluated = z
  .object({
    at: instant,
    done: z.array(intent).describe('What the rules did.'),
    stale: z.boolean().describe('Somebody else changed it meanwhile: it is evaluated again by and by.'),
  })
  .nullable()
  .meta({ id: 'Evaluated', description: 'What the rules made of the change; null where it is not evaluated yet.' })

export const WAITS = {
  Prefer:
    '`wait`: the change is evaluated at once, and the answer tells what the rules did. Else they do it right after (202).',
}
export const MATCHES = { 'If-Match': 'Versions of the record, one of which must be the present one; else 412.' }

export const CREATES = { 'If-None-Match': '`*`: only where there is none yet; else 412. It takes nothing else.' }

const PREFERS_WAIT = /(^|[,;\s])wait(\s*=\s*\d+)?\s*($|[,;])/i

/** Does the caller want to know what comes of it? */
export const waits = ({ header }: Pick<Circumstances, 'header'>): boolean => PREFERS_WAIT.test(header('prefer') ?? '')

/** The versions of `If-Match`, and the `*` of `If-None-Match`, for a wish. Throws a Refusal where that is anything else. */
export const conditionsOf = ({ header }: Pick<Circumstances, 'header'>): Pick<Wish, 'ifMatch' | 'mustBeNew'> => {
  const said = header('if-match')
  const none = header('if-none-match')
  if (none !== undefined && none.trim() !== '*')
    throw new Refusal('invalid-request', 'If-None-Match takes * here: only where there is none yet.')
  return {
    ...(said === undefined ? {} : { ifMatch: versionsIn(said) }),
    ...(none === undefined ? {} : { mustBeNew: true }),
  }
}

/** Who asks, with what they see. */
export async function askingOf(asked: Circumstances): Promise<Asking> {
  const people = await peopleOf(asked)
  return { ...asked, store: asked.ports.store, people, owners: ownersSeen(asked.caller, people) }
}

type Evaluated = { at: string; done: IntentJson[]; stale: boolean } | null

/**
 * Records one wish, together with its idempotency key. Then it is evaluated, if the caller waits for that; the
 * change stands whatever becomes of the evaluation. Throws the Refusal of a wish that is not granted.
 */
export async function recordOne(
  asked: Circumstances,
  wish: Wish,
  tell: (granted: Granted, made: Evaluated) => Promise<Answer> | Answer,
): Promise<Answer> {
  const { ports, key } = asked
  const recorded = await ports.record({ asked, wish, later: laterAnswer })
  if ('before' in recorded) return recorded.before
  const { granted, family } = recorded
  const made = waits(asked) ? await evaluate(asked, family ? [family] : []) : null
  if (made === null) {
    if (granted.outcome !== 'unchanged') ports.wake()
    return laterAnswer(granted)
  }
  const told = await tell(granted, made)
  const answer = { ...told, headers: { ...told.headers, ...etagOf(granted), 'preference-applied': 'wait' } }
  if (key) await ports.store.endRequest(key, JSON.stringify(answer))
  return answer
}

const etagOf = ({ version }: Granted): Record<string, string> => (version === null ? {} : { etag: `"${version}"` })

const laterAnswer = (granted: Granted): Answer => ({
  status: 202,
  body: { ...granted, evaluated: null },
  headers: etagOf(granted),
})

/** Evaluates what was touched, and tells of it what the caller may see. Null where that cannot be done now: the loop does it then. */
export async function evaluate(asked: Circumstances, families: readonly SubjectRef[]): Promise<Evaluated> {
  const { ports, program, now } = asked
  const at = (instant: Instant) => instantsOf(program)(instant) as string
  if (families.length === 0) return { at: at(now), done: [], stale: false }
  try {
    const applied = await ports.evaluate(families)
    const done = intentsJson(await seenOnly(asked, applied.done), program)
    return { at: at(applied.plan.at), done, stale: applied.stale.length > 0 }
  } catch (error) {
    ports.log.warn(
      { error: error instanceof Error ? error.message : String(error) },
      'a change was recorded and could not be evaluated at once',
    )
    return null
  }
}

/** Of all that rules did, what concerns records that the caller sees. A family may hold others, too. */
async function seenOnly(asked: Circumstances, intents: readonly Intent[]): Promise<readonly Intent[]> {
  const owners = await ownersOf(asked)
  if (owners === null) return intents
  return seenIntents(intents, await asked.ports.store.seenAmong(subjectsOf(intents), owners))
}
