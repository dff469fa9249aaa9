import { formatInstant, type LoopEvent, loadFolder, openHttpGuard, serve as openServer } from '../../index.js'
import { type CliCommand, printLines, textOf } from '../command.js'
import {
  instantOf,
  OUTBOX_OPTION,
  outboxOf,
  processNamed,
  programOf,
  rulesFolderOf,
  withStore,
} from '../environment.js'
import { CallError, FINE, WRONG } from '../errors.js'
import { sayEvent } from '../loop-words.js'
import { version } from '../package.js'
import { loop, sayRulesProblems } from './loop.js'

/** Letters that are on their way have 40 seconds, answers that were begun ten. */
const PATIENCE = 55_000

/** The server: the API and hooks, with the loop that walks and delivers. */
export const serve: CliCommand = {
  usage: 'serve',
  summary: 'Open the API, take webhooks in, and walk and deliver beside them until it is stopped.',
  options: [
    {
      flags: '--host <address>',
      says: 'where to listen; other machines reach it only at an address that is not loopback',
      default: '127.0.0.1',
    },
    { flags: '--port <number>', says: 'on which port; 0 is any that is free', default: '8123' },
    { flags: '--no-http', says: 'no server: only the loop' },
    OUTBOX_OPTION,
    {
      flags: '--log <how>',
      says: 'lines of JSON, or text for somebody who looks on (default: text on a terminal)',
      choices: ['json', 'text'],
    },
  ],
  examples: ['linewalker serve', 'linewalker serve --port 0 --log json', 'linewalker serve --no-http'],
  run: async (call) => {
    if (call.options.http === false) return loop.run(call)
    if (call.options.at !== undefined)
      throw new CallError('A server works now: --at is of plan, apply and loop --once.')
    const port = portOf(textOf(call.options, 'port') ?? '')
    const program = await programOf(call)
    const folder = rulesFolderOf(call)
    const asJson =
      (textOf(call.options, 'log') ??
        (call.json || call.output.width === Number.POSITIVE_INFINITY ? 'json' : 'text')) === 'json'
    const { calendar } = program.vocabulary
    const now = instantOf(call, program)
    return withStore(
      call,
      { create: true, migrate: true, durable: true, staysResponsive: true, now },
      async (store) => {
        const http = await openHttpGuard()
        const tell = (event: LoopEvent) => {
          sayRulesProblems(call, event)
          const line = sayEvent(event, (instant) => formatInstant(instant, calendar))
          if (line !== null) printLines(call, line)
        }
        try {
          const serving = await openServer({
            store,
            program,
            process: processNamed('serve'),
            clock: call.clock,
            http,
            env: call.env,
            outbox: outboxOf(call),
            rules: { folder, read: () => loadFolder(folder) },
            host: textOf(call.options, 'host') ?? '127.0.0.1',
            port,
            version: version(),
            log: asJson
              ? { as: 'json', write: (line) => call.output.out(line) }
              : { as: 'text', tell, complain: (text) => call.output.err(`${text}\n`) },
          })
          call.onInterrupt(serving.stop, { patience: PATIENCE })
          call.output.err(
            `Serving ${store.place} at ${serving.url} (its API: ${serving.url}/api/docs). ${serving.says}\nCtrl-C ends it.\n`,
          )
          const why = await serving.ended
          if (why === 'other_program')
            call.output.err('Another process brought other rules into force: this one ends.\n')
          return why === 'asked' ? FINE : WRONG
        } finally {
          await http.close()
        }
      },
    )
  },
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new CallError(`"${text}" is no port: a number from 0 to 65535.`)
}
