import { z } from 'zod'
import type { Acted } from '../../domain/acts.js'
import { FINDING_STATES, type Finding, LIVING_STATES } from '../../domain/findings.js'
import { parseInstant } from '../../lib/calendar.js'
import { explain } from '../../reports/explain/explain.js'
import { explanationJson } from '../../reports/explain/words.js'
import { findingJson } from '../../reports/json.js'
import { findingName } from '../../reports/lists.js'
import { cutPage, readCursor } from '../cursor.js'
import { checkPeople, checkRule } from '../known.js'
import { type Answer, type Circumstances, defineOperation, type Operation } from '../operation.js'
import { notFound, Refusal } from '../problem-details.js'
import { evaluated, WAITS } from '../recording/record.js'
import { checkSeen, ownersOf } from '../sight.js'
import { answerActed } from './acted.js'
import { findingShape } from './finding-json.js'
import { anId, aText, pageOf, paging, subjectKind, whenever } from './shapes.js'

const params = z.object({
  rule: anId,
  kind: subjectKind,
  id: anId,
  episode: z
    .string()
    .regex(/^\d{1,9}$/, 'An episode is a number.')
    .describe('A number, from 1.'),
})

const STATES = [...FINDING_STATES, 'all'] as const
const PATH = '/findings/{rule}/{kind}/{id}/{episode}'
const NAMED = 'The path is the name that the list gives: RULE/KIND/ID/EPISODE, each part percent-encoded.'

const acted = z
  .object({ finding: findingShape, evaluated })
  .meta({ id: 'ActedFinding', description: 'A finding after what was done with it.' })

const explanation = z
  .looseObject({ at: z.string(), says: z.string(), holds: z.boolean(), because: z.string(), condition: z.unknown() })
  .meta({ id: 'Explanation', description: 'Why, why not, since when, when next, and what would change it.' })

/** The finding that a path names, if the caller may see it. */
async function findingAt(asked: Circumstances, named: z.infer<typeof params>) {
  const subject = { kind: named.kind, id: named.id }
  await checkSeen(asked, subject)
  const episode = Number(named.episode)
  const found = (await asked.ports.store.findings({ rule: named.rule, subject })).find((one) => one.episode === episode)
  if (!found) throw notFound('finding', findingName({ ...named, episode }))
  return found
}

/** Answers with the finding as it is after an act. */
function after(asked: Circumstances, named: z.infer<typeof params>, became: Acted): Promise<Answer> {
  const read = () => findingAt(asked, named)
  return answerActed<Finding>(asked, became, {
    what: 'finding',
    name: findingName({ ...named, episode: Number(named.episode) }),
    subject: { kind: named.kind, id: named.id },
    read,
    whyNot: (now) =>
      now.state === 'open'
        ? `${findingName(now)} was acknowledged already.`
        : `${findingName(now)} is ${now.state}, not open.`,
    tell: async () => findingJson(await read(), asked.program),
  })
}

