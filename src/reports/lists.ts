import { formatNumber } from '../conditions/operands.js'
import { sayFact } from '../conditions/words.js'
import type { HistoryEntry } from '../domain/effects.js'
import { type Finding, SEVERITIES, type Task } from '../domain/findings.js'
import type { SubjectRef } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import { isOverdue } from '../lib/due.js'
import type { Instant } from '../lib/instant.js'
import { sayKept } from '../notices/words.js'
import type { Program } from '../program/program.js'
import type { LetterRow, NoticeRow } from '../sql/telling.js'
import { cell, type Table, type Tone } from './table.js'
import { plainValue, sayDue, sayInstant, sayPerson, saySubject } from './words.js'

/** What lists need to say what they say: the program's words, the people, and the instant at which they are read. */
export interface Reader {
  program: Program
  people: People
  now: Instant
}

/** What lists need besides where their rows name subjects by id alone: names by `kind/id`, as `store.namesOf` tells them. */
export interface NamingReader extends Reader {
  names: ReadonlyMap<string, string>
}

const named = ({ names }: NamingReader, subject: SubjectRef): string =>
  names.get(`${subject.kind}/${subject.id}`) ?? saySubject(subject)

const zoneOf = ({ program }: Reader) => program.vocabulary.calendar.spec.timezone

const instantOf =
  ({ program }: Reader) =>
  (at: Instant | null) =>
    at === null ? null : sayInstant(at, program.vocabulary.calendar)

type Found = Finding & { name: string | null; owner: string | null }

/** Findings, one a line, the gravest first: what it is, of what, whose, since when. */
export function findingsTable(findings: readonly Found[], reader: Reader): Table {
  const say = instantOf(reader)
  const titles = new Map(reader.program.rules.map(({ id, title }) => [id, title]))
  const worstFirst = [...findings].sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity))
  const rows = worstFirst.map((one) => [
    cell(one.severity.replace('_', ' '), toneOf(one)),
    cell(titles.get(one.rule) ?? one.rule),
    cell(one.name ?? saySubject(one)),
    cell(sayPerson(one.owner, reader.people)),
    cell(one.state === 'open' && one.acknowledged_at !== null ? 'acknowledged' : one.state),
    cell(say(one.opened_at ?? one.pending_since)),
    cell(findingName(one), 'quiet'),
  ])
  return {
    headers: ['severity', 'what', 'of', 'owner', 'state', 'since', 'finding'],
    rows,
    whole: [6],
    broken: [1, 2],
    below: [3, 4, 5, 6],
    zone: zoneOf(reader),
  }
}

const toneOf = ({ state, severity }: Finding): Tone | undefined =>
  state === 'resolved' ? 'quiet' : severity === 'watch' ? undefined : severity

/** A finding by the name that `acknowledge` takes: rule, kind and id of its subject, episode. */
export const findingName = ({ rule, kind, id, episode }: Pick<Finding, 'rule' | 'kind' | 'id' | 'episode'>): string =>
  `${rule}/${kind}/${id}/${episode}`

/** Tasks, one a line; what is overdue says so. */
export function tasksTable(tasks: readonly Task[], reader: NamingReader): Table {
  const { calendar } = reader.program.vocabulary
  const say = instantOf(reader)
  const rows = tasks.map((task) => {
    const isLate = task.state === 'open' && isOverdue(task, reader.now)
    const state = task.state === 'open' ? 'open' : `${task.state} ${say(task.ended_at) ?? ''}`.trim()
    const tone = isLate ? 'poor' : task.state === 'open' ? undefined : 'quiet'
    return [
      cell(sayPerson(task.assignee, reader.people)),
      cell(isLate ? 'overdue' : state, tone),
      cell(task.due === null ? '' : sayDue(task.due, calendar), isLate ? 'poor' : undefined),
      cell(task.title),
      cell(named(reader, { kind: task.kind, id: task.subject })),
      cell(task.id, 'quiet'),
    ]
  })
  return {
    headers: ['for', 'state', 'due', 'task', 'of', 'id'],
    rows,
    whole: [5],
    broken: [3],
    below: [4, 5],
    zone: zoneOf(reader),
  }
}

