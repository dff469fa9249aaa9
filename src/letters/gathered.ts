import { formatNumber } from '../conditions/operands.js'
import type { Severity } from '../domain/findings.js'
import { readStep } from '../domain/steps.js'
import type { Calendar } from '../lib/calendar.js'
import { grouped } from '../lib/grouped.js'
import {
  bySeverity as countLevels,
  isOver,
  type Message,
  type ResolvedLine,
  type ShownLine,
} from '../notices/message.js'
import type { Rule } from '../program/program.js'
import { count, sayPerson } from '../reports/words.js'
import type { OpenTasks } from '../store/open-tasks.js'
import { gatheredHtml } from './gathered-html.js'
import { oneLine, type ReadLine, readLine } from './gathered-line.js'
import { gatheredText } from './gathered-text.js'
import { type ReadTasks, tasksOf, type Way, waysOf } from './gathered-ways.js'
import {
  calendarOf,
  firstName,
  LEVELS,
  levelOf,
  sayAccount,
  sayAmount,
  sayCounts,
  sayFindings,
  sayLevel,
  sayName,
  sayStep,
  sayWhen,
  sayZone,
  type Wording,
} from './words.js'

/** All that is told of one opportunity or account, the gravest first: its name stands once. */
export interface ReadBlock {
  name: string
  amount: string | null
  account: string | null
  severity: Severity | null
  lines: ReadLine[]
}

/** A gathered letter in words: the text and the HTML part say the same. */
export interface ReadLetter {
  title: string
  greeting: string
  intro: string[]
  sections: { title: string; counts: string | null; groups: { title: string | null; blocks: ReadBlock[] }[] }[]
  more: string | null
  /** What the reader is to do besides. */
  tasks: ReadTasks | null
  resolved: { title: string; items: string[]; more: string | null } | null
  notes: string[]
  /** Why one gets this, and whose clock it is written by. */
  foot: string[]
  /** What one may do about it. */
  ways: Way[]
}

/**
 * Words a message as an email, or as the text of a channel, with the open tasks of who reads it. Pure: the same message under the
 * same program reads the same.
 */
export function composeGathered(
  message: Message,
  wording: Wording,
  tasks: OpenTasks | null = null,
): { title: string; body: string; html: string } {
  const letter = readLetter(message, wording, tasks)
  return { title: letter.title, body: gatheredText(letter), html: gatheredHtml(letter) }
}

