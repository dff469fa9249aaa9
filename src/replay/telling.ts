import type { Finding, FindingRef } from '../domain/findings.js'
import type { Account, Opportunity, Person } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import type { FamilyPlan } from '../engine/plan.js'
import { peopleUnder } from '../engine/snapshots.js'
import type { Instant } from '../lib/instant.js'
import { type PersonClock, personClock } from '../notices/clock.js'
import { decideNotices, type Outcome, type Telling, type WaitingNotice } from '../notices/decide.js'
import { judgedBy, type NotificationSettings, notificationSettings } from '../notices/settings.js'
import { tellingRows } from '../notices/telling.js'
import type { Program } from '../program/program.js'
import type { LetterRow, NoticeRow } from '../sql/telling.js'
import type { Cell } from './cells.js'
import type { State } from './state.js'

/** A letter that went out: gathered of notices for a person, or an exact one of a rule's own. */
export interface Letter {
  /** `person / window`, `person/at-once/notice`, or `KEY#n` of an exact one. */
  id: string
  at: Instant
  /** Null of exact letters. */
  person: string | null
  /** The window it is the letter of; null of what is told at once, and of exact letters. */
  window: Instant | null
  /** What it tells, oldest first; none in an exact letter. */
  notices: readonly NoticeRow[]
  /** The exact letter, as commit writes it. */
  exact: LetterRow | null
}

/** The notices of a person that wait, and what of the letters before them matters. */
interface Box {
  waiting: { notice: NoticeRow; cell: Cell }[]
  /** When gathering looks at one of them next; 0 is at once. */
  next: Instant
  /** When letters went to the person today, or lately. */
  letters: Instant[]
  windows: Set<string>
}

/** The boxes of a world by person, and what its notices were judged by when it was last looked at. */
export interface Boxes {
  readonly of: Map<string, Box>
  people: People | null
  judgedBy: string
}

/** Who waits to be told what, and which letters were written. */
export interface Outbox {
  /** Notices and exact letters that a family's plan wrote, after what it withdrew. */
  write(plan: FamilyPlan, cellOf: (notice: { kind: Cell['kind']; subject: string }) => Cell, now: Instant): LetterRow[]
  /** When a notice is to be looked at next: 0 is at once, null never. */
  next(): Instant | null
  /** The letters of notices that are told now. What is kept back is kept with its reason. */
  gather(now: Instant): Letter[]
}

/** Nothing waiting to be told of a finding that is over is told. */
export function withdraw(cell: Cell, finding: FindingRef): void {
  if (cell.notices.length === 0) return
  cell.notices = cell.notices.filter((notice) => {
    if (!hangsOn(notice, finding) || notice.withdrawable === 0) return true
    notice.withdrawn = 'The finding was resolved before it was sent.'
    notice.kept_until = null
    return false
  })
}

const hangsOn = (row: Pick<LetterRow, 'rule' | 'episode' | 'kind' | 'subject'>, finding: FindingRef): boolean =>
  row.rule === finding.rule &&
  row.episode === String(finding.episode) &&
  row.kind === finding.kind &&
  row.subject === finding.id

/** Boxes in which nothing waits. */
export const emptyBoxes = (): Boxes => ({ of: new Map(), people: null, judgedBy: '' })

