import { z } from 'zod'
import type { SubjectKind } from '../../domain/subjects.js'
import { findingJson, historyEntryJson } from '../../reports/json.js'
import { inOrderOfTime } from '../../reports/lists.js'
import { defineOperation, type Operation } from '../operation.js'
import { notFound } from '../problem-details.js'
import { checkSeen, peopleOf } from '../sight.js'
import { findingShape, historyShape } from './finding-json.js'
import { accountBody, opportunityBody } from './records.js'
import { aText, idParams, pageOf, paging } from './shapes.js'
import { accountShape, assessed, opportunityShape, subjectJson } from './subject-json.js'
import { listSubjects } from './subject-list.js'
import { writesOf } from './writes.js'

interface Resource {
  kind: SubjectKind
  /** As in paths. */
  plural: 'opportunities' | 'accounts'
  /** As in names of operations. */
  Name: 'Opportunity' | 'Account'
  shape: z.ZodObject
  body: z.ZodObject
  /** What a replacement that leaves it out does not make unknown: it always has one. */
  kept: readonly string[]
}

const listQuery = z.object({
  when: aText(8000).optional().describe('A condition as rules write it, as JSON: `{"stage":"proposal"}`.'),
  view: aText(200).optional().describe('A saved view: its condition and its order.'),
  sort: aText(500).optional().describe('Facts, a minus turns one round: `-amount,name`. Missing comes last.'),
  ...paging,
})

/** The operations of opportunities, and of accounts: the same for both. */
const operationsOf = ({ kind, plural, Name, shape, body, kept }: Resource): Operation[] => {
  const a = kind === 'account' ? 'an account' : 'an opportunity'
  const one = shape.extend({
    findings: z.array(findingShape).describe('All that are not resolved, and the last of each rule.'),
    history: z.array(historyShape).describe('In the order in which it happened.'),
  })
  return [
    defineOperation({
      method: 'get',
      path: `/${plural}`,
      name: `list${plural === 'accounts' ? 'Accounts' : 'Opportunities'}`,
      about: plural,
      summary: `The ${plural} of which a condition holds.`,
      says: 'In the order asked, then by id. A page may be shorter than asked for; where `next` is null there is no more.',
      scope: 'read',
      query: listQuery,
      filters: kind,
      answers: { 200: { says: 'A page.', schema: pageOf(plural, shape) } },
      run: async (asked) => {
        const { snapshots, next } = await listSubjects(kind, asked)
        return { status: 200, body: { [plural]: snapshots.map((s) => subjectJson(s, asked.program)), next } }
      },
    }),
    defineOperation({
      method: 'get',
      path: `/${plural}/{id}`,
      name: `get${Name}`,
      about: plural,
      summary: `One ${kind} with its findings, its health and its history.`,
      scope: 'read',
      params: idParams,
      answers: {
        200: {
          says: `The ${kind}.`,
          schema: one.meta({ id: `${Name}WithHistory` }),
          headers: { ETag: 'Its version.' },
        },
      },
      run: async (asked) => {
        const { params, program, ports, now } = asked
        const subject = { kind, id: params.id }
        await checkSeen(asked, subject)
        const state = await ports.store.family(subject)
        const { account, opportunities } = state?.family ?? { account: null, opportunities: [] }
        const row = kind === 'account' ? account : opportunities.find(({ id }) => id === params.id)
        if (!state || row?.id !== params.id) throw notFound(kind, params.id)
        const found = await ports.store.findings({ subject })
        const shown = lastOfEach(found)
        const json = subjectJson(assessed({ program, people: await peopleOf(asked), now }, state, subject), program)
        return {
          status: 200,
          body: {
            ...json,
            findings: shown.map((finding) => findingJson(finding, program)),
            history: inOrderOfTime(await ports.store.history(kind, params.id)).map((e) => historyEntryJson(e, program)),
          },
          version: String(json.version),
        }
      },
    }),
    ...writesOf({ plural, Name, a, scope: 'write', body, kept, fieldsOf: kind }),
  ]
}

/** All findings that are not resolved, and of each rule the last that is. */
function lastOfEach<F extends { rule: string; state: string }>(findings: readonly F[]): F[] {
  const last = new Map(findings.map((finding) => [finding.rule, finding]))
  return findings.filter((finding) => finding.state !== 'resolved' || last.get(finding.rule) === finding)
}

export const subjects: readonly Operation[] = [
  ...operationsOf({
    kind: 'opportunity',
    plural: 'opportunities',
    Name: 'Opportunity',
    shape: opportunityShape,
    body: opportunityBody,
    kept: ['pipeline', 'stage', 'status'],
  }),
  ...operationsOf({
    kind: 'account',
    plural: 'accounts',
    Name: 'Account',
    shape: accountShape,
    body: accountBody,
    kept: ['bin'],
  }),
]
