import { z } from 'zod'
import { SPAN_PATTERN } from '../../lib/span.js'

/** A name declared in YAML: `lower_snake` or `lower-kebab`, beginning with a letter. */
export const NAME = /^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/
export const name = z.string().regex(NAME)

/** A span as written, `14 days`; its meaning is read by the compiler. */
export const span = z
  .string()
  .meta({ id: 'span', description: 'A span such as "14 days", "3 business days", "1 quarter".', pattern: SPAN_PATTERN })
/** A civil date, `YYYY-MM-DD`. */
export const date = z.string().meta({ id: 'date', description: 'A day, YYYY-MM-DD.' })
export const timeOfDay = z.string().meta({ id: 'time_of_day', description: 'A time of day, "08:30".' })
export const percent = z.union([z.number(), z.string()]).meta({ id: 'percent', description: 'Per cent: 15 or "15%".' })

/** A map from facts to what they must be; the compiler looks each word up by name. */
export const condition = z.record(z.string(), z.unknown()).meta({ id: 'condition' })
/** A number, a span, `expected`, the name of a threshold, or a table by a fact. */
export const threshold = z.unknown().meta({ id: 'threshold' })
/** One action: a map with one key, its name. */
export const action = z.record(z.string(), z.unknown()).meta({ id: 'action' })
export const actions = z.array(action)
/** A text with Liquid variables. */
export const template = z
  .string()
  .meta({ id: 'template', description: 'A text; {{ name }} and the like are filled in.' })

export const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)])