/** The outbox of a world under a program: notices are gathered by its notification rules on the clock of each person. */
export function openOutbox(state: State, program: Program, own: Boxes): Outbox {
  const settings: NotificationSettings = notificationSettings(program)
  const boxes = own.of
  const clocks = new Map<string | null, PersonClock>()
  const clockOf = (timezone: string | null): PersonClock => {
    const clock = clocks.get(timezone) ?? personClock(settings, timezone)
    clocks.set(timezone, clock)
    return clock
  }
  const boxOf = (person: string): Box => {
    const box = boxes.get(person) ?? { waiting: [], next: 0, letters: [], windows: new Set<string>() }
    boxes.set(person, box)
    return box
  }

  /** Other settings, a person in another zone or team: what waits is looked at again under them. */
  function judgeAnew(): void {
    if (state.people === own.people) return
    own.people = state.people
    const under = judgedBy(settings, peopleUnder(program, state.people))
    if (under === own.judgedBy) return
    own.judgedBy = under
    for (const box of boxes.values()) {
      box.next = 0
      for (const { notice } of box.waiting) if (notice.kept_until !== null) notice.kept_until = 0
    }
  }

  own.people = null
  return {
    write(plan, cellOf, now) {
      const { notices, letters } = tellingRows(plan, now)
      for (const notice of notices) {
        const cell = cellOf(notice)
        cell.notices.push(notice)
        const box = boxOf(notice.person)
        box.waiting.push({ notice, cell })
        box.next = 0
      }
      for (const finding of plan.withdraw) withdraw(cellOf({ kind: finding.kind, subject: finding.id }), finding)
      const isOver = (letter: LetterRow) =>
        letter.withdrawable === 1 && plan.withdraw.some((finding) => hangsOn(letter, finding))
      return letters.filter((letter) => !isOver(letter))
    },
    next() {
      judgeAnew()
      let least: Instant | null = null
      for (const { next, waiting } of boxes.values())
        if (waiting.length > 0 && (least === null || next < least)) least = next
      return least
    },
    gather(now) {
      judgeAnew()
      const letters: Letter[] = []
      const people = peopleUnder(program, state.people)
      for (const [id, box] of [...boxes].sort(([a], [b]) => (a < b ? -1 : 1))) {
        if (box.waiting.length === 0 || box.next > now) continue
        const person = people.get(id)
        const letter = gatherFor(id, box, person, clockOf(person?.timezone ?? null), now, people)
        if (letter) letters.push(letter)
      }
      return letters
    },
  }

  function gatherFor(
    id: string,
    box: Box,
    person: Person | undefined,
    clock: PersonClock,
    now: Instant,
    people: ReadonlyMap<string, Person>,
  ): Letter | null {
    box.waiting = box.waiting.filter(({ notice }) => notice.withdrawn === null)
    const due = box.waiting.filter(({ notice }) => notice.kept_until !== null && notice.kept_until <= now)
    due.sort((a, b) => a.notice.at - b.notice.at || (a.notice.id < b.notice.id ? -1 : 1))
    const [begin, end] = [clock.startOfDay(now), clock.startOfTomorrow(now)]
    box.letters = box.letters.filter((at) => at >= begin)
    const telling: Telling = {
      now,
      clock,
      atMost: settings.atMost,
      lettersToday: box.letters.filter((at) => at < end).length,
      windowHappened: box.windows.has(windowId(id, clock.lastWindow(now))),
      silences: [],
      active: person?.active ?? true,
    }
    const asked = new Map(due.map(({ notice, cell }) => [waitingOf(notice, cell, people), { notice, cell }]))
    const { outcomes, window } = decideNotices([...asked.keys()], telling)
    const told: NoticeRow[] = []
    for (const [waiting, outcome] of outcomes) {
      const { notice, cell } = asked.get(waiting) as { notice: NoticeRow; cell: Cell }
      settle(notice, cell, outcome)
      if (outcome.do === 'tell') told.push(notice)
    }
    box.waiting = box.waiting.filter(({ notice }) => notice.kept_until !== null)
    box.next = box.waiting.reduce((least, { notice }) => Math.min(least, notice.kept_until ?? least), Infinity)
    if (told.length === 0) return null
    const first = told.reduce((least, one) => (one.id < least ? one.id : least), told[0]?.id ?? '')
    const name = window === null ? `${id}/at-once/${first}` : windowId(id, window)
    for (const notice of told) notice.letter = name
    box.letters.push(now)
    if (window !== null) {
      box.windows.clear()
      box.windows.add(name)
    }
    return { id: name, at: now, person: id, window, notices: told, exact: null }
  }
}

const windowId = (person: string, window: Instant): string => `${person}/${new Date(window).toISOString()}`

function settle(notice: NoticeRow, cell: Cell, outcome: Outcome): void {
  if (outcome.do === 'keep') {
    notice.kept_why = outcome.why
    notice.kept_until = outcome.until
    notice.kept_by = outcome.by
    return
  }
  notice.kept_until = null
  if (outcome.do === 'drop') notice.withdrawn = outcome.why
  cell.notices = cell.notices.filter((one) => one !== notice)
}

function waitingOf(notice: NoticeRow, cell: Cell, people: ReadonlyMap<string, Person>): WaitingNotice {
  const { id, rule, kind, subject, urgent, at, kept_by, kept_why, kept_until } = notice
  const finding: Finding | undefined = cell.findings.find((one) => hangsOn({ ...notice, kind, subject }, one))
  const row: Opportunity | Account = cell.row
  const account = kind === 'account' ? subject : (row as Opportunity).account
  return {
    id,
    urgent: urgent === 1,
    at,
    finding: finding === undefined ? 'none' : finding.state === 'open' ? 'open' : 'over',
    kept_by,
    kept_why,
    kept_until: kept_until ?? 0,
    matched: {
      rule,
      owner: row.owner,
      team: row.owner === null ? null : (people.get(row.owner)?.team ?? null),
      account,
      severity: finding?.severity ?? null,
    },
  }
}