function readLetter(message: Message, wording: Wording, tasks: OpenTasks | null): ReadLetter {
  const calendar = calendarOf(wording, message.to.timezone)
  const rules = new Map(wording.program.rules.map((rule) => [rule.id, rule]))
  const reasons = new Set<string>()
  const lines = message.lines.map(
    (line) => [line, readLine(line, wording, rules, reasons, calendar, message.at)] as const,
  )
  const { total, rest } = message
  const left = total - message.lines.length
  return {
    title: titleOf(message, rules),
    greeting: `Hello ${firstName(message.to.name, message.to.id)},`,
    intro: introOf(message, wording),
    sections: isOfOthers(message) ? byOwner(message, lines, wording) : bySeverity(lines),
    more: left === 0 ? null : `And ${count(left, 'more', 'more')}: ${sayCounts(rest)}.`,
    tasks: tasksOf(message, tasks, wording, calendar),
    resolved: resolvedOf(message, wording, rules),
    notes: notesOf(message, calendar),
    foot: [`You get this ${sayReasons(message, wording)}.`, sayZone(calendar)],
    ways: waysOf(message, tasks, rules, calendar),
  }
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

function titleOf({ lines, total, window, counts }: Message, rules: ReadonlyMap<string, Rule>): string {
  const [first] = lines
  const urgent = window === null ? 'Urgent: ' : ''
  if (!first || total > 1) return `${urgent}${sayFindings(counts)}`
  const rule = rules.get(first.rule)
  const [step = ''] = first.steps
  return oneLine(`${sayWhy(step, window === null)}${rule?.title ?? first.rule}: ${sayName(first)}`)
}

/** Why a single finding is told, in front of its title: nothing where it is new. */
function sayWhy(step: string, urgent: boolean): string {
  const { is } = readStep(step)
  if (urgent) return is === 'escalate' ? 'Urgent escalation: ' : 'Urgent: '
  if (is === 'escalate') return 'Escalation: '
  return is === 'remind' || is === 'resolve' ? `${capital(sayStep(step))}: ` : ''
}

function introOf({ total, counts, overMaximum, owners, window }: Message, { people }: Wording): string[] {
  const known = owners.filter(({ owner }) => owner !== null).length
  const of = known > 1 ? ` of ${known} owners` : ''
  // Of a single one its own line says it all.
  const all = total === 1 ? [] : [`${sayFindings(counts, of)}.`]
  const waitedAll = total === 1 ? 'It waited' : 'They waited'
  const who = overMaximum === total ? waitedAll : `${count(overMaximum, 'finding', 'findings')} waited`
  const waited = overMaximum > 0 ? [`${who} because an earlier day had its full number of letters.`] : []
  const each =
    owners.length > 1
      ? [owners.map(({ owner, counts }) => `${ownerName(owner, people)} ${sum(counts)}`).join(' · ')]
      : []
  const urgent = window === null ? ['This cannot wait for the next letter.'] : []
  return [[...urgent, ...all].join(' '), ...each, ...waited].filter((text) => text !== '')
}

const sum = (counts: Message['counts']) => LEVELS.reduce((all, level) => all + counts[level], 0)
const ownerName = (owner: string | null, people: Wording['people']) =>
  owner === null ? 'No owner' : sayPerson(owner, people)

/** Is anything in it somebody else's? Then it is read by owner. */
const isOfOthers = ({ owners, to }: Message) => owners.some(({ owner }) => owner !== to.id)

type Both = readonly (readonly [ShownLine, ReadLine])[]

/** What several rules find in one subject is one block; what is over stands apart from what is not. */
function blocksOf(lines: Both): (readonly [gravest: ShownLine, block: ReadBlock, of: Both])[] {
  const subjects = grouped(lines, ([line]) => JSON.stringify([line.kind, line.subject, isOver(line)]))
  return [...subjects.values()].flatMap((those) => {
    const [[line, first] = []] = those
    if (!line || !first) return []
    const { name, amount, account, severity } = first
    return [[line, { name, amount, account, severity, lines: those.map(([, read]) => read) }, those] as const]
  })
}

/** The number beside a heading counts what stands beneath it; what a letter does not show it counts at its end. */
const countsOf = (lines: Both) => countLevels(lines.map(([line]) => line))

function byOwner({ to }: Message, lines: Both, { people }: Wording): ReadLetter['sections'] {
  return [...grouped(lines, ([{ owner }]) => owner)].map(([owner, group]) => {
    const name = owner === to.id ? 'Your own' : ownerName(owner, people)
    return {
      title: name,
      counts: sayCounts(countsOf(group)),
      groups: [{ title: null, blocks: blocksOf(group).map(([, block]) => block) }],
    }
  })
}

/** Under the gravest of what is told of them: where less grave things stand there too, all levels are counted. */
function bySeverity(lines: Both): ReadLetter['sections'] {
  const groups = [...grouped(blocksOf(lines), ([line]) => levelOf(line))]
  groups.sort(([a], [b]) => LEVELS.indexOf(a) - LEVELS.indexOf(b))
  return groups.map(([level, group]) => {
    const counts = countsOf(group.flatMap(([, , own]) => own))
    return {
      title: capital(sayLevel(level)),
      counts: sum(counts) === counts[level] ? String(counts[level]) : sayCounts(counts),
      groups: [...grouped(group, ([line]) => sayAccount(line))].map(([title, those]) => ({
        title,
        blocks: those.map(([, block]) => ({ ...block, account: null })),
      })),
    }
  })
}

function resolvedOf(
  { resolved, resolvedTotal }: Message,
  wording: Wording,
  rules: ReadonlyMap<string, Rule>,
): ReadLetter['resolved'] {
  if (resolvedTotal === 0) return null
  const say = (line: ResolvedLine) => {
    const amount = sayAmount(line, wording)
    return oneLine(`${sayName(line)}${amount ? ` (${amount})` : ''}: ${rules.get(line.rule)?.title ?? line.rule}`)
  }
  const left = resolvedTotal - resolved.length
  return {
    title: `Resolved since your last letter: ${formatNumber(resolvedTotal)}`,
    items: resolved.map(say),
    more: left === 0 ? null : `And ${count(left, 'more', 'more')}.`,
  }
}

function notesOf({ silenced, waiting }: Message, calendar: Calendar): string[] {
  const notes = silenced.map(
    ({ says, comment, until, count: n }) =>
      `${count(n, 'finding is', 'findings are')} silenced until ${sayWhen(until, calendar)} (${says}): ${comment}`,
  )
  if (waiting) {
    const { count: n, until } = waiting
    notes.push(`${count(n, 'other finding waits', 'other findings wait')} for a letter at ${sayWhen(until, calendar)}.`)
  }
  return notes
}

/** In what part the person is told: as owner, as the owner's manager, or because a rule names one or one's team. */
function sayReasons({ owners, to }: Message, { people }: Wording): string {
  const is = {
    owner: owners.some(({ owner }) => owner === to.id),
    manager: owners.some(({ owner }) => owner !== null && people.get(owner)?.manager === to.id),
    named: owners.some(({ owner }) => owner === null || (owner !== to.id && people.get(owner)?.manager !== to.id)),
  }
  const parts = [
    ...(is.owner ? ['as the owner'] : []),
    ...(is.manager ? ['as the manager of the owner'] : []),
    ...(is.named ? ['because a rule names you or your team'] : []),
  ]
  return parts.join(', and ')
}
