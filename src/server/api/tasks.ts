import { z } from 'zod'
import type { Acted } from '../../domain/acts.js'
import type { Task } from '../../domain/findings.js'
import { taskJson } from '../../reports/json.js'
import { cutPage, readCursor } from '../cursor.js'
import { checkPeople } from '../known.js'
import { type Answer, type Circumstances, defineOperation, type Operation } from '../operation.js'
import { notFound, Refusal } from '../problem-details.js'
import { unknownPerson } from '../recording/names.js'
import { evaluated, WAITS } from '../recording/record.js'
import { ownersOf, ownersSeen, peopleOf } from '../sight.js'
import { answerActed } from './acted.js'
import { anId, idParams, instant, pageOf, paging, subject, text } from './shapes.js'

const task = z
  .object({
    id: z.string(),
    rule: z.string(),
    subject,
    episode: z.int().nullable(),
    assignee: z.string(),
    title: z.string(),
    due: instant.nullable(),
    created_at: instant,
    state: z.enum(['open', 'done', 'closed']),
    ended_at: instant.nullable(),
    ended_by: text,
  })
  .meta({ id: 'Task', description: 'Something that a rule asks a person to do.' })

const acted = z
  .object({ task, evaluated })
  .meta({ id: 'ActedTask', description: 'A task after what was done with it.' })

/** The task of that id, if whoever sees the records of these owners sees it; null is everybody's. */
async function taskAmong(owners: readonly string[] | null, { ports }: Circumstances, id: string): Promise<Task> {
  const [found] = await ports.store.tasksPage({ owners, after: null, limit: 1, id })
  if (!found) throw notFound('task', id)
  return found.row
}

/** The task of that id, if the caller may see it. */
const taskAt = async (asked: Circumstances, id: string): Promise<Task> => taskAmong(await ownersOf(asked), asked, id)

/** Answers with the task as it is after an act; `whyNot` says why nothing was to be done. */
const after = (asked: Circumstances, before: Task, became: Acted, whyNot: (now: Task) => string): Promise<Answer> =>
  answerActed<Task>(asked, became, {
    what: 'task',
    name: before.id,
    subject: { kind: before.kind, id: before.subject },
    read: () => taskAt(asked, before.id),
    whyNot,
    // Whoever gave a task away is told of it once more, also where it cannot be seen from there any longer.
    tell: async () => taskJson(await taskAmong(null, asked, before.id), asked.program),
  })

export const tasks: readonly Operation[] = [
  defineOperation({
    method: 'get',
    path: '/tasks',
    name: 'listTasks',
    about: 'tasks',
    summary: 'Tasks that rules gave to people, those that are due first.',
    scope: 'read',
    query: z.object({
      state: z.enum(['open', 'done', 'closed', 'all']).default('open'),
      assignee: anId.optional(),
      opportunity: anId.optional(),
      account: anId.optional(),
      ...paging,
    }),
    answers: { 200: { says: 'A page.', schema: pageOf('tasks', task) } },
    run: async (asked) => {
      const { state, assignee, opportunity, account, limit, cursor } = asked.query
      if (opportunity !== undefined && account !== undefined)
        throw new Refusal('invalid-request', 'A task is about an opportunity or an account, not about both.')
      const owners = await ownersOf(asked)
      await checkPeople(asked, [assignee], owners)
      const list = ['tasks', state, assignee ?? null, opportunity ?? null, account ?? null, owners]
      const found = await asked.ports.store.tasksPage({
        owners,
        after: readCursor(list, cursor, ['whole', 'text']),
        limit: limit + 1,
        ...(state === 'all' ? {} : { state }),
        ...(assignee === undefined ? {} : { assignee }),
        ...(opportunity === undefined ? {} : { subject: { kind: 'opportunity' as const, id: opportunity } }),
        ...(account === undefined ? {} : { subject: { kind: 'account' as const, id: account } }),
      })
      const { rows, next } = cutPage(list, found, limit)
      return { status: 200, body: { tasks: rows.map(({ row }) => taskJson(row, asked.program)), next } }
    },
  }),
  defineOperation({
    method: 'post',
    path: '/tasks/{id}/complete',
    name: 'completeTask',
    about: 'tasks',
    summary: 'Ends a task: it is done.',
    scope: 'write',
    params: idParams,
    headers: WAITS,
    answers: { 200: { says: 'It is done.', schema: acted } },
    run: async (asked) => {
      const { id } = asked.params
      const before = await taskAt(asked, id)
      const became = await asked.ports.store.completeTask(id, asked.caller.id, asked.now)
      return after(asked, before, became, () => `The task "${id}" has ended already.`)
    },
  }),
  defineOperation({
    method: 'post',
    path: '/tasks/{id}/reassign',
    name: 'reassignTask',
    about: 'tasks',
    summary: 'Gives a task to somebody else.',
    scope: 'write',
    params: idParams,
    body: z
      .strictObject({ to: anId.describe('The id of a person.') })
      .meta({ id: 'Reassignment', description: 'To whom.' }),
    headers: WAITS,
    answers: { 200: { says: 'It is given to that person.', schema: acted } },
    run: async (asked) => {
      const { id } = asked.params
      const { to } = asked.body
      const before = await taskAt(asked, id)
      const people = await peopleOf(asked)
      const owners = ownersSeen(asked.caller, people)
      const unknown = unknownPerson(to, { people, owners, present: before.assignee })
      if (unknown) throw unknown
      if (asked.caller.sees.is === 'team' && !owners?.includes(to))
        throw new Refusal('not-allowed', 'A task of a team is given to somebody of the team.')
      const became = await asked.ports.store.reassignTask(id, to, asked.caller.id, asked.now)
      return after(asked, before, became, ({ state }) =>
        state === 'open'
          ? `The task "${id}" is with ${to} already.`
          : `The task "${id}" has ended: nobody is given it.`,
      )
    },
  }),
]
