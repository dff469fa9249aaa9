import { DEFAULT_CALENDAR, formatInstant, makeCalendar } from '../../index.js'
import { type CliCommand, printJson, printLines } from '../command.js'
import { withStore } from '../environment.js'
import { FINE } from '../errors.js'

/** The kill switch: no process commits or sends anything until `resume`. */
export const stop: CliCommand = {
  usage: 'stop',
  summary: 'Stop at once: nothing is committed or sent, by any process, until "resume".',
  examples: ['linewalker stop'],
  run: (call) =>
    withStore(call, {}, async (store) => {
      const now = call.clock()
      await store.stop(call.user, now)
      const at = formatInstant(now, makeCalendar(DEFAULT_CALENDAR))
      if (call.json) printJson(call, { stopped: { by: call.user, at } })
      else printLines(call, 'Stopped: nothing is committed or sent until "linewalker resume".')
      return FINE
    }),
}

/** Ends the kill switch. */
export const resume: CliCommand = {
  usage: 'resume',
  summary: 'End "stop": runs and letters go on.',
  examples: ['linewalker resume'],
  run: (call) =>
    withStore(call, {}, async (store) => {
      const before = await store.stopped()
      await store.resume()
      if (call.json) printJson(call, { stopped: null })
      else printLines(call, before ? `It goes on (it was stopped by ${before.by}).` : 'It was not stopped.')
      return FINE
    }),
}
