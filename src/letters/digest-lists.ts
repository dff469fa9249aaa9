import type { Level } from '../domain/subjects.js'
import type { Calendar } from '../lib/calendar.js'
import { sayBound, sayMeasure } from '../reports/goals.js'
import { sayWrong } from '../reports/health.js'
import { saySums } from '../reports/money.js'
import { sayLevel } from '../reports/table.js'
import { sayDue, sayPerson } from '../reports/words.js'
import type { DigestContent, NamedTask } from './digest-data.js'
import { type ListTable, type Row, tableOf } from './digest-table.js'
import { endTask, type Way } from './gathered-ways.js'
import { inOrder } from './tasks.js'
import { sayName, sayWhen, type Wording } from './words.js'

/** An entry of a list: a name, what is said of it, and how grave it is, in a word of its own. */
export interface Entry {
  name: string
  level: Level | null
  tag: string | null
  says: string[]
}

/** The gravest of a list, as entries or in a table; the rest is counted. */
export interface List {
  title: string
  /** What is said of all of them. */
  intro: string | null
  entries: Entry[]
  table: ListTable | null
  more: string | null
}

const SHOWN = 10
/** Rows take less room. */
const SHOWN_ROWS = 15

const moreThan = (shown: number, all: number) => (all > shown ? `And ${all - shown} more.` : null)

const listed = (title: string, entries: readonly Entry[]): List => ({
  title: `${title}: ${entries.length}`,
  intro: null,
  entries: entries.slice(0, SHOWN),
  table: null,
  more: moreThan(SHOWN, entries.length),
})

const tagged = (level: Level | null) => ({ level, tag: level === null ? null : sayLevel(level) })

/** The parts that are known, on one line. */
const together = (...parts: readonly (string | null)[]): string => parts.filter(Boolean).join(' · ')

const isOwn = ({ recipient }: DigestContent) => recipient.of === 'own'

/** What a digest lists: to whom it is about themselves first what they are to do; then the views of its `show` and what else is not healthy. */
export function listsOf(content: DigestContent, wording: Wording, calendar: Calendar): List[] {
  const tasks = tasksOf(content, wording, calendar)
  return [
    ...(isOwn(content) ? tasks : []),
    ...viewsOf(content, wording),
    ...unhealthy(content),
    ...goalsOf(content, wording),
    ...findingsOf(content, wording, calendar),
    ...(isOwn(content) ? [] : tasks),
    ...movesOf(content, calendar),
  ]
}

/** What is not healthy and stands in no row that a view shows: nothing is told twice, and nothing is left out. */
function unhealthy(content: DigestContent): List[] {
  const { health, views } = content
  const told = new Set(
    views.flatMap(({ rows }) =>
      rows.slice(0, SHOWN_ROWS).flatMap(({ subject }) => (subject.kind === 'opportunity' ? [subject.id] : [])),
    ),
  )
  const entries = health.worst
    .filter(({ id }) => !told.has(id))
    .map(({ id, name, account, owner, level, amount, currency, wrong }) => {
      const worth = amount === null ? null : saySums([{ currency, amount: BigInt(amount) }])
      const of = together(account === name ? null : account, isOwn(content) ? null : owner, worth)
      return { name: name ?? id, ...tagged(level), says: [of, sayWrong(wrong)].filter(Boolean) }
    })
  return entries.length === 0 ? [] : [listed(told.size === 0 ? 'Not healthy' : 'Also not healthy', entries)]
}

function viewsOf(content: DigestContent, { program }: Wording): List[] {
  const sick = new Map(content.health.worst.map((one) => [one.id, one]))
  return content.views.map((view) => ({
    title: `${view.title}: ${view.rows.length}`,
    intro: null,
    entries: [],
    table: view.rows.length === 0 ? null : tableOf(view, SHOWN_ROWS, { program, sick, isOwn: isOwn(content) }),
    more: moreThan(SHOWN_ROWS, view.rows.length),
  }))
}

function findingsOf(content: DigestContent, { program, people }: Wording, calendar: Calendar): List[] {
  const { findings } = content
  if (!findings) return []
  const titles = new Map(program.rules.map(({ id, title }) => [id, title]))
  const entries = findings.map(({ kind, id, name, rule, severity, owner, opened_at }) => ({
    name: sayName({ kind, subject: id, name }),
    ...tagged(severity === 'watch' ? null : severity),
    says: [
      titles.get(rule) ?? rule,
      together(
        isOwn(content) ? null : sayPerson(owner, people),
        opened_at === null ? null : `since ${sayWhen(opened_at, calendar)}`,
      ),
    ],
  }))
  return [listed('Open findings', entries)]
}

/** Goals that are missed first; of one that is held per owner, team or manager those that miss it are named. */
function goalsOf({ goals }: DigestContent, { program }: Wording): List[] {
  if (goals.length === 0) return []
  const entries = goals
    .map(({ goal, parts }) => {
      const missed = parts.filter(({ met }) => !met)
      const say = ({ name, value }: (typeof parts)[number]) =>
        `${goal.per === null ? '' : `${name}: `}${sayMeasure(goal, value, program)}`
      const named = missed.length > 0 ? missed : goal.per === null ? parts : []
      return {
        name: goal.title,
        level: missed.length > 0 ? ('at_risk' as const) : null,
        tag: missed.length > 0 ? 'missed' : 'met',
        says: [together(sayBound(goal, program), ...named.map(say))],
      }
    })
    .sort((a, b) => Number(a.tag === 'met') - Number(b.tag === 'met'))
  return [listed('Goals', entries)]
}

/** What one may do about what a digest lists. */
export function waysOf({ tasks, at }: DigestContent, calendar: Calendar): Way[] {
  const [first] = tasks ? inOrder(tasks, at, calendar).sorted : []
  return first ? [{ says: 'When a task is done:', commands: [endTask(first.id)] }] : []
}

/** Tasks, those that are overdue first, those without a day last. */
function tasksOf(content: DigestContent, { people, program }: Wording, calendar: Calendar): List[] {
  const { tasks, at } = content
  if (!tasks) return []
  const { sorted, says, isOver } = inOrder(tasks, at, calendar)
  const named = (task: NamedTask) => (task.name === null || task.title.includes(task.name) ? '' : task.name)
  const column = (title: string) => ({ title, right: false })
  const rows = sorted.slice(0, SHOWN_ROWS).map((task): Row => {
    const late = isOver(task)
    return {
      name: task.title,
      level: late ? 'poor' : null,
      tag: late ? 'overdue' : null,
      under: named(task) || null,
      cells: [
        ...(isOwn(content) ? [] : [{ text: sayPerson(task.assignee, people), level: null }]),
        { text: task.due === null ? '' : sayDue(task.due, program.vocabulary.calendar, calendar), level: null },
      ],
      notes: [],
      code: task.id,
    }
  })
  return [
    {
      title: `Open tasks: ${tasks.length}`,
      intro: says,
      entries: [],
      table:
        rows.length === 0
          ? null
          : { head: 'task', headers: [...(isOwn(content) ? [] : [column('person')]), column('due')], rows },
      more: moreThan(SHOWN_ROWS, tasks.length),
    },
  ]
}

/** Moves on the assembly line, the latest first. */
function movesOf({ moves }: DigestContent, calendar: Calendar): List[] {
  if (!moves) return []
  const entries = moves.toReversed().map(({ account, from, to, at }) => ({
    name: account,
    ...tagged(null),
    says: [`from ${from} to ${to}, ${sayWhen(at, calendar)}`],
  }))
  return [listed('Moves on the assembly line', entries)]
}
