import { Hono, type MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { LoopEvent } from '../../scheduler/events.js'
import { demand } from '../access/callers.js'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'
import { checkSeesEverything } from '../sight.js'

/** What is counted of a server and its loop, in the text format of Prometheus. Names follow its conventions. */
export interface Metrics {
  /** Counts and times every request; mounted before all else. */
  readonly middleware: MiddlewareHandler<ServerEnv>
  /** Counts what the loop tells. */
  heard(event: LoopEvent): void
  readonly routes: Hono<ServerEnv>
}

/** Seconds: from a glance at a small store to a large batch. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Opens the counters of one server. Gauges are read from the store when somebody asks. */
export function openMetrics({ store, clock }: Pick<ServerPorts, 'store' | 'clock'>): Metrics {
  const registers = [new Registry()]
  const registry = registers[0] as Registry
  const requests = new Histogram({
    name: 'linewalker_http_request_duration_seconds',
    help: 'How long requests took, by route.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: BUCKETS,
    registers,
  })
  const intents = new Counter({
    name: 'linewalker_intents_total',
    help: 'Steps of rules that this process carried out.',
    labelNames: ['rule', 'step'] as const,
    registers,
  })
  const walks = new Counter({ name: 'linewalker_walks_total', help: 'Walks of this process.', registers })
  const delivered = new Counter({
    name: 'linewalker_letter_attempts_total',
    help: 'Attempts of this process to deliver letters, by outcome.',
    labelNames: ['type', 'outcome'] as const,
    registers,
  })
  const failures = new Counter({
    name: 'linewalker_failures_total',
    help: 'What failed in the loop of this process and is tried again.',
    labelNames: ['what'] as const,
    registers,
  })
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge<Label>({ name: `linewalker_${name}`, help, labelNames: [...labelNames], registers })
  const lag = gauge('due_lag_seconds', 'How long the subject that is due longest has been due; 0 where none is.')
  const findings = gauge('open_findings', 'Open findings.', ['rule', 'severity'])
  const letters = gauge('letters', 'Letters that are not done with.', ['state'])
  const holds = gauge('holds', 'What is held.', ['reason'])
  const hooks = gauge('hook_events', 'Events of webhooks that are kept.', ['source', 'state'])
  const tasks = gauge('open_tasks', 'Open tasks.')
  const notices = gauge('waiting_notices', 'Notices that wait to be gathered.')
  const stopped = gauge('stopped', '1 while the kill switch is on.')

  async function look(): Promise<void> {
    const now = clock()
    const stands = await store.gauges(now)
    lag.set(stands.dueSince === null ? 0 : Math.max(0, now - stands.dueSince) / 1000)
    for (const one of [findings, letters, holds, hooks]) one.reset()
    for (const { n, ...labels } of stands.findings) findings.set(labels, n)
    for (const { n, ...labels } of stands.letters) letters.set(labels, n)
    for (const { n, ...labels } of stands.holds) holds.set(labels, n)
    for (const { n, ...labels } of stands.hooks) hooks.set(labels, n)
    tasks.set(stands.openTasks)
    notices.set(stands.waitingNotices)
    stopped.set((await store.stopped()) ? 1 : 0)
  }

  const routes = new Hono<ServerEnv>()
  routes.get('/metrics', async (c) => {
    checkSeesEverything({ caller: demand(c.get('caller'), 'read') }, 'What is counted here')
    await look()
    return c.body(await registry.metrics(), 200, { 'content-type': registry.contentType, 'cache-control': 'no-store' })
  })
  return {
    routes,
    middleware: async (c, next) => {
      const end = requests.startTimer()
      await next()
      end({ method: c.req.method, route: routePath(c, -1), status: String(c.res.status) })
    },
    heard: (event) => {
      if (event.is === 'walked') {
        walks.inc()
        for (const { rule, step } of event.intents) intents.inc({ rule, step: step.replace(/-.*/, '') })
      }
      if (event.is === 'letter') delivered.inc({ type: event.letter.type, outcome: event.result.state })
      if (event.is === 'failed') failures.inc({ what: event.what })
    },
  }
}
