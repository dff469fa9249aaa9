import { z } from 'zod'
import { dueIn } from '../lib/due.js'
import { didYouMean } from '../lib/nearest.js'
import { meantSpan, parseSpan } from '../lib/span.js'
import { defineAction } from './define.js'
import { liquid, one, words } from './options.js'
import { leftOut } from './state.js'
import { chosen, readWho, type Who } from './who.js'

const OWNER: Who = { is: 'role', role: 'owner' }

/** Makes a task for one person. */
export const createTask = defineAction({
  name: 'create_task',
  for: ['opportunity', 'account'],
  summary: 'Makes a task for one person, by default the owner.',
  options: z.strictObject({
    title: liquid,
    assign: one.optional(),
    due: words.optional().meta({
      description:
        'A span from now: "2 business days". In days or longer it is due until the end of its day, in hours at that instant.',
    }),
  }),
  short: 'title',
  example: '{ create_task: { assign: owner, title: "Re-engage {{ name }}", due: 2 business days } }',
  compile({ title: text, assign, due: written }, check, path) {
    const title = check.template(text, [...path, 'title'])
    const who = assign === undefined ? OWNER : readWho(assign, check, [...path, 'assign'])
    const due_in = written === undefined ? null : String(written)
    const span = due_in === null ? null : parseSpan(due_in)
    if (span === undefined) {
      const message = `"due" of create_task takes a span from now such as "2 business days", not "${due_in}".`
      check.complain({ path: [...path, 'due'], message: message + didYouMean(meantSpan(String(due_in))) })
    }
    if (!title || !who || span === undefined) return null
    return (context) => {
      const { subject, snapshot, values } = context
      const { person, why } = chosen(who, context)
      if (person === null) return [leftOut('create_task', why)]
      const due = span && dueIn(span, snapshot.now, snapshot.vocabulary.calendar)
      return [{ kind: 'create_task', subject, assign: person, title: title.render(values), due, due_in }]
    }
  },
})

/** Closes the tasks that this finding made and that are still open. */
export const closeTasks = defineAction({
  name: 'close_tasks',
  for: ['opportunity', 'account'],
  summary: 'Closes the open tasks that this finding made.',
  options: z.strictObject({}),
  example: '{ close_tasks: {} }',
  compile(_, check, path) {
    if (!check.finding) {
      check.complain({ path, message: 'close_tasks closes what a finding made, and here there is no finding.' })
      return null
    }
    return ({ finding }) => (finding ? [{ kind: 'close_tasks', finding }] : [])
  },
})
