import type { Level } from '../domain/subjects.js'
import type { Calendar } from '../lib/calendar.js'
import { sayBound, sayMeasure } from '../reports/goals.js'
import { sayWrong } from '../reports/health.js'
import { saySums } from '../reports/money.js'
import { sayPerson } from '../reports/words.js'
import type { DigestContent } from './digest-data.js'
import { sayName, sayWhen, type Wording } from './words.js'

/** An entry of a list: a name, what is said of it, and how grave it is, in a word of its own. */
export interface Entry {
  name: string
  level: Level | null
  tag: string | null
  says: string[]
}

/** The gravest of a list; the rest is counted. */
export interface List {
  title: string
  entries: Entry[]
  more: string | null
}

const SHOWN = 10

const listed = (title: string, entries: readonly Entry[]): List => ({
  title: `${title}: ${entries.length}`,
  entries: entries.slice(0, SHOWN),
  more: entries.length > SHOWN ? `And ${entries.length - SHOWN} more.` : null,
})

const tagged = (level: Level | null) => ({ level, tag: level === null ? null : level.replace('_', ' ') })

/** The parts that are known, on one line. */
const together = (...parts: readonly (string | null)[]): string => parts.filter(Boolean).join(' · ')

/** What a digest lists: what is not healthy, then what its `show` asks for. */
export function listsOf(content: DigestContent, wording: Wording, calendar: Calendar): List[] {
  const lists = content.health.worst.length === 0 ? [] : [unhealthy(content)]
  return [
    ...lists,
    ...goalsOf(content, wording),
    ...viewsOf(content),
    ...findingsOf(content, wording, calendar),
    ...workOf(content, wording, calendar),
  ]
}

function unhealthy({ health }: DigestContent): List {
  const entries = health.worst.map(({ id, name, account, owner, level, amount, currency, wrong }) => {
    const worth = amount === null ? null : saySums([{ currency, amount: BigInt(amount) }])
    const of = together(account === name ? null : account, owner, worth)
    return { name: name ?? id, ...tagged(level), says: [of, sayWrong(wrong)].filter(Boolean) }
  })
  return listed('Not healthy', entries)
}

const viewsOf = ({ views }: DigestContent): List[] =>
  views.map(({ title, columns, rows }) => {
    const entries = rows.map(({ subject, name, cells }) => {
      const wrong = new Set(cells.map((cell) => cell.wrong))
      const said = cells.map(({ text }, i) => {
        const { name: fact, title } = columns[i] ?? { name: '', title: '' }
        return text === '' || fact === 'name' ? null : `${title}: ${text}`
      })
      return {
        name: name ?? subject.id,
        ...tagged(wrong.has('poor') ? 'poor' : wrong.has('at_risk') ? 'at_risk' : null),
        says: [together(...said)].filter(Boolean),
      }
    })
    return listed(title, entries)
  })

function findingsOf({ findings }: DigestContent, { program, people }: Wording, calendar: Calendar): List[] {
  if (!findings) return []
  const titles = new Map(program.rules.map(({ id, title }) => [id, title]))
  const entries = findings.map(({ kind, id, name, rule, severity, owner, opened_at }) => ({
    name: sayName({ kind, subject: id, name }),
    ...tagged(severity === 'watch' ? null : severity),
    says: [
      titles.get(rule) ?? rule,
      together(sayPerson(owner, people), opened_at === null ? null : `since ${sayWhen(opened_at, calendar)}`),
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

/** Tasks, those that are overdue first, and moves on the assembly line, the latest first. */
function workOf({ tasks, moves, at }: DigestContent, { people }: Wording, calendar: Calendar): List[] {
  const lists: List[] = []
  if (tasks) {
    const due = (task: { due: number | null }) => task.due ?? Number.POSITIVE_INFINITY
    const entries = tasks
      .toSorted((a, b) => due(a) - due(b) || (a.id < b.id ? -1 : 1))
      .map((task) => ({
        name: task.title,
        ...(due(task) <= at ? { level: 'poor' as const, tag: 'overdue' } : tagged(null)),
        says: [
          together(sayPerson(task.assignee, people), task.due === null ? null : `due ${sayWhen(task.due, calendar)}`),
        ],
      }))
    lists.push(listed('Open tasks', entries))
  }
  if (moves) {
    const entries = moves.toReversed().map(({ account, from, to, at }) => ({
      name: account,
      ...tagged(null),
      says: [`from ${from} to ${to}, ${sayWhen(at, calendar)}`],
    }))
    lists.push(listed('Moves on the assembly line', entries))
  }
  return lists
}
