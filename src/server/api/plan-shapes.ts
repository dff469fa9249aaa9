import { z } from 'zod'
import { type SubjectRef, subjectName } from '../../domain/subjects.js'
import { totalsOf } from '../../engine/limits.js'
import type { FamilyPlan, Plan } from '../../engine/plan.js'
import type { Program } from '../../program/program.js'
import { planJson } from '../../reports/plan-json.js'
import { intent } from '../recording/record.js'
import { seenIntents, seenKey, subjectOf, subjectsOf } from '../sight.js'
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
    overruled: z
      .array(z.object({ key, effect: z.unknown(), by: key.nullable() }))
      .describe('What others went before; `by` is null where the caller may not see whom these are about.'),
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

/** Of a plan what concerns these subjects, by `kind/id`, as JSON: it names no others. */
export function narrowedJson(plan: Plan, seen: ReadonlySet<string>, program: Program) {
  const told = planJson(narrowed(plan, seen), program)
  return { ...told, overruled: told.overruled.map((one) => ({ ...one, by: seenKey(one.by, seen) })) }
}

function narrowed(plan: Plan, seen: ReadonlySet<string>): Plan {
  const isSeen = ({ subject }: { subject: { kind: string; id: string } }) => seen.has(subjectName(subject))
  const families = plan.families.map(
    (family): FamilyPlan => ({
      ...family,
      intents: seenIntents(family.intents, seen),
      overruled: family.overruled.filter(({ key }) => seenKey(key, seen)),
      holds: family.holds.filter(isSeen),
    }),
  )
  const held = plan.held.flatMap((one) => {
    const intents = seenIntents(one.intents, seen)
    return intents.length > 0 ? [{ ...one, why: OF_ALL, intents, totals: totalsOf(intents) }] : []
  })
  return { ...plan, families, held, totals: totalsOf(families.flatMap(({ intents }) => intents)) }
}

/** All subjects that a plan speaks of. */
export const subjectsIn = ({ families, held }: Plan): SubjectRef[] => [
  ...subjectsOf([...families, ...held].flatMap(({ intents }) => intents)),
  ...families.flatMap(({ holds }) => holds.map(({ subject }) => subject)),
  ...families.flatMap(({ overruled }) => overruled.flatMap(({ key, by }) => [subjectOf(key), subjectOf(by)])),
]
