import { createHash } from 'node:crypto'
import type { HookSettings, HookType } from '../../program/sections/hooks.js'
import type { HookRow } from '../../sql/hooks.js'
import type { NewHookEvent } from '../../store/hooks.js'
import { GENUINE, type HookKind, type HookRequest, type Verdict } from './hook.js'
import { HOOK_KINDS } from './kinds.js'
import { readHook } from './read.js'

/** A request that is genuine, ready to be kept. */
export interface Received {
  hook: HookRow
  events: readonly NewHookEvent[]
}

/** Looks at who sent a request and which events it holds; `settings` have their secrets filled in, unless it is proven already. Pure. */
export function receive(
  source: string,
  settings: HookSettings,
  request: HookRequest,
  isProven = false,
): Received | Exclude<Verdict, { is: 'genuine' }> {
  const kind = HOOK_KINDS[settings.type]
  const verdict = isProven ? GENUINE : verify(settings, request)
  if (verdict.is !== 'genuine') return verdict
  const headers = Object.fromEntries(
    kind.keeps.flatMap((name) => (request.header(name) ? [[name, request.header(name)!]] : [])),
  )
  const { body, encoding } = textOf(request.body)
  const content = createHash('sha256')
    .update(JSON.stringify([source, headers]))
    .update(request.body)
    .digest('hex')
  const at = request.now
  const id = `${content.slice(0, 32)}@${at}`
  const hook: HookRow = { id, source, type: settings.type, headers: JSON.stringify(headers), body, encoding, at }
  return { hook, events: eventsOf(hook, content) }
}

const verify = <T extends HookType>(settings: Extract<HookSettings, { type: T }>, request: HookRequest): Verdict =>
  (HOOK_KINDS[settings.type as T] as HookKind<T>).verify(request, settings)

/** The events by which repeats are known. A body that cannot be read is one thing that is not understood. */
function eventsOf(hook: HookRow, content: string): NewHookEvent[] {
  const events = readHook(hook)
  if ('why' in events) return [{ id: content.slice(0, 32), of: null, at: hook.at }]
  return events.map(({ id, of, at }) => ({ id, of, at: at ?? hook.at }))
}

/** A body that every database can hold as text, else as base64. */
function textOf(bytes: Buffer): Pick<HookRow, 'body' | 'encoding'> {
  try {
    const body = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    if (!body.includes('\0')) return { body, encoding: 'text' }
  } catch {}
  return { body: bytes.toString('base64'), encoding: 'base64' }
}
