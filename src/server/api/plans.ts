import { z } from 'zod'
import { loadRules } from '../../config/load.js'
import type { Plan } from '../../engine/plan.js'
import type { Program } from '../../program/program.js'
import { appliedJson, planJson } from '../../reports/plan-json.js'
import { carryOut } from '../../scheduler/carry-out.js'
import { withHeld } from '../../scheduler/held.js'
import { planNow } from '../../scheduler/plan-now.js'
import { permissionTo, type Release } from '../../scheduler/release.js'
import { KIB, saySize } from '../body.js'
import { checkRulesInForce } from '../known.js'
import { type Circumstances, defineOperation, type Operation } from '../operation.js'
import { Refusal } from '../problem-details.js'
import { checkSeesEverything, ownersOf } from '../sight.js'
import { narrowedJson, planShape, runShape, subjectsIn } from './plan-shapes.js'
import { problemJson } from './rules.js'
import { aText } from './shapes.js'

/** Bytes of rules that a request may bring: loading them holds up everybody else (some 7 ms a KiB). */
const LARGEST = 128 * KIB

const file = z.strictObject({
  path: aText(300).min(1).describe('What the file is called, for problems.'),
  text: aText(LARGEST),
})

const underRules = z
  .strictObject({
    rules: z
      .union([aText(LARGEST), z.array(file).min(1).max(200)])
      .describe('The whole rules: one text of YAML, or files with their paths. Left out: those in force.'),
  })
  .partial()
  .meta({ id: 'PlanRequest', description: 'Under which rules is planned.' })

const named = z
  .strictObject({ rules: z.array(aText(200)).max(1000).describe('Only these rules; left out: all.') })
  .partial()
  .meta({ id: 'HeldRules', description: 'Of which rules what is held.' })

/** The rules that a request brings. Throws a Refusal with all their problems. */
function programOf(rules: NonNullable<z.infer<typeof underRules>['rules']>): Program {
  const files = typeof rules === 'string' ? [{ path: 'rules.yaml', text: rules }] : rules
  const loaded = loadRules(files)
  if (loaded.program) return loaded.program
  const [first] = loaded.problems
  throw new Refusal(
    'invalid-rules',
    first ? `${first.place.file}:${first.place.line}: ${first.message}` : 'They are none.',
    {
      problems: loaded.problems.map(problemJson),
    },
  )
}

/** Of a plan what the caller may see. */
async function shown(asked: Circumstances, plan: Plan, program: Program) {
  const owners = await ownersOf(asked)
  if (owners === null) return planJson(plan, program)
  return narrowedJson(plan, await asked.ports.store.seenAmong(subjectsIn(plan), owners), program)
}

async function planned(asked: Circumstances, program: Program) {
  const plan = await planNow(asked.ports.store, program, asked.now)
  return { status: 200, body: await shown(asked, plan, program) }
}

/** Lets act, or takes as it is, what limits hold of some rules, or of all. */
async function release(asked: Circumstances, rules: readonly string[], what: Release) {
  const { ports, program, now, caller } = asked
  checkSeesEverything(asked, 'What limits hold')
  checkRulesInForce(program, rules)
  const { store } = ports
  const permission = await permissionTo(what, store, program, now, rules)
  const keys = [...(permission.permits ?? [])]
  const detail = { keys: keys.slice(0, 1000), count: keys.length }
  await store.note({ at: now, by: caller.id, act: what, of: rules.join(', ') || 'all that is held', detail })
  const applied = await carryOut(store, program, now, permission)
  ports.told(applied)
  ports.wake()
  return {
    status: 200,
    body: appliedJson({ ...applied, plan: await withHeld(store, program, applied.plan) }, program),
  }
}

const says = 'Who sees only some of the records sees what concerns these.'

export const plans: readonly Operation[] = [
  defineOperation({
    method: 'get',
    path: '/plans',
    name: 'planNow',
    about: 'plans',
    summary: 'What would happen now, why, and what limits hold. It changes nothing.',
    says,
    scope: 'read',
    answers: { 200: { says: 'The plan.', schema: planShape } },
    run: (asked) => planned(asked, asked.program),
  }),
  defineOperation({
    method: 'post',
    path: '/plans',
    name: 'planUnder',
    about: 'plans',
    summary: 'What would happen now under other rules. It changes nothing.',
    says: `The rules are brought whole, as one text or as files; everything is looked at, as if they had just come into force. ${says} A body may have ${saySize(LARGEST)}; of the calls that bring rules one is worked at, one waits, and a third is answered 429.`,
    // Whoever may let the rules in force act may also try others. While a large text is loaded nobody else is served.
    scope: 'approve',
    body: underRules,
    bodyOptional: true,
    largest: LARGEST,
    answers: { 200: { says: 'The plan.', schema: planShape } },
    run: async (asked) => {
      const rules = asked.body?.rules
      if (rules === undefined) return planned(asked, asked.program)
      return asked.ports.tryRules(() => planned(asked, programOf(rules)))
    },
  }),
  defineOperation({
    method: 'post',
    path: '/plans/approve',
    name: 'approvePlan',
    about: 'plans',
    summary: 'Lets act what limits hold, planned afresh.',
    scope: 'approve',
    body: named,
    bodyOptional: true,
    answers: { 200: { says: 'What was done.', schema: runShape } },
    run: (asked) => release(asked, asked.body?.rules ?? [], 'approve'),
  }),
  defineOperation({
    method: 'post',
    path: '/plans/baseline',
    name: 'baselinePlan',
    about: 'plans',
    summary: 'Takes what limits hold as it is: findings open, their effects are withheld for good.',
    scope: 'approve',
    body: named,
    bodyOptional: true,
    answers: { 200: { says: 'What was done.', schema: runShape } },
    run: (asked) => release(asked, asked.body?.rules ?? [], 'baseline'),
  }),
]
