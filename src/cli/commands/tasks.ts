import {
  askIfMeant,
  type Instant,
  nearest,
  type Program,
  peopleUnder,
  type Store,
  sayAfterDone,
  taskJson,
  tasksTable,
} from '../../index.js'
import { type CliCommand, printJson, printLines, textOf } from '../command.js'
import { ownerOf, reading, writing } from '../environment.js'
import { CallError, FINE } from '../errors.js'
import { LIMIT, limitOf } from '../limit.js'
import { printList } from '../lists.js'
import { harmless } from '../output.js'

const STATES = ['open', 'done', 'closed', 'all'] as const

const done: CliCommand = {
  usage: 'done <id>',
  summary: 'End a task: it is done.',
  args: { id: { says: 'the id of the task, as "tasks" lists it' } },
  examples: ['linewalker tasks done "quiet/opportunity/OPP-0042/1/open#1"'],
  run: (call) =>
    writing(call, async (store, program, now) => {
      const [id = ''] = call.args
      const acted = await store.completeTask(id, call.user, now)
      if (acted === 'unknown') {
        const near = nearest(
          id,
          (await store.tasks({ state: 'open' })).map((task) => task.id),
        )
        throw new CallError(
          `There is no task "${id}".`,
          near === undefined ? '"linewalker tasks" lists them.' : askIfMeant(near),
        )
      }
      if (call.json) printJson(call, { task: id, done: acted === 'done' })
      else if (acted === 'done') printLines(call, `Done: ${id}.`, ...(await afterDone(store, program, id, now)))
      else printLines(call, `The task ${id} had ended already.`)
      return FINE
    }),
}

async function afterDone(store: Store, program: Program, id: string, now: Instant): Promise<string[]> {
  const [found] = await store.tasksPage({ owners: null, after: null, limit: 1, id })
  if (!found) return []
  const task = found.row
  const findings = await store.findings({ rule: task.rule, subject: { kind: task.kind, id: task.subject } })
  const rule = program.rules.find((one) => one.id === task.rule)
  return sayAfterDone(task, findings, rule, now).map(harmless)
}

/** Lists tasks; `tasks done ID` ends one. */
export const tasks: CliCommand = {
  usage: 'tasks',
  summary: 'List the tasks that rules gave to people; "tasks done ID" ends one.',
  options: [
    { flags: '--owner <id>', says: 'only those of one person' },
    { flags: '--state <state>', says: 'in which state (default: open)', choices: STATES },
    LIMIT('tasks', 'all'),
  ],
  examples: [
    'linewalker tasks',
    'linewalker tasks --owner dana --json',
    'linewalker tasks done "quiet/opportunity/OPP-0042/1/open#1"',
  ],
  subcommands: [done],
  run: (call) =>
    reading(call, async (store, program, now) => {
      const limit = limitOf(call, Number.POSITIVE_INFINITY)
      const state = (textOf(call.options, 'state') as (typeof STATES)[number] | undefined) ?? 'open'
      const assignee = await ownerOf(call, store, program)
      const found = await store.tasks({
        ...(state === 'all' ? {} : { state }),
        ...(assignee === undefined ? {} : { assignee }),
      })
      if (call.json) printJson(call, { tasks: found.map((task) => taskJson(task, program)) })
      else {
        const people = peopleUnder(program, await store.people())
        const none = `No ${state === 'all' ? '' : `${state} `}tasks. "linewalker plan" shows what the rules would ask for now.`
        const names = await store.namesOf(found.map(({ kind, subject }) => ({ kind, id: subject })))
        printList(call, tasksTable(found, { program, people, now, names }), limit, 'task', none)
      }
      return FINE
    }),
}
