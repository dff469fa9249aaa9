import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { SubjectRef } from '../../domain/subjects.js'
import { peopleUnder } from '../../engine/snapshots.js'
import type { Announcement } from '../../store/announcements.js'
import { demand, sees } from '../access/callers.js'
import type { Caller } from '../caller.js'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'
import { Refusal } from '../problem-details.js'

/** Streams that may be open at once: each holds a connection. */
const MOST = 200
/** What is read of the log at once. */
const PAGE = 100
/** Milliseconds between two comments that keep proxies from closing a quiet stream. */
const BEAT = 15_000

/**
 * `/api/v1/stream`: everything that is announced, as it happens, as server-sent events. The id of an event is its number: a
 * browser that reconnects sends it as `Last-Event-ID`, and misses nothing that is kept (30 days). Without it the stream begins now. A
 * caller hears of what that caller may see. It ends when the server closes.
 */
export function streamRoutes({ store, rules, log }: ServerPorts, closing: AbortSignal): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>()
  let open = 0

  const ownerOf = async ({ kind, id }: SubjectRef): Promise<string | null> =>
    (kind === 'account' ? await store.account(id) : await store.opportunity(id))?.owner ?? null

  async function maySee(caller: Caller, { kind, subject }: Announcement): Promise<boolean> {
    if (caller.sees.is === 'everything') return true
    const people = peopleUnder(rules().program, await store.people())
    return sees(caller.sees, await ownerOf({ kind, id: subject }), people)
  }

  app.get('/api/v1/stream', async (c) => {
    const caller = demand(c.get('caller'), 'read')
    const asked = c.req.header('last-event-id')
    const last = asked === undefined ? await store.lastAnnouncement() : numberIn(asked)
    if (open >= MOST || closing.aborted)
      throw new Refusal('unavailable', 'No more streams can be opened here just now.', {}, { 'retry-after': '10' })
    open += 1
    c.header('x-accel-buffering', 'no')
    return streamSSE(
      c,
      async (stream) => {
        const news = bell()
        const deafen = store.onChange(news.ring)
        stream.onAbort(news.ring)
        closing.addEventListener('abort', news.ring)
        try {
          await stream.write(': Linewalker\n\n')
          for (let after = last; !stream.aborted && !closing.aborted; ) {
            const page = await store.announcementsAfter(after, PAGE)
            for (const one of page) {
              if (await maySee(caller, one)) await stream.writeSSE(eventOf(one))
              after = one.seq
            }
            if (page.length < PAGE && !(await news.rung(BEAT))) await stream.write(': still here\n\n')
          }
        } finally {
          open -= 1
          deafen()
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

/** Waits until it is rung; what is rung meanwhile is heard at the next wait. */
function bell() {
  let isRung = false
  let wake: () => void = () => undefined
  return {
    ring: () => {
      isRung = true
      wake()
    },
    /** False where it was not rung within so many milliseconds. */
    rung: async (within: number): Promise<boolean> => {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, within)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      const was = isRung
      isRung = false
      wake = () => undefined
      return was
    },
  }
}
