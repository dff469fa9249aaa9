import { type Handler, Hono, type MiddlewareHandler } from 'hono'
import { requestId } from 'hono/request-id'
import type { Turn } from '../lib/in-rounds.js'
import { StoreError } from '../store/errors.js'
import { missingPage } from './access/pages.js'
import { operations } from './api/index.js'
import { openApiDocument } from './document.js'
import type { ServerEnv } from './env.js'
import { nameOf, namesWeakly } from './etag.js'
import { mountOperations } from './mount.js'
import { nearestPath } from './nearest-path.js'
import type { ServerPorts } from './ports.js'
import { Refusal, refusalOf, refused } from './problem-details.js'
import { openRecorder } from './recording/recorder.js'
import { REFERENCE_STYLE, referencePage, type Shown } from './reference-page.js'
import { shortQueue } from './short-queue.js'

/** Parts of the server that are made elsewhere, in the order in which a request meets them. */
export interface ServerParts {
  /** Of this package, for the document. */
  readonly version: string
  /** The turns in which records are taken: those that come while others are evaluated are taken together. Left out: at once. */
  readonly turn?: Turn
  /** What every request passes first: headers, limits, and who asks (it sets `caller`). */
  readonly first?: readonly MiddlewareHandler<ServerEnv>[]
  /** Other applications by the path at which they stand: hooks, operations, pages. */
  readonly at?: readonly (readonly [path: string, app: Hono<ServerEnv>])[]
}

/** A text that stays as it is while this process lives. */
function unchanging(text: string, type: string): Handler<ServerEnv> {
  const etag = `"${nameOf(text)}"`
  return (c) => {
    const known = c.req.header('if-none-match')
    const headers = { etag, 'cache-control': 'no-cache' }
    if (known !== undefined && namesWeakly(known, etag)) return c.body(null, 304, headers)
    return c.body(text, 200, { ...headers, 'content-type': type })
  }
}

/** Browsers ask for HTML by name, programs for whatever there is; under `/api/v1` and `/hooks` programs alone are answered. */
const isForPerson = (path: string, accept: string | undefined): boolean =>
  accept?.includes('text/html') === true && !/^\/(api\/v1|hooks)(\/|$)/.test(path)

/** The whole server as one application, without a socket. Every error it answers is a problem detail, and names no cause of ours. */
export function createServer(ports: ServerPorts, { version, turn, first = [], at = [] }: ServerParts): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>()
  app.use(requestId())
  for (const middleware of first) app.use(middleware)
  const document = openApiDocument(operations, version)
  app.get('/api/v1/openapi.json', unchanging(JSON.stringify(document), 'application/json'))
  app.get('/api/docs', unchanging(referencePage(document as unknown as Shown), 'text/html; charset=utf-8'))
  app.get('/api/docs/style.css', unchanging(REFERENCE_STYLE, 'text/css; charset=utf-8'))
  app.route(
    '/api/v1',
    mountOperations(operations, { ...ports, record: openRecorder(ports.store, turn), tryRules: shortQueue() }),
  )
  for (const [path, part] of at) app.route(path, part)
  app.get('/', (c) => c.redirect('/api/docs', 302))
  const known = [...Object.keys(document.paths as object), '/api/v1/openapi.json', '/api/docs']
  app.notFound((c) => {
    const meant = nearestPath(c.req.path, known)
    const guess = meant === undefined ? '' : ` Did you mean ${meant}?`
    const more = meant === undefined ? {} : { nearest: meant }
    const says = `There is nothing at ${c.req.path}.${guess}`
    if (isForPerson(c.req.path, c.req.header('accept'))) return missingPage(c, says)
    return refused(new Refusal('not-found', says, more))
  })
  app.onError((error, c) => {
    const refusal = refusalOf(error)
    const id = c.get('requestId')
    if (error instanceof StoreError && refusal?.type === 'unavailable')
      ports.log.warn({ request: id, reason: error.problem, error: error.message }, 'the database cannot serve')
    if (refusal) return refused(refusal)
    ports.log.error({ request: id, error: error.stack ?? String(error) }, 'a request failed')
    return refused(
      new Refusal('internal', 'The error is in the log, under the number of this request.', { request: id }),
    )
  })
  return app
}
