import { createHash } from 'node:crypto'
import { isStorable } from '../../lib/storable.js'
import type { HookRow } from '../../sql/hooks.js'
import { type HookEvent, MOST_EVENTS, Unreadable } from './hook.js'
import { HOOK_KINDS } from './kinds.js'

/** The events of a request as it is kept, or in a sentence why it cannot be read. Throws nothing, whatever was sent. */
export function readHook(hook: HookRow): HookEvent[] | { why: string } {
  if (hook.encoding !== 'text') return { why: 'The body is no text.' }
  try {
    const headers = JSON.parse(hook.headers) as Record<string, string>
    const events = HOOK_KINDS[hook.type as keyof typeof HOOK_KINDS].read({ headers, body: hook.body, now: hook.at })
    if (events.length <= MOST_EVENTS) return events.map(named)
    return { why: `It holds ${events.length} events, more than the ${MOST_EVENTS} that one request may hold.` }
  } catch (error) {
    return { why: error instanceof Unreadable ? error.message : `It cannot be read: ${messageOf(error)}` }
  }
}

/** Longer ids no index holds, and some characters no text: such an event is known by a digest of its own. */
const LONGEST_ID = 256
const named = (event: HookEvent): HookEvent =>
  event.id.length <= LONGEST_ID && isStorable(event.id)
    ? event
    : { ...event, id: createHash('sha256').update(event.id).digest('hex') }

/** What an error says. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
