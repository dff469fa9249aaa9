import { z } from 'zod'
import { oneOrMore, span } from './common.js'

const secret = z.string()

/** What every hook may say. */
const common = {
  records: z
    .record(z.string(), z.enum(['people', 'accounts', 'contacts', 'opportunities', 'activities', 'changes']))
    .optional()
    .describe('What events of a type are, where that is not known: { invoice.paid: activities }.'),
  own: z
    .array(z.string())
    .optional()
    .describe(
      "By what the source's events name Linewalker as the one who made a change: such an event changes nothing.",
    ),
  milliseconds: z
    .array(z.string())
    .optional()
    .describe('Columns that hold instants as milliseconds since 1970, as HubSpot writes dates.'),
  keep: span.optional().describe('How long payloads are kept: a span. Default 30 days.'),
}

/** How a CRM's webhooks are known to be its own, and what else is peculiar to them. */
export const hook = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('highlevel'),
    location: oneOrMore(z.string())
      .optional()
      .describe(
        'The id of the location (sub-account) whose events are taken, or several; beside company it narrows that. One of the two is needed.',
      ),
    company: oneOrMore(z.string())
      .optional()
      .describe('The id of the company (agency) whose events are taken, or several: of apps that an agency installs.'),
    public_key: oneOrMore(secret).optional().describe("A public key as PEM; HighLevel's own by default."),
    unguarded: z.boolean().optional().describe('Takes payloads without webhookId and timestamp too.'),
    ...common,
  }),
  z.strictObject({
    type: z.literal('hubspot'),
    secret,
    url: secret.optional().describe("The hook's address as HubSpot calls it, where a proxy stands in front."),
    ...common,
  }),
  z.strictObject({
    type: z.literal('salesforce'),
    secret: secret.describe('Comes as ?token= in the address, or as a bearer token. ${ENV_NAME} is replaced.'),
    organization: z.string().describe('The id of the organization: 15 or 18 letters and digits.'),
    ...common,
  }),
  z.strictObject({ type: z.literal('pipedrive'), user: secret, secret, ...common }),
  z.strictObject({ type: z.literal('generic'), secret: oneOrMore(secret), ...common }),
])
export type HookSettings = z.infer<typeof hook>
export type HookType = HookSettings['type']
/** Every type, in the order of their pages. */
export const HOOK_TYPES = hook.options.map(({ shape }) => shape.type.value)
/** How long payloads are kept where the source does not say. */
export const KEEP = '30 days'
