import { type Context, Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Announcement } from '../../store/announcements.js'
import { demand } from '../access/callers.js'
import type { Caller } from '../caller.js'
import { STREAM_PATH } from '../document-stream.js'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'
import { Refusal } from '../problem-details.js'
import { everybody, ownersSeen } from '../sight.js'
import { type Later, openBells } from './bells.js'

/** Streams that may be open at once: each holds a connection. */
const MOST = 200
/** Of them, those of one caller. */
const MOST_OF_ONE = 5
/** What is read of the log at once. */
const PAGE = 100
/** Milliseconds between two comments that keep proxies from closing a stream, each after a look at who listens. */
const BEAT = 15_000
/** Milliseconds after a change in which others are waited for: the log is read once for all of them. */
const MOMENT = 50

const inAMoment: Later = (work) => {
  const timer = setTimeout(work, MOMENT)
  return () => clearTimeout(timer)
}

/**
 * `/api/v1/stream`: everything that is announced, as it happens, as server-sent events. The id of an event is its number: a
 * browser that reconnects sends it as `Last-Event-ID`, and misses nothing that is kept (30 days). Without it the stream begins now. A
 * caller hears of what that caller may see. It ends when the server closes, and within a beat when the caller is nobody any more
 * (`again` tells) or sees something else.
 */
export function streamRoutes(
  { store, rules, log }: ServerPorts,
  closing: AbortSignal,
  again: (c: Context<ServerEnv>) => Promise<Caller | undefined>,
  beat = BEAT,
): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>()
  const bells = openBells(store.onChange, inAMoment)
  let open = 0
  const openOf = new Map<string, number>()

  async function seenOf(caller: Caller, page: readonly Announcement[]): Promise<readonly Announcement[]> {
    if (caller.sees.is === 'everything' || page.length === 0) return page
    const owners = ownersSeen(caller, await everybody({ store, rules }))
    const subjects = page.map(({ kind, subject }) => ({ kind, id: subject }))
    const seen = await store.seenAmong(subjects, owners)
    return page.filter(({ kind, subject }) => seen.has(`${kind}/${subject}`))
  }

  async function isStill(caller: Caller, c: Context<ServerEnv>): Promise<boolean> {
    const now = await again(c)
    return now?.id === caller.id && now.scopes.has('read') && JSON.stringify(now.sees) === JSON.stringify(caller.sees)
  }

  const count = (id: string, more: number) => {
    open += more
    const left = (openOf.get(id) ?? 0) + more
    if (left > 0) openOf.set(id, left)
    else openOf.delete(id)
  }

  app.get(STREAM_PATH, async (c) => {
    const caller = demand(c.get('caller'), 'read')
    const asked = c.req.header('last-event-id')
    const last = asked === undefined ? await store.lastAnnouncement() : numberIn(asked)
    if (open >= MOST || closing.aborted)
      throw new Refusal('unavailable', 'No more streams can be opened here just now.', {}, { 'retry-after': '10' })
    if ((openOf.get(caller.id) ?? 0) >= MOST_OF_ONE) {
      const why = `One caller has ${MOST_OF_ONE} streams at most; close one.`
      throw new Refusal('too-many-requests', why, {}, { 'retry-after': '10' })
    }
    count(caller.id, 1)
    c.header('x-accel-buffering', 'no')
    return streamSSE(
      c,
      async (stream) => {
        const news = bells.hang()
        stream.onAbort(news.ring)
        closing.addEventListener('abort', news.ring)
        let isDue = false
        const beats = setInterval(() => {
          isDue = true
          news.ring()
        }, beat)
        try {
          await stream.write(': Linewalker\n\n')
          for (let after = last; !stream.aborted && !closing.aborted; ) {
            if (isDue) {
              isDue = false
              if (!(await isStill(caller, c))) break
              await stream.write(': still here\n\n')
            }
            const page = await store.announcementsAfter(after, PAGE)
            for (const one of await seenOf(caller, page)) await stream.writeSSE(eventOf(one))
            after = page.at(-1)?.seq ?? after
            if (page.length < PAGE) await news.rung()
          }
        } finally {
          count(caller.id, -1)
          clearInterval(beats)
          news.takeDown()
          closing.removeEventListener('abort', news.ring)
        }
      },
      async (error) => log.error({ error: error.stack ?? error.message }, 'a stream failed'),
    )
  })
  return app
}

function numberIn(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new Refusal('malformed-request', 'Last-Event-ID is the id of an event of this stream: a number.')
}

const eventOf = ({ seq, id, type, kind, subject, at, data }: Announcement) => ({
  id: String(seq),
  event: type,
  data: JSON.stringify({ id, type, subject: { kind, id: subject }, time: new Date(at).toISOString(), data }),
})
