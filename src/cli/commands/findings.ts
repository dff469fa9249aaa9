import { FINDING_STATES, findingJson, findingsTable, LIVING_STATES, peopleUnder, unknownRule } from '../../index.js'
import { type CliCommand, printJson, textOf } from '../command.js'
import { demandKnown, ownerOf, reading } from '../environment.js'
import { FINE } from '../errors.js'
import { LIMIT, limitOf } from '../limit.js'
import { printList } from '../lists.js'

const STATES = [...FINDING_STATES, 'all'] as const

/** Lists findings. */
export const findings: CliCommand = {
  usage: 'findings',
  summary: 'List what the rules have found.',
  options: [
    { flags: '--rule <name>', says: "only one rule's" },
    { flags: '--state <state>', says: 'only those in a state (default: all but resolved)', choices: STATES },
    { flags: '--owner <id>', says: "only one owner's" },
    LIMIT('findings', 'all'),
  ],
  examples: [
    'linewalker findings',
    'linewalker findings --rule quiet --owner dana',
    'linewalker findings --state resolved --json',
  ],
  run: (call) =>
    reading(call, async (store, program, now) => {
      const limit = limitOf(call, Number.POSITIVE_INFINITY)
      const rule = textOf(call.options, 'rule')
      const state = textOf(call.options, 'state') as (typeof STATES)[number] | undefined
      const owner = await ownerOf(call, store, program)
      if (rule !== undefined) demandKnown('rule', await unknownRule(store, program, rule))
      const asked = {
        ...(state === 'all' ? {} : { state: state ? [state] : LIVING_STATES }),
        ...(rule === undefined ? {} : { rule }),
        ...(owner === undefined ? {} : { owner }),
      }
      const found = await store.findings(asked)
      if (call.json) printJson(call, { findings: found.map((one) => findingJson(one, program)) })
      else {
        const people = peopleUnder(program, await store.people())
        const none = 'No findings. "linewalker plan" shows what the rules would find now, "linewalker apply" notes it.'
        printList(call, findingsTable(found, { program, people, now }), limit, 'finding', none)
      }
      return FINE
    }),
}
