import { type Context, Hono } from 'hono'
import { demand } from './access/callers.js'
import { bodyAtMost, MIB, mediaType, readBody, textOf } from './body.js'
import type { ServerEnv } from './env.js'
import { nameOf, namesWeakly } from './etag.js'
import { keyOf, runOnce } from './once.js'
import type { Answer, Asked, Operation } from './operation.js'
import type { OperationPorts } from './ports.js'
import { Refusal } from './problem-details.js'

/** Bytes of a body, and of one of operations that take other types than JSON: batches. */
const LARGEST = MIB
const LARGEST_BATCH = 10 * MIB

/** The operations as routes. */
export function mountOperations(operations: readonly Operation[], ports: OperationPorts): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>()
  for (const operation of operations) {
    const path = routeOf(operation.path)
    const limited = bodyAtMost(operation.largest ?? (operation.types ? LARGEST_BATCH : LARGEST))
    app.on(operation.method.toUpperCase(), path, limited, (c) => serve(c, operation, ports))
  }
  // What a path knows is all mounted by now: any other method is told which these are.
  for (const [path, methods] of methodsOf(operations))
    app.all(path, () => {
      const allow = methods.join(', ')
      throw new Refusal('method-not-allowed', `This path knows ${allow}.`, { allowed: methods }, { allow })
    })
  return app
}

const routeOf = (path: string) => path.replace(/\{(\w+)\}/g, ':$1')

function methodsOf(operations: readonly Operation[]): Map<string, string[]> {
  const methods = new Map<string, string[]>()
  for (const { path, method } of operations) {
    const route = routeOf(path)
    methods.set(route, [...(methods.get(route) ?? []), method.toUpperCase()])
  }
  return methods
}

async function serve(c: Context<ServerEnv>, operation: Operation, ports: OperationPorts): Promise<Response> {
  const caller = demand(c.get('caller'), operation.scope)
  checkConditions(c, operation)
  const url = new URL(c.req.url)
  const type = mediaType(c.req.header('content-type'))
  const hasBody = operation.body !== undefined
  const text = hasBody ? textOf(await c.req.arrayBuffer()) : ''
  const rules = ports.rules()
  const digest = () => nameOf(JSON.stringify([operation.method, url.pathname, url.search, text]))
  const asked: Asked = {
    params: c.req.param() as Record<string, string>,
    query: url.searchParams,
    body: hasBody ? readBody(text, text === '' ? null : type, operation.types ?? []) : undefined,
    type,
    header: (name) => c.req.header(name),
    caller,
    ports,
    rules,
    program: rules.program,
    now: ports.clock(),
    key: operation.method === 'get' ? null : keyOf(c.req.header('idempotency-key'), caller.id, digest),
  }
  const answer = operation.once === 'within' ? await operation.handle(asked) : await around(asked, operation)
  return operation.method === 'get' ? conditional(answer, c.req.header('if-none-match')) : respond(answer)
}

/** A condition that is not heeded would be broken without a word. */
function checkConditions(c: Context<ServerEnv>, { method, headers = {} }: Operation): void {
  if (method === 'get') return
  for (const name of ['If-Match', 'If-None-Match', 'If-Unmodified-Since'])
    if (c.req.header(name) !== undefined && !(name in headers))
      throw new Refusal('invalid-request', `${name} is not heeded here; leave it out.`, { header: name })
}

const around = (asked: Asked, operation: Operation) => runOnce(asked, () => operation.handle(asked))

/** A read is named by what it says: whoever has it already need not be told again. */
function conditional(answer: Answer, known: string | undefined): Response {
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body)
  const name = nameOf(text)
  const etag = answer.version === undefined ? `W/"${name}"` : `"${answer.version}.${name}"`
  const headers = { 'cache-control': 'private, no-cache', ...answer.headers, etag }
  if (known !== undefined && namesWeakly(known, etag)) return new Response(null, { status: 304, headers })
  return new Response(text, { status: answer.status, headers: { ...headers, ...JSON_TYPE } })
}

function respond({ status, body, headers }: Answer): Response {
  const all = { 'cache-control': 'no-store', ...headers }
  if (body === undefined) return new Response(null, { status, headers: all })
  return new Response(JSON.stringify(body), { status, headers: { ...all, ...JSON_TYPE } })
}

const JSON_TYPE = { 'content-type': 'application/json' }
