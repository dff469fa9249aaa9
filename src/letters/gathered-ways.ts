import { formatNumber } from '../conditions/operands.js'
import type { Calendar } from '../lib/calendar.js'
import { isOverdue } from '../lib/due.js'
import { shellWord } from '../lib/shell.js'
import { isOver, type Message } from '../notices/message.js'
import type { Rule } from '../program/program.js'
import { isEscalating } from '../reports/after-done.js'
import { count, sayDue } from '../reports/words.js'
import type { OpenTasks, TasksAsked } from '../store/open-tasks.js'
import { nameOf, oneLine } from './gathered-line.js'
import { endOfWeek, sayPressing } from './tasks.js'
import { calendarOf, type Wording } from './words.js'

/** What the reader is to do besides; each task with its id. */
export interface ReadTasks {
  title: string
  says: string | null
  items: { says: string; id: string }[]
  more: string | null
}

/** What a reader may do, in a sentence, and the commands that do it to the first of what the letter tells. */
export interface Way {
  says: string
  commands: string[]
}

/** So many tasks are named, the first to be due; the rest is counted. */
const TASKS = 5

/** What a letter tells of the open tasks of its reader; null where it cannot wait: then it is about one thing. */
export const tasksFor = ({ window, at, to }: Message, wording: Wording): TasksAsked | null =>
  window === null ? null : { first: TASKS, soonEnds: endOfWeek(at, calendarOf(wording, to.timezone)) }

/** The open tasks in words; null where there are none. */
export function tasksOf(
  { at }: Message,
  tasks: OpenTasks | null,
  { program }: Wording,
  calendar: Calendar,
): ReadTasks | null {
  if (tasks === null || tasks.total === 0) return null
  const { first, total, overdue, soon } = tasks
  const left = total - first.length
  return {
    title: `Your open tasks: ${formatNumber(total)}`,
    says: sayPressing(overdue, soon),
    items: first.map(({ id, title, due }) => {
      const day = due === null ? '' : sayDue(due, program.vocabulary.calendar, calendar)
      const when = due === null ? '' : isOverdue({ due }, at) ? `: overdue, it was due ${day}` : `: due ${day}`
      return { says: oneLine(`${title}${when}`), id }
    }),
    more: left > 0 ? `And ${count(left, 'more', 'more')}.` : null,
  }
}

/** How to end a task or an escalation, and how to hear less; only what there is something for. */
export function waysOf(
  { lines, at }: Message,
  tasks: OpenTasks | null,
  rules: ReadonlyMap<string, Rule>,
  calendar: Calendar,
): Way[] {
  const open = lines.filter((line) => line.severity !== null && !isOver(line))
  const escalating = open.find((line) => {
    const rule = rules.get(line.rule)
    return rule !== undefined && isEscalating(line, rule)
  })
  const [task] = tasks?.first ?? []
  const first = lines.find((line) => !isOver(line)) ?? lines[0]
  const [quiet] = first && open.includes(first) ? [first] : []
  const until = calendar.dateOf(calendar.after(at, { count: 30, unit: 'day' }))
  const ways: Way[] = [
    {
      says: 'When a task is done:',
      commands: task ? [endTask(task.id)] : [],
    },
    {
      says: 'To say that you look after a finding, which ends its escalation (reminders go on):',
      commands: escalating ? [`linewalker acknowledge ${nameOf(escalating)}`] : [],
    },
    {
      says: 'To keep something back for a while, with an end and a reason (one finding, or all that match):',
      commands: [
        ...(quiet ? [`linewalker snooze ${nameOf(quiet)} --until touch --reason "…"`] : []),
        ...(first ? [`linewalker silence --rule ${shellWord(first.rule)} --until ${until} --comment "…"`] : []),
      ],
    },
  ]
  return ways.filter(({ commands }) => commands.length > 0)
}

/** The command that ends a task, as a shell takes it. */
export const endTask = (id: string): string => `linewalker tasks done ${shellWord(id)}`
