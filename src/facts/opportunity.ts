import { sql } from 'kysely'
import { type Opportunity, STATUSES } from '../domain/subjects.js'
import type { Vocabulary } from '../domain/vocabulary.js'
import type { Fact, FactKind, FactValue } from './fact.js'

type PlainColumn = {
  [K in keyof Opportunity]: Opportunity[K] extends string | number | null ? K : never
}[keyof Opportunity]

/** A fact that is a column of the opportunity's row under the same name, or under another one. Each has a reading of its own: one by name for all of them takes five times as long. */
const column = (
  name: string,
  kind: FactKind,
  summary: string,
  read: (opportunity: Opportunity) => FactValue | null,
  more: Partial<Pick<Fact, 'neverMissing'>> & { column?: PlainColumn; choices?: readonly string[] } = {},
): Fact => ({
  name,
  kind,
  summary,
  ...(more.choices?.length ? { choices: more.choices } : {}),
  ...(more.neverMissing ? { neverMissing: more.neverMissing } : {}),
  read: (s) => (s.opportunity ? read(s.opportunity) : null),
  sql: () => sql.ref(`o.${more.column ?? name}`),
  restsOn: [more.column ?? name],
})

const VALUE = { neverMissing: 'value' } as const
const COUNT = { neverMissing: 'count' } as const

/** What is known of an opportunity by its own row. */
export const opportunityFacts = ({ pipelines, money }: Vocabulary): Fact[] => [
  column('id', 'text', 'The id of the opportunity.', (o) => o.id, VALUE),
  column('name', 'text', 'The name of the opportunity.', (o) => o.name),
  column('pipeline', 'choice', 'The pipeline it is in.', (o) => o.pipeline, {
    ...VALUE,
    choices: [...pipelines.keys()],
  }),
  column('stage', 'choice', 'The stage it is in.', (o) => o.stage, {
    ...VALUE,
    choices: [...new Set([...pipelines.values()].flatMap((p) => p.stages.map((stage) => stage.name)))],
  }),
  column('status', 'choice', 'Whether it is open, won, lost or abandoned.', (o) => o.status, {
    ...VALUE,
    choices: STATUSES,
  }),
  column('reason', 'text', 'Why it was won, lost or abandoned.', (o) => o.reason),
  column('amount', 'money', 'What it is worth, in its own currency.', (o) => o.amount),
  {
    name: 'currency',
    kind: 'text',
    summary: 'The currency of its amount: its own, else the one that `money` declares.',
    read: ({ opportunity: o }) => o && (o.currency ?? (o.amount === null ? null : money.currency)),
    sql: () => sql`coalesce(o.currency, case when o.amount is not null then ${money.currency} end)`,
    restsOn: ['currency', 'amount'],
  },
  column('owner', 'text', 'The id of the person who owns it.', (o) => o.owner),
  column('source', 'text', 'Where it came from.', (o) => o.source),
  column('origin', 'choice', 'Whether sales or marketing brought it.', (o) => o.origin, {
    choices: ['sales', 'marketing'],
  }),
  column('created', 'instant', 'When it was created.', (o) => o.created),
  {
    ...column(
      'age',
      'elapsed',
      'The time since it was created; it stops when the opportunity is closed.',
      (o) => o.created,
      {
        column: 'created',
      },
    ),
    stopped: ({ opportunity: o }) => (o && o.status !== 'open' ? o.status_since : null),
    restsOn: ['created', 'status', 'status_since'],
    loose: true,
  },
  column('close_date', 'date', 'The day on which it is expected to close.', (o) => o.close_date),
  column('next_step', 'text', 'What is to be done next.', (o) => o.next_step),
  {
    ...column('time_in_stage', 'elapsed', 'The time since it came into its stage.', (o) => o.stage_since, {
      ...VALUE,
      column: 'stage_since',
    }),
    atLeast: ({ opportunity: o }) => o?.stage_since_known === false,
  },
  {
    ...column('time_in_status', 'elapsed', 'The time since it came into its status.', (o) => o.status_since, {
      ...VALUE,
      column: 'status_since',
    }),
    atLeast: ({ opportunity: o }) => o?.status_since_known === false,
  },
  column('pushes', 'number', 'How many times its close date moved later.', (o) => o.pushes, COUNT),
  column('setbacks', 'number', 'How many times it moved back to an earlier stage.', (o) => o.setbacks, COUNT),
  column('skips', 'number', 'How many stages it jumped over on the way forward.', (o) => o.skips, COUNT),
  {
    name: 'amount_drop',
    kind: 'number',
    summary: 'By how many per cent its amount is below the highest it ever had.',
    read: ({ opportunity: o }) => {
      if (!o || o.amount === null) return null
      const high = o.amount_high ?? o.amount
      return high > 0 && o.amount < high ? ((high - o.amount) * 100) / high : 0
    },
    sql: () => sql`case when o.amount is null then null
      when o.amount_high > 0 and o.amount < o.amount_high then cast(o.amount_high - o.amount as double precision) * 100 / o.amount_high
      else 0 end`,
    restsOn: ['amount', 'amount_high'],
  },
]
