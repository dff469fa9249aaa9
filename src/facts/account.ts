import { type RawBuilder, sql } from 'kysely'
import type { Account, Opportunity, Status } from '../domain/subjects.js'
import { GROUPS, type Vocabulary } from '../domain/vocabulary.js'
import type { Instant } from '../lib/instant.js'
import type { Fact, FactKind, FactValue } from './fact.js'
import { ACCOUNT, later, whereKnown } from './side.js'

type PlainColumn = { [K in keyof Account]: Account[K] extends string | number | null ? K : never }[keyof Account]

/** A fact that is a column of the account's row, with a reading of its own, as those of opportunities have. */
const column = (
  name: string,
  kind: FactKind,
  summary: string,
  read: (account: Account) => FactValue | null,
  more: Partial<Pick<Fact, 'neverMissing'>> & { column?: PlainColumn; choices?: readonly string[] | undefined } = {},
): Fact => ({
  name,
  kind,
  summary,
  ...(more.choices?.length ? { choices: more.choices } : {}),
  ...(more.neverMissing ? { neverMissing: more.neverMissing } : {}),
  read: (s) => (s.account ? read(s.account) : null),
  sql: () => sql.ref(`a.${more.column ?? name}`),
  restsOn: [more.column ?? name],
})

const VALUE = { neverMissing: 'value' } as const

const countOf = (opportunities: readonly Opportunity[], status: Status): number => {
  let n = 0
  for (const o of opportunities) if (o.status === status) n += 1
  return n
}

/** The account's living opportunities, in SQL, as `x`. */
const ofItsOpportunities = (what: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`(select ${what} from opportunities as x where x.account = a.id and x.deleted_at is null)`

const counted = (status: Status, summary: string): Fact => ({
  name: `${status}_opportunities`,
  kind: 'number',
  summary,
  neverMissing: 'count',
  read: (s) => (s.account ? countOf(s.opportunities, status) : null),
  sql: (reading) =>
    whereKnown(ACCOUNT, reading, ofItsOpportunities(sql`count(case when x.status = ${status} then 1 end)`)),
  restsOn: ['opportunities.status'],
})

const lastClosed = (opportunities: readonly Opportunity[]): Instant | null => {
  let last: Instant | null = null
  for (const o of opportunities) if (o.status !== 'open') last = later(last, o.status_since)
  return last
}

/** Is it only since an opportunity was first seen that it is known to be closed? */
const isStandIn = (since: Instant | null, opportunities: readonly Opportunity[]): boolean =>
  opportunities.some((o) => o.status !== 'open' && o.status_since === since && !o.status_since_known)

/** What is known of an account by its own row and those of its opportunities. */
export const accountFacts = ({ assemblyLine }: Vocabulary): Fact[] => {
  const bins = assemblyLine ? [...assemblyLine.bins.values()] : []
  const groups = GROUPS.filter((group) => bins.some((bin) => bin.group === group))
  return [
    column('id', 'text', 'The id of the account.', (a) => a.id, VALUE),
    column('name', 'text', 'The name of the account.', (a) => a.name),
    column('owner', 'text', 'The id of the person who owns the account.', (a) => a.owner),
    column('segment', 'text', 'The segment of the market to which the account belongs.', (a) => a.segment),
    column('industry', 'text', 'The industry of the account.', (a) => a.industry),
    column('created', 'instant', 'When the account was created.', (a) => a.created),
    column('age', 'elapsed', 'The time since the account was created.', (a) => a.created, { column: 'created' }),
    column('bin', 'choice', 'The bin of the assembly line in which the account is.', (a) => a.bin, {
      ...VALUE,
      choices: bins.map((bin) => bin.name),
    }),
    {
      name: 'group',
      kind: 'choice',
      summary: 'The group of its bin: input, working, nurture or avoid.',
      choices: GROUPS,
      read: (s) => (s.account && assemblyLine?.bins.get(s.account.bin)?.group) ?? null,
      sql: () =>
        groups.length === 0
          ? sql`null`
          : sql`case ${sql.join(
              groups.map((group) => {
                const named = bins.filter((bin) => bin.group === group).map((bin) => bin.name)
                return sql`when a.bin in (${sql.join(named)}) then ${group}`
              }),
              sql` `,
            )} end`,
      restsOn: ['bin'],
    },
    {
      ...column('time_in_bin', 'elapsed', 'The time since the account came into its bin.', (a) => a.bin_since, {
        ...VALUE,
        column: 'bin_since',
      }),
      atLeast: ({ account }) => account?.bin_since_known === false,
    },
    counted('open', 'How many of its opportunities are open.'),
    counted('won', 'How many of its opportunities are won.'),
    counted('lost', 'How many of its opportunities are lost.'),
    {
      name: 'time_since_last_opportunity_closed',
      kind: 'elapsed',
      summary: 'The time since one of its opportunities was last won, lost or abandoned.',
      read: (s) => (s.account ? lastClosed(s.opportunities) : null),
      atLeast: ({ opportunities }) => isStandIn(lastClosed(opportunities), opportunities),
      sql: () => ofItsOpportunities(sql`max(case when x.status <> 'open' then x.status_since end)`),
      restsOn: ['opportunities.status', 'opportunities.status_since'],
    },
    column('duplicate_of', 'text', 'The id of the account of which this one is a duplicate.', (a) => a.duplicate_of),
  ]
}
