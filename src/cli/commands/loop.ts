import {
  formatInstant,
  formatProblems,
  goRound,
  type LoopEvent,
  loadFolder,
  openHttpGuard,
  openLoop,
} from '../../index.js'
import { type Call, type CliCommand, printJson, printLines } from '../command.js'
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
import { countIn, noTotals, sayEvent } from '../loop-words.js'

/** An attempt to deliver a letter ends after 40 seconds: so long a loop may need to stop cleanly. */
const PATIENCE = 45_000
/** Letters of a single round that are named one by one. */
const SHOWN = 8

/** Evaluates, gathers and delivers for as long as it runs, without HTTP. */
export const loop: CliCommand = {
  usage: 'loop',
  summary: 'Walk, gather notices and deliver letters whenever something is due, until it is stopped.',
  options: [{ flags: '--once', says: 'do once what is due now, deliver what is due, and end' }, OUTBOX_OPTION],
  examples: ['linewalker loop', 'linewalker loop --once'],
  run: async (call) => {
    const once = call.options.once === true
    if (!once && call.options.at !== undefined)
      throw new CallError('Only a single round can be of another instant.', 'Write loop --once --at INSTANT.')
    const program = await programOf(call)
    const at = instantOf(call, program)
    const { calendar } = program.vocabulary
    const totals = noTotals()
    let lines = 0
    const tell = (event: LoopEvent) => {
      countIn(totals, event)
      sayRulesProblems(call, event)
      const line = sayEvent(event, (instant) => formatInstant(instant, calendar))
      if (line === null) return
      const isOneOfMany = once && event.is === 'letter' && event.result.state === 'delivered'
      if (isOneOfMany && ++lines > SHOWN) return
      if (event.is === 'failed' || event.is === 'rules_kept') call.output.err(`${line}\n`)
      else if (!call.json) printLines(call, line)
    }
    const folder = rulesFolderOf(call)
    return withStore(call, { create: true, durable: true, now: at }, async (store) => {
      const http = await openHttpGuard()
      const options = {
        store,
        program,
        process: processNamed('loop'),
        clock: call.options.at === undefined ? call.clock : () => at,
        http,
        env: call.env,
        outbox: outboxOf(call),
        tell,
        rules: once ? null : { folder, read: () => loadFolder(folder) },
      }
      try {
        if (once) {
          await goRound(options)
          if (!call.json && lines > SHOWN) printLines(call, `… and ${lines - SHOWN} more delivered.`)
          return FINE
        }
        const running = await openLoop(options)
        call.onInterrupt(running.stop, { patience: PATIENCE })
        if (!call.json) printLines(call, `Walking ${store.place}; Ctrl-C ends it.`)
        const why = await running.ended
        if (why === 'other_program') call.output.err('Another process brought other rules into force: this one ends.\n')
        return why === 'asked' ? FINE : WRONG
      } finally {
        if (call.json) printJson(call, totals)
        await http.close()
      }
    })
  },
}

/** Says what is wrong with changed rules, each at its place, where the line of the event does not say it. */
export function sayRulesProblems({ output }: Pick<Call, 'output'>, event: LoopEvent): void {
  if (event.is !== 'rules_kept' || event.why !== null) return
  output.err(`${formatProblems([...event.problems], [], 'text')}\n`)
}