/** Letters, and the notices that no letter has gathered yet. */
export function lettersTable(
  letters: readonly LetterRow[],
  notices: readonly NoticeRow[],
  reader: NamingReader,
): Table {
  const say = instantOf(reader)
  const people = (to: string) => (JSON.parse(to) as string[]).map((id) => sayPerson(id, reader.people)).join(', ')
  const rows = [
    ...notices.map((notice) => [
      cell(notice.withdrawn === null ? 'to be gathered' : 'withdrawn', notice.withdrawn === null ? undefined : 'quiet'),
      cell(sayPerson(notice.person, reader.people)),
      cell(firstLine(notice.text)),
      cell(aboutNotice(notice, reader)),
      cell(notice.urgent === 1 ? 'urgent notice' : 'notice'),
      cell(say(notice.at)),
      cell(''),
    ]),
    ...letters.map((letter) => {
      const { state, type, channel, to, title, body, reason, kind, subject, at, id } = letter
      const tone = state === 'dead' || state === 'uncertain' ? 'poor' : state === 'waiting' ? undefined : 'quiet'
      return [
        cell(state, tone),
        cell(channel === null ? people(to) : `${channel}${to === '[]' ? '' : ` (${people(to)})`}`),
        cell(title ?? firstLine(body)),
        cell(reason ?? (kind && subject !== null ? named(reader, { kind, id: subject }) : '')),
        cell(type),
        cell(say(at)),
        cell(id, 'quiet'),
      ]
    }),
  ]
  return {
    headers: ['state', 'to', 'says', 'about', 'kind', 'written', 'id'],
    rows,
    whole: [6],
    broken: [1, 2],
    below: [3, 4, 5, 6],
    zone: zoneOf(reader),
  }
}

/** What a notice is about, and why it is not told yet, or not any more. */
function aboutNotice(notice: NoticeRow, reader: NamingReader): string {
  const { program } = reader
  const subject = named(reader, { kind: notice.kind, id: notice.subject })
  if (notice.withdrawn !== null) return `${subject}: ${notice.withdrawn}`
  return notice.kept_why === null ? subject : `${subject}: ${sayKept(notice, program.vocabulary.calendar)}`
}

const firstLine = (body: string): string => body.split('\n', 1)[0] ?? ''

/** Entries of history in the order in which they happened; those of one instant in the order given. */
export const inOrderOfTime = (entries: readonly HistoryEntry[]): HistoryEntry[] =>
  [...entries].sort((a, b) => a.at - b.at)

/** What was changed of a subject, in the order in which it happened. */
export function historyTable(entries: readonly HistoryEntry[], reader: Reader): Table {
  const say = instantOf(reader)
  const rows = inOrderOfTime(entries).map((entry) => [
    cell(say(entry.at)),
    cell(sayFact(entry.fact)),
    cell(sayValue(entry, entry.from, reader)),
    cell(sayValue(entry, entry.to, reader)),
    cell(sayAuthor(entry.by, reader.people)),
    cell(entry.cause ?? '', 'quiet'),
  ])
  return {
    headers: ['when', 'what', 'from', 'to', 'by', 'because of'],
    rows,
    whole: [0],
    spare: [5, 4],
    zone: zoneOf(reader),
  }
}

const sayAuthor = (by: string, people: People): string => {
  const [, what, name] = /^(rule|import):(.*)$/s.exec(by) ?? []
  return what === undefined ? sayPerson(by, people) : `${what} ${name}`
}

function sayValue({ kind, fact }: HistoryEntry, value: unknown, reader: Reader): string {
  if (value === null || value === undefined) return ''
  if (fact === 'owner' && typeof value === 'string') return sayPerson(value, reader.people)
  if (reader.program.facts[kind].get(fact)?.kind === 'instant')
    return sayInstant(Number(value), reader.program.vocabulary.calendar)
  const plain = plainValue(kind, fact, value, reader.program)
  return typeof plain === 'number' ? formatNumber(plain) : String(plain)
}
