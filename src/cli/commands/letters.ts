import {
  askIfMeant,
  sayCount as count,
  letterJson,
  lettersTable,
  nearest,
  noticeJson,
  peopleUnder,
  sayPast,
} from '../../index.js'
import { type CliCommand, printJson, printLines } from '../command.js'
import { reading, writing } from '../environment.js'
import { CallError, FINE } from '../errors.js'
import { LIMIT, limitOf } from '../limit.js'
import { printList } from '../lists.js'

const retry: CliCommand = {
  usage: 'retry <id>',
  summary: 'Send a letter again that was given up or may not have arrived.',
  args: { id: { says: 'the id of the letter, as "letters" lists it' } },
  examples: ['linewalker letters retry "quiet/opportunity/OPP-0042/1/open#1"'],
  run: (call) =>
    writing(call, async (store, _program, now) => {
      const [id = ''] = call.args
      const acted = await store.retryLetter(id, call.user, now)
      if (acted === 'unknown') {
        const ids = (await store.letters({ held: true })).letters.map((letter) => letter.id)
        const near = nearest(id, ids)
        throw new CallError(
          `There is no letter "${id}".`,
          near === undefined ? '"linewalker letters --held" lists those that wait.' : askIfMeant(near),
        )
      }
      if (call.json) printJson(call, { letter: id, retried: acted === 'done' })
      else if (acted === 'done') printLines(call, `It waits to be sent again: ${id}. A running loop sends it.`)
      else printLines(call, `${sayPast(acted)}: ${id}.`)
      return FINE
    }),
}

const countBoth = (letters: number, notices: number): string =>
  [...(letters > 0 ? [count(letters, 'letter')] : []), ...(notices > 0 ? [count(notices, 'notice')] : [])].join(' and ')

/** Lists letters, and the notices that no letter has gathered yet. */
export const letters: CliCommand = {
  usage: 'letters',
  summary: 'List letters, and the notices that wait to be gathered into one.',
  options: [{ flags: '--held', says: 'only what still waits to be sent or looked after' }, LIMIT('letters', 'all')],
  examples: ['linewalker letters', 'linewalker letters --held --json'],
  subcommands: [retry],
  run: (call) =>
    reading(call, async (store, program, now) => {
      const limit = limitOf(call, Number.POSITIVE_INFINITY)
      const found = await store.letters({ held: call.options.held === true })
      const notices = found.notices.filter((notice) => notice.letter === null)
      if (call.json) {
        printJson(call, {
          letters: found.letters.map((letter) => letterJson(letter, program)),
          notices: found.notices.map((notice) => noticeJson(notice, program)),
        })
        return FINE
      }
      const people = peopleUnder(program, await store.people())
      const about = [...found.letters, ...notices].flatMap(({ kind, subject }) =>
        kind === null || subject === null ? [] : [{ kind, id: subject }],
      )
      const names = await store.namesOf(about)
      const table = lettersTable(found.letters, notices, { program, people, now, names })
      const none = 'No letters. Rules write them with notify, send_email, post_message and call_webhook.'
      printList(call, table, limit, () => countBoth(found.letters.length, notices.length), none)
      return FINE
    }),
}
