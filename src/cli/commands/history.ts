import { historyEntryJson, historyTable, inOrderOfTime, peopleUnder, saySubject } from '../../index.js'
import { type CliCommand, printJson } from '../command.js'
import { reading, subjectNamed } from '../environment.js'
import { FINE } from '../errors.js'
import { LIMIT, limitOf } from '../limit.js'
import { printList } from '../lists.js'

/** Lists what was changed of a subject: when, by whom, and because of what. */
export const history: CliCommand = {
  usage: 'history <subject>',
  summary: 'List what was changed of an account or opportunity: when, by whom, because of what.',
  args: { subject: { says: 'an id; account:ID or opportunity:ID where both exist' } },
  options: [LIMIT('changes', 'all; the latest are kept')],
  examples: ['linewalker history OPP-0042', 'linewalker history account:acme --json'],
  run: (call) =>
    reading(call, async (store, program, now) => {
      const limit = limitOf(call, Number.POSITIVE_INFINITY)
      const subject = await subjectNamed(store, program, call.args[0] ?? '')
      const entries = await store.history(subject.kind, subject.id)
      if (call.json) {
        printJson(call, {
          history: inOrderOfTime(entries).map((entry) => historyEntryJson(entry, program)),
        })
        return FINE
      }
      const people = peopleUnder(program, await store.people())
      const none = `Nothing was changed of ${saySubject(subject)} since it was first seen.`
      printList(call, historyTable(entries, { program, people, now }), limit, 'change', none, 'last')
      return FINE
    }),
}