export const findings: readonly Operation[] = [
  defineOperation({
    method: 'get',
    path: '/findings',
    name: 'listFindings',
    about: 'findings',
    summary: 'What the rules have found, by rule and subject.',
    scope: 'read',
    query: z.object({
      state: z.array(z.enum(STATES)).max(5).optional().describe('Left out: all but those that are resolved.'),
      rule: aText(200).optional(),
      owner: anId.optional().describe('Of the subject, at present.'),
      opportunity: anId.optional(),
      account: anId.optional(),
      ...paging,
    }),
    answers: { 200: { says: 'A page.', schema: pageOf('findings', findingShape) } },
    run: async (asked) => {
      const { state, rule, owner, opportunity, account, limit, cursor } = asked.query
      if (opportunity !== undefined && account !== undefined)
        throw new Refusal('invalid-request', 'A finding is of an opportunity or of an account, not of both.')
      const states = state?.includes('all') ? null : (state ?? LIVING_STATES).filter((one) => one !== 'all')
      const owners = await ownersOf(asked)
      await checkRule(asked, rule)
      await checkPeople(asked, [owner], owners)
      const list = ['findings', states, rule ?? null, owner ?? null, opportunity ?? null, account ?? null, owners]
      const found = await asked.ports.store.findingsPage({
        owners,
        after: readCursor(list, cursor, ['text', 'text', 'text', 'whole']),
        limit: limit + 1,
        ...(states ? { states } : {}),
        ...(rule === undefined ? {} : { rule }),
        ...(owner === undefined ? {} : { owner }),
        ...(opportunity === undefined ? {} : { subject: { kind: 'opportunity' as const, id: opportunity } }),
        ...(account === undefined ? {} : { subject: { kind: 'account' as const, id: account } }),
      })
      const { rows, next } = cutPage(list, found, limit)
      return { status: 200, body: { findings: rows.map(({ row }) => findingJson(row, asked.program)), next } }
    },
  }),
  defineOperation({
    method: 'get',
    path: PATH,
    name: 'getFinding',
    about: 'findings',
    summary: 'One finding.',
    says: NAMED,
    scope: 'read',
    params,
    answers: { 200: { says: 'The finding.', schema: findingShape } },
    run: async (asked) => ({
      status: 200,
      body: findingJson(await findingAt(asked, asked.params), asked.program),
    }),
  }),
  defineOperation({
    method: 'post',
    path: `${PATH}/acknowledge`,
    name: 'acknowledgeFinding',
    about: 'findings',
    summary: 'Says that somebody looks after a finding: its escalation ends.',
    says: NAMED,
    scope: 'write',
    params,
    headers: WAITS,
    answers: { 200: { says: 'It is acknowledged.', schema: acted } },
    run: async (asked) => {
      const finding = await findingAt(asked, asked.params)
      const became = await asked.ports.store.acknowledge(finding, asked.caller.id, asked.now)
      return after(asked, asked.params, became)
    },
  }),
  defineOperation({
    method: 'post',
    path: `${PATH}/snooze`,
    name: 'snoozeFinding',
    about: 'findings',
    summary: 'Keeps a finding quiet for a while: no reminders and no escalation.',
    says: NAMED,
    scope: 'write',
    params,
    body: z
      .strictObject({
        until: whenever.describe('An instant; or `touch` or `stage`: until that happens, at most 30 days.'),
        reason: aText(2000).min(1).describe('Why: whoever finds it later wants to know.'),
      })
      .meta({ id: 'Snooze', description: 'Until when a finding is quiet, and why.' }),
    headers: WAITS,
    answers: { 200: { says: 'It is snoozed.', schema: acted } },
    run: async (asked) => {
      const { body, program, now, ports, caller } = asked
      const finding = await findingAt(asked, asked.params)
      const { calendar } = program.vocabulary
      const endsOn = body.until === 'touch' || body.until === 'stage' ? body.until : null
      const until = endsOn ? calendar.after(now, { count: 30, unit: 'day' }) : parseInstant(body.until, calendar)
      if (until === undefined || until <= now)
        throw new Refusal('invalid-request', `"${body.until}" is neither an instant to come, nor "touch" or "stage".`)
      const became = await ports.store.snooze(finding, { until, endsOn, reason: body.reason }, caller.id, now)
      return after(asked, asked.params, became)
    },
  }),
  defineOperation({
    method: 'get',
    path: `${PATH}/explanation`,
    name: 'explainFinding',
    about: 'findings',
    summary: 'Why it was found, since when, when next, and the smallest change that would clear it.',
    says: NAMED,
    scope: 'read',
    params,
    answers: { 200: { says: 'The explanation.', schema: explanation } },
    run: async (asked) => {
      const finding = await findingAt(asked, asked.params)
      return explained(asked, finding.rule, { kind: finding.kind, id: finding.id })
    },
  }),
  defineOperation({
    method: 'get',
    path: '/rules/{rule}/explanations/{kind}/{id}',
    name: 'explainRule',
    about: 'rules',
    summary: 'How a rule stands to an opportunity or account: why, why not, and when next.',
    scope: 'read',
    params: params.omit({ episode: true }),
    answers: { 200: { says: 'The explanation.', schema: explanation } },
    run: async (asked) => {
      const { rule, kind, id } = asked.params
      await checkSeen(asked, { kind, id })
      return explained(asked, rule, { kind, id })
    },
  }),
]

async function explained(
  { program, ports, now }: Circumstances,
  name: string,
  subject: { kind: 'account' | 'opportunity'; id: string },
) {
  const rule = program.rules.find((one) => one.id === name)
  if (!rule) throw notFound('rule', name)
  if (rule.for !== subject.kind)
    throw new Refusal('invalid-request', `The rule "${name}" is for another kind: ${rule.for}.`)
  const explanation = await explain(ports.store, program, rule, subject, now)
  if (!explanation) throw notFound(subject.kind, subject.id)
  return { status: 200, body: explanationJson(explanation, program) }
}
