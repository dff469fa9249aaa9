import { z } from 'zod'

/** Text as YAML gives it: a number or a flag stands for its own text. */
export const words = z.union([z.string(), z.number(), z.boolean()])

/** A text with Liquid variables. */
export const liquid = words.meta({ description: 'A text; {{ name }} and the like are filled in.' })

/** One *who*. */
export const one = words.meta({
  description: 'owner, manager (of the owner), account.owner, the id of a person, or team.NAME.',
})

/** One or several of them. */
export const several = z.union([one, z.array(one).min(1)])
