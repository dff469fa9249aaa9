import type { People } from '../domain/vocabulary.js'
import type { CalendarSpec } from '../lib/calendar.js'
import { digest } from '../lib/digest.js'
import type { Program } from '../program/program.js'
import { minutesOf } from '../program/times.js'

/** The channel that carries what people are told, and how a letter is written for it. */
export interface Via {
  /** Null where the rules declare none that fits: then letters are emails that the outbox keeps. */
  readonly channel: string | null
  readonly type: 'email' | 'message'
}

/** How people are told, with its defaults filled in. */
export interface NotificationSettings {
  readonly via: Via
  /** Minutes of the day at which notices are gathered, on workdays; ascending, none within quiet hours. */
  readonly gather: readonly number[]
  /** Minutes of the day; from 19:00 to 07:00 runs over midnight. Null where there are none. */
  readonly quiet: { readonly from: number; readonly to: number } | null
  /** Letters a day and person; null: as many as there are. */
  readonly atMost: number | null
  /** Workdays and holidays, and the zone of those who have none of their own. */
  readonly calendar: CalendarSpec
}

const DAY_MINUTES = 24 * 60

/** What holds where the section says nothing: gathered at 08:30, quiet from 19:00 to 07:00, at most 5 letters a day. */
export const DEFAULTS = {
  gather: ['08:30'],
  quiet_hours: { from: '19:00', to: '07:00' },
  at_most: '5 per day',
} as const

/** Reads the section of a checked program. A time to gather that lies within quiet hours is their end. */
export function notificationSettings(program: Pick<Program, 'sections' | 'vocabulary'>): NotificationSettings {
  const { notifications = {} } = program.sections
  const hours = notifications.quiet_hours ?? DEFAULTS.quiet_hours
  const quiet = { from: timeOf(hours.from), to: timeOf(hours.to) }
  const at = [notifications.gather?.at ?? DEFAULTS.gather].flat().map(timeOf)
  const most = notifications.at_most ?? DEFAULTS.at_most
  return {
    via: viaOf(program.sections),
    gather: [...new Set(at.map((time) => (isWithin(time, quiet) ? quiet.to : time)))].sort((a, b) => a - b),
    quiet,
    atMost: Number(most.split(' ')[0]),
    calendar: program.vocabulary.calendar.spec,
  }
}

/** All by which it is decided when people are told: where it is another, what waits is looked at again. */
export function judgedBy({ gather, quiet, atMost, calendar }: NotificationSettings, people: People): string {
  const of = [...people.values()].map(({ id, timezone, team, active }) => [id, timezone, team, active])
  return digest({ gather, quiet, atMost, calendar, people: of })
}

const timeOf = (text: string): number => (minutesOf(text) ?? 0) % DAY_MINUTES

/** Does a time of day lie within hours that may run over midnight? Their end does not. */
export const isWithin = (time: number, { from, to }: { from: number; to: number }): boolean =>
  from < to ? time >= from && time < to : time >= from || time < to

/** The channel that is named, else the first one that writes emails. */
function viaOf({ notifications, channels = {} }: Program['sections']): Via {
  const named = notifications?.via ?? Object.keys(channels).find((name) => channels[name]?.type === 'email')
  const type = named === undefined ? 'email' : channels[named]?.type
  return { channel: named ?? null, type: type === 'email' || type === undefined ? 'email' : 'message' }
}
