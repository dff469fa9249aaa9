import {
  formatInstant,
  type LoopEvent,
  loadFolder,
  logEvents,
  openHttpGuard,
  openLoop,
  serve as openServer,
} from '../../index.js'
import { type Call, type CliCommand, printLines, textOf } from '../command.js'
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
import { sayRulesProblems } from './loop.js'

/** Letters that are on their way have 40 seconds, answers that were begun ten. */
const PATIENCE = 55_000
const HOST = '127.0.0.1'
const PORT = '8123'

/** The server: the API and hooks, with the loop that walks and delivers. */
export const serve: CliCommand = {
  usage: 'serve',
  summary: 'Open the API, take webhooks in, and walk and deliver beside them until it is stopped.',
  options: [
    {
      flags: '--host <address>',
      says: `where to listen; other machines reach it only at an address that is not loopback (default: "${HOST}")`,
    },
    { flags: '--port <number>', says: `on which port; 0 is any that is free (default: "${PORT}")` },
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
    if (call.options.at !== undefined)
      throw new CallError('A server works now: --at is of plan, apply and loop --once.')
    if (call.json && call.options.log === 'text') throw new CallError('Name --json or --log text, not both.')
    const address = addressOf(call)
    const program = await programOf(call)
    const folder = rulesFolderOf(call)
    const now = instantOf(call, program)
    return withStore(
      call,
      { create: true, migrate: true, durable: true, staysResponsive: true, now },
      async (store) => {
        const http = await openHttpGuard()
        const { calendar } = program.vocabulary
        const tell = (event: LoopEvent) => {
          sayRulesProblems(call, event)
          const line = sayEvent(event, (instant) => formatInstant(instant, calendar))
          if (line !== null) printLines(call, line)
        }
        const asJson = logsJson(call)
        const write = (line: string) => call.output.out(line)
        const common = {
          store,
          program,
          process: processNamed('serve'),
          clock: call.clock,
          http,
          env: call.env,
          outbox: outboxOf(call),
          rules: { folder, read: () => loadFolder(folder) },
        }
        const open = async () => {
          if (!address) {
            const loop = await openLoop({ ...common, tell: asJson ? await logEvents(write, call.clock) : tell })
            return { ...loop, says: `Walking ${store.place} without HTTP.` }
          }
          const serving = await openServer({
            ...common,
            ...address,
            version: version(),
            log: asJson
              ? { as: 'json', write }
              : { as: 'text', tell, complain: (text) => call.output.err(`${text}\n`) },
          })
          const at = `${serving.url} (its API: ${serving.url}/api/docs)`
          return { ...serving, says: `Serving ${store.place} at ${at}. ${serving.says}` }
        }
        try {
          const { stop, ended, says } = await open()
          call.onInterrupt(stop, { patience: PATIENCE })
          call.output.err(`${says}\nCtrl-C ends it.\n`)
          const why = await ended
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

/** Where to listen; null where nothing does. Throws a CallError for what goes together with nothing that listens, too. */
function addressOf({ options }: Call): { host: string; port: number } | null {
  const [host, port] = [textOf(options, 'host'), textOf(options, 'port')]
  if (options.http !== false) return { host: host ?? HOST, port: portOf(port ?? PORT) }
  if (host === undefined && port === undefined) return null
  const given = [...(host === undefined ? [] : ['--host']), ...(port === undefined ? [] : ['--port'])].join(' and ')
  throw new CallError('With --no-http nothing listens.', `Leave ${given} out, or --no-http.`)
}

/** Does it tell what happens in lines of JSON? As `--log` says, else so with `--json` and where nobody looks on. */
const logsJson = ({ options, json, output }: Call): boolean =>
  options.log === undefined ? json || output.width === Number.POSITIVE_INFINITY : options.log === 'json'

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new CallError(`"${text}" is no port: a number from 0 to 65535.`)
}
