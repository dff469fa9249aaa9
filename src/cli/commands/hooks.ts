import {
  askIfMeant,
  formatInstant,
  HOOK_STATES,
  type HookEventRow,
  type HookState,
  hooksTable,
  nearest,
  type Program,
  type Store,
  sayCount,
  takeWaitingHooks,
} from '../../index.js'
import { type Call, type CliCommand, printJson, printLines, textOf } from '../command.js'
import { reading, writing } from '../environment.js'
import { CallError, FINE, FOUND } from '../errors.js'
import { LIMIT, limitOf } from '../limit.js'
import { printList } from '../lists.js'

const SOURCE = { flags: '--source <name>', says: 'only what this source sent' }
const EVENT = 'the id of an event, as "hooks list" shows it'

const list: CliCommand = {
  usage: 'list',
  summary: 'List what CRMs sent, the last first, and what became of it.',
  options: [
    SOURCE,
    { flags: '--state <state>', says: 'only events in this state', choices: HOOK_STATES },
    LIMIT('events', '50'),
  ],
  examples: ['linewalker hooks list', 'linewalker hooks list --state not_understood --json'],
  run: (call) =>
    reading(call, async (store, program) => {
      const limit = limitOf(call, 50)
      const [source, state] = [sourceOf(call, program), textOf(call.options, 'state') as HookState | undefined]
      const events = await store.hooks({ ...(source ? { source } : {}), ...(state ? { state } : {}) })
      if (call.json) {
        printJson(call, { hooks: events.map((event) => eventJson(event, program)), counts: await store.hookCounts() })
        return FINE
      }
      const none = 'No events. CRMs send them to /hooks/TYPE of "linewalker serve" once a source has a hook.'
      printList(call, hooksTable(events, program), limit, 'event', none)
      return FINE
    }),
}

const show: CliCommand = {
  usage: 'show <id>',
  summary: 'Show what a CRM sent, as it came.',
  args: { id: { says: EVENT } },
  options: [SOURCE],
  examples: ['linewalker hooks show abc123xyz'],
  run: (call) =>
    reading(call, async (store, program) => {
      const [event] = await eventsNamed(store, call.args, sourceOf(call, program))
      const hook = event && (await store.hookOf(event))
      if (!event || !hook) throw new CallError('The payload is not kept any more.')
      const body = hook.encoding === 'text' ? hook.body : Buffer.from(hook.body, 'base64').toString('latin1')
      if (call.json) printJson(call, { ...eventJson(event, program), headers: JSON.parse(hook.headers), body })
      else printLines(call, body)
      return FINE
    }),
}

const replay: CliCommand = {
  usage: 'replay [id...]',
  summary: 'Take events again, under the rules as they are now.',
  args: { id: { says: EVENT } },
  options: [SOURCE, { flags: '--not-understood', says: 'only what was not understood' }],
  examples: ['linewalker hooks replay --not-understood', 'linewalker hooks replay abc123xyz'],
  run: (call) =>
    writing(call, async (store, program, now) => {
      const source = sourceOf(call, program)
      const onlyNot = call.options.notUnderstood === true
      if (call.args.length === 0 && source === undefined && !onlyNot)
        throw new CallError('It does not say which events.', 'Name some, or a --source, or --not-understood.')
      const named = call.args.length > 0 ? await eventsNamed(store, call.args, source) : undefined
      const which = {
        ...(named ? { ids: named.map(({ id }) => id) } : {}),
        ...(source === undefined ? {} : { source }),
        ...(onlyNot ? { state: 'not_understood' as const } : {}),
      }
      const before = await store.hooks(which)
      const replayed = await store.replayHooks(which)
      if (replayed > 0) await takeWaitingHooks(store, program, now)
      const mine = new Set(before.map(({ source: from, id }) => JSON.stringify([from, id])))
      const after = (await store.hooks(source === undefined ? {} : { source })).filter(({ source: from, id }) =>
        mine.has(JSON.stringify([from, id])),
      )
      const left = after.filter(({ state }) => state === 'not_understood' || state === 'refused')
      if (call.json) printJson(call, { replayed, hooks: after.map((event) => eventJson(event, program)) })
      else {
        if (replayed > 0) printList(call, hooksTable(after, program), 50, 'event', '')
        const rest = left.length === 0 ? '' : `; ${left.length} still not taken`
        printLines(
          call,
          replayed === 0 ? 'There is nothing to replay.' : `Replayed ${sayCount(replayed, 'event')}${rest}.`,
        )
      }
      return left.length > 0 ? FOUND : FINE
    }),
}

/** What CRMs send to the server. */
export const hooks: CliCommand = {
  usage: 'hooks',
  summary: 'List what CRMs sent, the last first, and what became of it; show it, or take it again.',
  options: list.options ?? [],
  examples: ['linewalker hooks list', 'linewalker hooks replay --not-understood'],
  subcommands: [list, show, replay],
  run: list.run,
}

function sourceOf(call: Call, { sections }: Program): string | undefined {
  const source = textOf(call.options, 'source')
  if (source === undefined) return undefined
  const known = Object.keys(sections.sources ?? {})
  if (known.includes(source)) return source
  const near = nearest(source, known)
  throw new CallError(`There is no source "${source}".`, near === undefined ? null : askIfMeant(near))
}

async function eventsNamed(store: Store, ids: readonly string[], source: string | undefined): Promise<HookEventRow[]> {
  const events = await store.hooks({ ids, ...(source === undefined ? {} : { source }) })
  const lacking = ids.find((id) => !events.some((event) => event.id === id))
  if (lacking === undefined) return events
  const all = await store.hooks({ limit: 1000, ...(source === undefined ? {} : { source }) })
  const near = nearest(
    lacking,
    all.map(({ id }) => id),
  )
  throw new CallError(
    `There is no event "${lacking}".`,
    near === undefined ? '"linewalker hooks list" lists them.' : askIfMeant(near),
  )
}

function eventJson({ at, received, settled_at, place: _, hook: _h, ...event }: HookEventRow, { vocabulary }: Program) {
  const instant = (when: number | null) => (when === null ? null : formatInstant(when, vocabulary.calendar))
  return { ...event, at: instant(at), received: instant(received), settled_at: instant(settled_at) }
}
