import { z } from 'zod'
import { SEVERITIES } from '../../domain/findings.js'
import { formatInstant } from '../../lib/calendar.js'
import type { Instant } from '../../lib/instant.js'
import { ID, NO_ID, NOT_STORABLE, STORABLE } from '../../lib/storable.js'
import type { Program } from '../../program/program.js'

/** An instant in an answer: ISO 8601 with its offset, in the zone of the rules' calendar. */
export const instant = z.string().meta({
  id: 'Instant',
  description: 'ISO 8601 with an offset, in the zone of the calendar.',
  examples: ['2026-03-02T09:00:00-05:00'],
})

/** A text in an answer; null is unknown, or none. */
export const text = z.string().nullable()

/** A text in a request, of so many characters at most: only what every database holds. */
export const aText = (most: number) => z.string().max(most).regex(STORABLE, `It ${NOT_STORABLE}`)

/** An instant in a request: ISO 8601, or a day. */
export const whenever = aText(40).describe(
  'An instant in ISO 8601, or a day such as 2026-05-01, which is its first instant in the zone of the calendar.',
)

/** An id that somebody gave: any text of 1 to 200 characters that can be written. */
export const anId = z.string().regex(ID, NO_ID).describe('1 to 200 characters, no control characters.')

export const idParams = z.object({ id: anId })

export const subjectKind = z.enum(['opportunity', 'account'])
export const subject = z
  .object({ kind: subjectKind, id: z.string() })
  .meta({ id: 'Subject', description: 'An opportunity or an account, by its id.' })

export const severity = z.enum(SEVERITIES)

/** What every list takes. */
export const paging = {
  limit: z.int().min(1).max(200).default(50).describe('How many at most, 1 to 200.'),
  cursor: aText(4000).optional().describe('`next` of the page before.'),
}

/** A list in pages, under the name of what it lists. */
export const pageOf = <T extends z.ZodType>(name: string, item: T) =>
  z.object({
    [name]: z.array(item),
    next: text.describe('The cursor of the page that follows; null where there is none.'),
  })

/** Writes instants as the program's calendar has them. */
export const instantsOf =
  ({ vocabulary }: Program) =>
  (at: Instant | null): string | null =>
    at === null ? null : formatInstant(at, vocabulary.calendar)
