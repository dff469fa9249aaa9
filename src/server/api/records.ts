import { z } from 'zod'
import type { Said } from '../../intake/record.js'
import { evaluated } from '../recording/record.js'
import { anId, aText } from './shapes.js'

const text = (says: string) => aText(10_000).nullable().optional().describe(says)
const day = aText(40).nullable().optional()
const at = aText(40).nullable().optional()
const custom = z
  .record(aText(200), z.union([aText(10_000), z.number(), z.boolean(), z.null()]))
  .optional()
  .describe('The custom fields that the rules declare, by name; null for "unknown".')

/** What may be said of an opportunity; a name that is left out says nothing, null says "unknown". */
export const opportunityBody = z
  .strictObject({
    name: text('What it is called.'),
    account: anId.nullable().optional().describe('The id of its account; one that is not known yet is made.'),
    pipeline: text('Its pipeline; needed where several have the stage.'),
    stage: text('Its stage.'),
    status: text('open, won, lost or abandoned.'),
    reason: text('Why it was won, lost or abandoned.'),
    amount: z.number().nullable().optional().describe('In units of its currency.'),
    currency: text('As ISO 4217 has it.'),
    owner: text('The id of the person who owns it.'),
    source: text('Where it came from.'),
    origin: text('sales or marketing.'),
    created: at.describe('When it was created.'),
    close_date: day.describe('The day on which it is expected to close.'),
    next_step: text('What is to be done next.'),
    fields: custom,
  })
  .meta({ id: 'OpportunityChange', description: 'What is said of an opportunity.' })

/** What may be said of an account. */
export const accountBody = z
  .strictObject({
    name: text('What it is called.'),
    owner: text('The id of the person who owns it.'),
    segment: text('Its segment.'),
    industry: text('Its industry.'),
    created: at.describe('When it was created.'),
    bin: text('Its bin on the assembly line; only legal moves are made.'),
    duplicate_of: text('The id of the account that it is a duplicate of.'),
    fields: custom,
  })
  .meta({ id: 'AccountChange', description: 'What is said of an account.' })

export const contactBody = z
  .strictObject({
    account: anId.optional().describe('The id of its account; needed of a new one.'),
    name: text('The name.'),
    email: text('The email address.'),
  })
  .meta({ id: 'ContactChange', description: 'What is said of a contact.' })

export const personBody = z
  .strictObject({
    name: text('The name.'),
    email: text('The email address.'),
    role: text('rep, manager, revops or admin.'),
    manager: text('The id of the manager.'),
    team: text('The name of the team.'),
    active: z.boolean().optional(),
    timezone: text('As the IANA has it: Europe/London.'),
  })
  .meta({ id: 'PersonChange', description: 'What is said of a person.' })

const touched = {
  at: aText(40).describe('When it happened, or is planned.'),
  by: text('Who did it: the id of a person.'),
  opportunity: anId.optional().describe('The opportunity that it is about.'),
  account: anId.optional().describe('The account that it is about.'),
  contact: anId.optional().describe('The contact that it was with.'),
}

export const activityBody = z
  .strictObject({ kind: aText(200).describe('A declared kind of activity.'), ...touched })
  .meta({ id: 'ActivityChange', description: 'An activity; it names an opportunity, an account or a contact.' })

export const paymentBody = z
  .strictObject(touched)
  .meta({ id: 'PaymentChange', description: 'A payment: an activity of the kind `payment`.' })

/** How a record was taken. */
export const recorded = z
  .object({
    outcome: z.enum(['new', 'changed', 'unchanged']),
    id: z.string(),
    version: z.string().nullable().describe('What `If-Match` takes; null of an activity.'),
    evaluated,
  })
  .meta({ id: 'Recorded', description: 'What became of a record.' })

type Values = Said['values']
type Spoken = Readonly<Record<string, unknown>>

/** What was said of a record, custom fields by their full names. */
export function valuesOf({ fields, ...plain }: Spoken): Values {
  const own = Object.entries((fields ?? {}) as Values).map(([name, value]) => [`fields.${name}`, value] as const)
  const said = Object.entries(plain).filter(([, value]) => value !== undefined)
  return Object.fromEntries([...said, ...own]) as Values
}

/** The same where it takes the place of all that was said before: what is left out is unknown. */
export function wholeValuesOf(
  body: Spoken,
  schema: z.ZodObject,
  fields: Iterable<string>,
  kept: readonly string[],
): Values {
  const names = Object.keys(schema.shape).filter((name) => name !== 'fields' && !kept.includes(name))
  const unknown = [...names, ...[...fields].map((name) => `fields.${name}`)].map((name) => [name, null] as const)
  return { ...Object.fromEntries(unknown), ...valuesOf(body) }
}
