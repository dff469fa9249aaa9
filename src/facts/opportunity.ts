import { sql } from 'kysely'
import { type Opportunity, STATUSES } from '../domain/subjects.js'
import type { Vocabulary } from '../domain/vocabulary.js'
import type { Fact, FactKind } from './fact.js'

type PlainColumn = {
  [K in keyof Opportunity]: Opportunity[K] extends string | number | null ? K : never
}[keyof Opportunity]

/** A fact that is a column of the opportunity's row under the same name, or under another one. */
const column = (
  name: string,
  kind: FactKind,
  summary: string,
  more: { column?: PlainColumn; choices?: readonly string[] } = {},
): Fact => {
  const key = more.column ?? (name as PlainColumn)
  return {
    name,
    kind,
    summary,
    ...(more.choices?.length ? { choices: more.choices } : {}),
    read: (s) => (s.opportunity ? s.opportunity[key] : null),
    sql: () => sql.ref(`o.${key}`),
  }
}

/** What is known of an opportunity by its own row. */
export const opportunityFacts = ({ pipelines, money }: Vocabulary): Fact[] => [
  column('id', 'text', 'The id of the opportunity.'),
  column('name', 'text', 'The name of the opportunity.'),
  column('pipeline', 'choice', 'The pipeline it is in.', { choices: [...pipelines.keys()] }),
  column('stage', 'choice', 'The stage it is in.', {
    choices: [...new Set([...pipelines.values()].flatMap((p) => p.stages.map((stage) => stage.name)))],
  }),
  column('status', 'choice', 'Whether it is open, won, lost or abandoned.', { choices: STATUSES }),
  column('reason', 'text', 'Why it was won, lost or abandoned.'),
  column('amount', 'money', 'What it is worth, in its own currency.'),
  {
    name: 'currency',
    kind: 'text',
    summary: 'The currency of its amount: its own, else the one that `money` declares.',
    read: ({ opportunity: o }) => o && (o.currency ?? (o.amount === null ? null : money.currency)),
    sql: () => sql`coalesce(o.currency, case when o.amount is not null then ${money.currency} end)`,
  },
  column('owner', 'text', 'The id of the person who owns it.'),
  column('source', 'text', 'Where it came from.'),
  column('origin', 'choice', 'Whether sales or marketing brought it.', { choices: ['sales', 'marketing'] }),
  column('created', 'instant', 'When it was created.'),
  {
    ...column('age', 'elapsed', 'The time since it was created; it stops when the opportunity is closed.', {
      column: 'created',
    }),
    stopped: ({ opportunity: o }) => (o && o.status !== 'open' ? o.status_since : null),
    loose: true,
  },
  column('close_date', 'date', 'The day on which it is expected to close.'),
  column('next_step', 'text', 'What is to be done next.'),
  {
    ...column('time_in_stage', 'elapsed', 'The time since it came into its stage.', { column: 'stage_since' }),
    atLeast: ({ opportunity: o }) => o?.stage_since_known === false,
  },
  {
    ...column('time_in_status', 'elapsed', 'The time since it came into its status.', { column: 'status_since' }),
    atLeast: ({ opportunity: o }) => o?.status_since_known === false,
  },
  column('pushes', 'number', 'How many times its close date moved later.'),
  column('setbacks', 'number', 'How many times it moved back to an earlier stage.'),
  column('skips', 'number', 'How many stages it jumped over on the way forward.'),
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
  },
]
