import type { Person } from '../domain/subjects.js'
import { STATUSES } from '../domain/subjects.js'
import type { AssemblyLine, Field, Pipeline, Vocabulary } from '../domain/vocabulary.js'
import { type CalendarSpec, DEFAULT_CALENDAR, isTimezone, makeCalendar, parseCivilDate } from '../lib/calendar.js'
import { isEmailAddress } from '../lib/email-address.js'
import { nearest } from '../lib/nearest.js'
import type { Complaint, Hint } from '../lib/problem.js'
import { hintFor } from './checking.js'
import { allowedMoves } from './moves.js'
import { readSpan } from './rules.js'
import type { Rules } from './sections/index.js'
import { MONTHS, WEEKDAYS } from './sections/model.js'
import { minutesOf } from './times.js'

type Complain = (complaint: Complaint) => void

/** Kinds of activity where none are declared. */
const USUAL_TOUCHES = ['email', 'call', 'meeting']

/** Reads all that gives stored rows their meaning. What is wrong is complained of and left out. */
export function readVocabulary(rules: Rules, complain: Complain): Vocabulary {
  const { activities } = rules
  return {
    calendar: makeCalendar(readCalendar(rules, complain)),
    money: readMoney(rules, complain),
    touches: activities ? (activities.touches ?? []) : USUAL_TOUCHES,
    otherActivities: readOthers(rules, complain),
    pipelines: readPipelines(rules, complain),
    assemblyLine: readLine(rules, complain),
    fields: {
      opportunity: readFields(rules, 'opportunity', complain),
      account: readFields(rules, 'account', complain),
    },
    people: readPeople(rules, complain),
    indicators: Object.keys(rules.health?.indicators ?? {}),
    needs: Object.keys(rules.qualification?.needs ?? {}),
  }
}

function zoneHint(timezone: string): Hint {
  const near = nearest(timezone, Intl.supportedValuesOf('timeZone'))
  return near ? { meant: near } : 'Zones have names such as America/New_York.'
}

function readCalendar({ calendar = {} }: Rules, complain: Complain): CalendarSpec {
  const spec = { ...DEFAULT_CALENDAR }
  const { timezone, workdays, hours, holidays = [], fiscal_year_starts } = calendar
  if (timezone !== undefined && isTimezone(timezone)) spec.timezone = timezone
  else if (timezone !== undefined) {
    const message = `There is no time zone "${timezone}".`
    complain({ path: ['calendar', 'timezone'], message, hint: zoneHint(timezone) })
  }
  if (workdays) spec.workdays = [...new Set(workdays)].map((day) => WEEKDAYS.indexOf(day) + 1).sort()
  if (hours) {
    const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)]
    if (from === null || to === null || from >= to) {
      const message = `Business hours run from a time of day to a later one, not from "${hours.from}" to "${hours.to}".`
      complain({ path: ['calendar', 'hours'], message, hint: '{ from: "09:00", to: "17:30" }' })
    } else spec.hours = { from, to }
  }
  for (const [i, day] of holidays.entries()) {
    if (parseCivilDate(day) === undefined) {
      complain({
        path: ['calendar', 'holidays', i],
        message: `"${day}" is no day.`,
        hint: 'Write a day that exists as 2026-12-25.',
      })
    }
  }
  spec.holidays = holidays.filter((day) => parseCivilDate(day) !== undefined)
  if (fiscal_year_starts) spec.fiscal_year_starts = MONTHS.indexOf(fiscal_year_starts) + 1
  return spec
}

function readMoney({ money = {} }: Rules, complain: Complain): Vocabulary['money'] {
  if (money.rates && money.currency === undefined) {
    const message = 'Rates need the currency in which amounts are added up.'
    complain({ path: ['money', 'rates'], at: 'key', message, hint: 'Declare "currency" beside them.' })
  }
  return { currency: money.currency ?? '', rates: money.rates ?? {} }
}

function readOthers({ activities = {} }: Rules, complain: Complain): string[] {
  const others = activities.others ?? []
  for (const [i, kind] of others.entries()) {
    if (!activities.touches?.includes(kind)) continue
    const message = `The kind "${kind}" stands among the touches and among the others.`
    complain({ path: ['activities', 'others', i], message })
  }
  return others.filter((kind) => !activities.touches?.includes(kind))
}

