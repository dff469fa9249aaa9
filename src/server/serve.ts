import type { MiddlewareHandler } from 'hono'
import { oneAtATime } from '../lib/in-rounds.js'
import type { Problem } from '../lib/problem.js'
import type { Program } from '../program/program.js'
import type { Applied } from '../scheduler/carry-out.js'
import { openEvaluator } from '../scheduler/evaluate.js'
import { type LoopEvent, walked } from '../scheduler/events.js'
import { type LoopOptions, openLoop } from '../scheduler/open.js'
import { access } from './access/index.js'
import { mayListen } from './access/may-listen.js'
import type { AccessSettings } from './access/settings.js'
import type { ServerEnv } from './env.js'
import { hooksRoutes } from './hooks.js'
import { type Listening, listen } from './listen.js'
import { ListenError } from './listen-error.js'
import { healthRoutes } from './operations/health.js'
import { openMetrics } from './operations/metrics.js'
import { logRequests } from './operations/requests.js'
import { streamRoutes } from './operations/stream.js'
import type { Log, ServedRules, ServerPorts } from './ports.js'
import { createServer } from './server.js'

export interface ServeOptions extends LoopOptions {
  host: string
  /** 0 is any that is free. */
  port: number
  access: AccessSettings
  /** Of this package. */
  version: string
  log: Log
  secret(bytes: number): string
  /** Milliseconds since some moment: how long requests take. */
  timer(): number
}

/** A server with its loop. */
export interface Serving {
  readonly url: string
  /** How callers prove who they are, as a sentence. */
  readonly says: string
  /** Finishes what was begun, takes nothing new, and ends. */
  stop(): Promise<void>
  /** Resolves when it has ended: it was asked to, or another program came into force. */
  readonly ended: Promise<'asked' | 'other_program'>
}

/** How long answers that were begun may take to end, in milliseconds. */
const PATIENCE = 10_000

/**
 * Brings the rules into force, starts the loop, and opens the server beside it. Throws a ListenError where it may not be opened
 * there or cannot, ProgramHeldError where a living process works under other rules.
 */
export async function openServer(options: ServeOptions): Promise<Serving> {
  const { store, clock, log, host, port } = options
  const may = await mayListen(store, options.access)
  if (!may.may) throw new ListenError(may.why)
  const metrics = openMetrics({ store, clock })
  const served = serveRules(options)
  const tell = (event: LoopEvent) => {
    served.heard(event)
    metrics.heard(event)
    options.tell(event)
  }
  const loop = await openLoop({ ...options, rules: served.watched, tell })
  let listening: Listening | null = null
  const closing = new AbortController()
  let over: string | null = null
  try {
    await served.begin()
    const told = (applied: Applied) => {
      if (applied.done.length > 0) tell(walked(applied))
    }
    const turn = oneAtATime()
    const evaluator = openEvaluator({
      turn,
      store,
      program: () => served.rules().program,
      clock,
      told,
    })
    const ports: ServerPorts = {
      store,
      rules: served.rules,
      clock,
      secret: options.secret,
      wake: loop.wake,
      evaluate: evaluator.evaluate,
      told,
      log,
    }
    const health = healthRoutes(ports, { ended: () => over, closing: () => closing.signal.aborted })
    const inHand = countRequests()
    const who = access(ports, options.access)
    const app = createServer(ports, {
      version: options.version,
      turn,
      first: [inHand.middleware, metrics.middleware, logRequests(ports, options.timer), ...who.first],
      at: [
        ['/', health],
        ['/', who.routes],
        ['/', metrics.routes],
        ['/hooks', hooksRoutes(ports, options.env)],
        ['/', streamRoutes(ports, closing.signal, who.again)],
      ],
    })
    listening = await listen(app, { host, port })
    const { url, close } = listening
    let shutting: Promise<void> | null = null
    const shut = () => {
      shutting ??= (async () => {
        closing.abort()
        await close(PATIENCE)
        await inHand.idle()
        await evaluator.idle()
      })()
      return shutting
    }
    const ended = loop.ended.then(async (why) => {
      over = 'The loop has ended.'
      await shut()
      return why
    })
    const stop = async () => {
      await shut()
      await loop.stop()
      await ended
    }
    return { url, says: may.says, stop, ended }
  } catch (error) {
    await listening?.close(0)
    await loop.stop()
    throw error
  }
}

/** The requests that are being answered, also those whose caller has gone: the store stays open until they are done. */
function countRequests() {
  let running = 0
  let waiting: (() => void)[] = []
  const middleware: MiddlewareHandler<ServerEnv> = async (_, next) => {
    running += 1
    try {
      await next()
    } finally {
      running -= 1
      if (running === 0) {
        for (const wake of waiting) wake()
        waiting = []
      }
    }
  }
  const idle = (): Promise<void> =>
    running === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          waiting.push(resolve)
        })
  return { middleware, idle }
}

/** The rules in force as the loop takes others into force, with the problems of those that it could not take. */
function serveRules({ store, program, rules }: LoopOptions) {
  let served: ServedRules = { program, problems: [] }
  let read: { program: Program | null; problems: readonly Problem[] } = { program, problems: [] }
  const numbered = async (): Promise<void> => {
    const inForce = await store.inForce()
    if (inForce) served = { ...served, program: { ...served.program, number: inForce.number } }
  }
  return {
    rules: () => served,
    begin: numbered,
    heard: (event: LoopEvent): void => {
      if (event.is === 'rules_changed' && read.program)
        served = { program: { ...read.program, number: event.number }, problems: [] }
      if (event.is === 'rules_fine') served = { ...served, problems: [] }
      if (event.is === 'rules_kept') served = { ...served, problems: event.problems }
    },
    watched: rules && {
      ...rules,
      read: async () => {
        read = await rules.read()
        return read
      },
    },
  }
}
