import { z } from 'zod'
import { subjectName } from '../../domain/subjects.js'
import { totalsOf } from '../../engine/limits.js'
import type { FamilyPlan, Intent, Plan } from '../../engine/plan.js'
import { intent } from '../recording/record.js'
import { instant } from './shapes.js'

const key = z.array(z.union([z.string(), z.number()]))
const totals = z
  .looseObject({})
  .meta({ id: 'Totals', description: 'How much there is of everything; amounts in units.' })

/** A plan as `plan --json` has it. */
export const planShape = z
  .object({
    at: instant,
    program: z.object({ number: z.int(), digest: z.string() }),
    intents: z.array(intent).describe('What would be done.'),
    overruled: z.array(z.object({ key, effect: z.unknown(), by: key })),
    held: z.array(z.object({ rule: z.string(), why: z.string(), intents: z.array(intent), totals })),
    holds: z.array(z.object({ key, reason: z.string(), why: z.string(), until: instant.nullable() })),
    totals,
  })
  .meta({ id: 'Plan', description: 'What would happen, and why, and what limits hold. It changes nothing.' })

/** A run as `apply --json` has it. */
export const runShape = planShape
  .omit({ intents: true, totals: true })
  .extend({
    done: z.array(intent).describe('What was done.'),
    stale: z.array(z.string()).describe('Families that somebody else changed meanwhile: they come again.'),
    no_longer: z.array(z.string()),
    not_permitted: z.array(z.string()),
  })
  .meta({ id: 'Run', description: 'What a run did, and what is held.' })

/** Why something is held, for those who may not learn how much there is of everything. */
const OF_ALL = 'over a limit, of which the records of everybody are counted'

/** Of a plan what concerns these subjects, by `kind/id`. */
export function narrowed(plan: Plan, seen: ReadonlySet<string>): Plan {
  const isSeen = ({ subject }: { subject: { kind: string; id: string } }) => seen.has(subjectName(subject))
  const families = plan.families.map(
    (family): FamilyPlan => ({
      ...family,
      intents: family.intents.filter(isSeen),
      overruled: family.overruled.filter(({ key: [, kind, id] }) => seen.has(subjectName({ kind, id }))),
      holds: family.holds.filter(isSeen),
    }),
  )
  const held = plan.held.flatMap((one) => {
    const intents = one.intents.filter(isSeen)
    return intents.length > 0 ? [{ ...one, why: OF_ALL, intents, totals: totalsOf(intents) }] : []
  })
  return { ...plan, families, held, totals: totalsOf(families.flatMap(({ intents }) => intents)) }
}

/** All subjects that a plan speaks of. */
export const subjectsIn = (plan: Plan): { kind: 'account' | 'opportunity'; id: string }[] => {
  const intents: Intent[] = [...plan.families.flatMap((f) => f.intents), ...plan.held.flatMap((h) => h.intents)]
  return [
    ...intents.map(({ subject }) => subject),
    ...plan.families.flatMap((f) => f.holds.map(({ subject }) => subject)),
    ...plan.families.flatMap((f) => f.overruled.map(({ key: [, kind, id] }) => ({ kind, id }))),
  ]
}