function readPipelines(rules: Rules, complain: Complain): Map<string, Pipeline> {
  const pipelines = Object.entries(rules.pipelines ?? {}).map(([name, source]): [string, Pipeline] => {
    if (Object.keys(source.stages).length === 0) {
      complain({ path: ['pipelines', name, 'stages'], message: `The pipeline ${name} needs stages.` })
    }
    const stages = Object.entries(source.stages).map(
      ([stage, { label, probability, expected, statuses, requires }]) => ({
        name: stage,
        label: label ?? stage,
        probability: probability ?? null,
        expected: readSpan(expected, ['pipelines', name, 'stages', stage, 'expected'], complain),
        statuses: statuses ?? STATUSES,
        requires: requires ?? [],
      }),
    )
    const { label = name, backwards = 'allowed', reasons = {} } = source
    return [name, { name, label, stages, backwards, reasons }]
  })
  return new Map(pipelines)
}

function readLine({ assembly_line: line }: Rules, complain: Complain): AssemblyLine | null {
  if (!line) return null
  const bins = Object.entries(line.bins).map(([name, { label, group, expected, requires }]) => ({
    name,
    label: label ?? name,
    group,
    expected: readSpan(expected, ['assembly_line', 'bins', name, 'expected'], complain),
    requires: requires ?? [],
  }))
  if (!bins.some((bin) => bin.name === line.starts_in)) {
    const hint = hintFor(line.starts_in, Object.keys(line.bins), 'The bins are')
    complain({
      path: ['assembly_line', 'starts_in'],
      message: `There is no bin "${line.starts_in}".`,
      unknown: { kind: 'bin', name: line.starts_in },
      hint,
    })
  }
  return {
    startsIn: line.starts_in,
    bins: new Map(bins.map((bin) => [bin.name, bin])),
    allowed: allowedMoves(line.moves ?? []),
  }
}

function readFields(rules: Rules, kind: 'opportunity' | 'account', complain: Complain): Map<string, Field> {
  const fields = Object.entries(rules.fields?.[kind] ?? {}).map(([name, { type, label, of }]): [string, Field] => {
    const path = ['fields', kind, name]
    if (type === 'choice' && !of)
      complain({ path, message: `The choice ${name} needs "of": what it may be.`, hint: 'of: [small, large]' })
    if (type !== 'choice' && of)
      complain({ path: [...path, 'of'], at: 'key', message: `Only a choice has "of"; ${name} is of type ${type}.` })
    return [name, { name, type, label: label ?? name, of: of ?? [] }]
  })
  return new Map(fields)
}

function readPeople({ people = {} }: Rules, complain: Complain): Map<string, Person> {
  for (const [id, person] of Object.entries(people)) {
    const path = ['people', id]
    const { manager, timezone, email } = person
    if (timezone !== undefined && !isTimezone(timezone)) {
      const message = `There is no time zone "${timezone}".`
      complain({ path: [...path, 'timezone'], message, hint: zoneHint(timezone) })
    }
    if (email !== undefined && !isEmailAddress(email)) {
      complain({ path: [...path, 'email'], message: `"${email}" is no address.` })
    }
    // Someone only named as a manager is known by that name alone; one that is nearly a person is a slip.
    const near = manager === undefined || people[manager] ? undefined : nearest(manager, Object.keys(people))
    if (near) {
      const message = `There is no person "${manager}".`
      complain({
        path: [...path, 'manager'],
        message,
        unknown: { kind: 'person', name: manager ?? '' },
        hint: { meant: near },
      })
    }
    if (isOwnManager(id, people)) {
      const message = `${id} stands above ${id}: the managers form a circle.`
      complain({ path: [...path, 'manager'], message })
    }
  }
  return new Map(
    Object.entries(people).map(([id, { name, email, role, manager, team, active, timezone }]) => [
      id,
      {
        id,
        name: name ?? null,
        email: email ?? null,
        role: role ?? null,
        manager: manager ?? null,
        team: team ?? null,
        active: active ?? true,
        timezone: timezone ?? null,
      },
    ]),
  )
}

/** One problem a circle: it is told of whoever comes first in it by id. */
function isOwnManager(id: string, people: NonNullable<Rules['people']>): boolean {
  const circle = [id]
  for (let at = people[id]?.manager; at !== undefined; at = people[at]?.manager) {
    if (at === id) return circle.every((other) => id <= other)
    if (circle.includes(at)) return false
    circle.push(at)
  }
  return false
}
