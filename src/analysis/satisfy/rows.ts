import type { ActivitySummary, KindSummary, Planned } from '../../domain/activities.js'
import { newAccount, newOpportunity } from '../../domain/change.js'
import {
  type Account,
  type Family,
  type Fields,
  type Opportunity,
  type Person,
  STATUSES,
  type Status,
} from '../../domain/subjects.js'
import { NO_BIN } from '../../domain/vocabulary.js'
import { DAY, HOUR } from '../../lib/civil.js'
import type { Instant } from '../../lib/instant.js'
import { withinItsAge } from './clocks.js'
import { type Cube, isWithoutAccount, may, type Search } from './cube.js'
import { ownerOf } from './owner.js'
import type { Picks } from './picks.js'

export interface Built {
  readonly family: Family
  readonly people: ReadonlyMap<string, Person>
}

/** Rows of which the picked values are read; what nothing is asked of is filled in as usual. They are still to be tried. */
export function rowsOf(cube: Cube, picks: Picks, search: Search): Built {
  const people = new Map<string, Person>()
  const ownerId = (side: '' | 'account.'): string | null => {
    const owner = ownerOf(cube, search, side)
    if (owner === null || owner === 'nobody') return null
    if (
      !search.program.vocabulary.people.has(owner.id) &&
      (owner.name ?? owner.team ?? owner.email ?? owner.manager ?? (owner.active ? null : owner)) !== null
    )
      people.set(owner.id, owner)
    return owner.id
  }
  if (search.kind === 'account') {
    const account = accountOf('', cube, picks, search, ownerId(''))
    return { family: { account, opportunities: opportunitiesOf(account.id, '', picks, search, null) }, people }
  }
  const isAlone = isWithoutAccount(cube, (name) => picks.of(name) === null)
  const account = isAlone ? null : accountOf('account.', cube, picks, search, ownerId('account.'))
  const subject = { ...opportunityOf(cube, picks, search, ownerId('')), account: account?.id ?? null }
  const others = account ? opportunitiesOf(account.id, 'account.', picks, search, subject) : []
  return { family: { account, opportunities: [subject, ...others] }, people }
}

function fieldsOf(side: string, picks: Picks, names: Iterable<string>): Fields {
  const fields: Fields = {}
  for (const name of names) {
    const value = picks.of(`${side}fields.${name}`)
    if (value !== undefined && value !== null) fields[name] = value
  }
  return fields
}

function accountOf(side: '' | 'account.', cube: Cube, picks: Picks, search: Search, owner: string | null): Account {
  const {
    program,
    clock: { now },
  } = search
  const line = program.vocabulary.assemblyLine
  const group = picks.of(`${side}group`)
  const isThere = (bin: { name: string; group: string }) =>
    may(cube, `${side}bin`, (value) => value === bin.name) && (group === undefined || bin.group === group)
  const bins = [...(line?.bins.values() ?? [])]
  const start = bins.find(({ name }) => name === line?.startsIn)
  const wanted = picks.of(`${side}bin`)
  const bin =
    bins.find((one) => one.name === wanted && isThere(one)) ?? (start && isThere(start) ? start : bins.find(isThere))
  const id = picks.text(`${side}id`, 'acme') ?? 'acme'
  const base = newAccount(id, bin?.name ?? String(wanted ?? NO_BIN), now - 400 * DAY)
  const created = picks.known(`${side}created`, now - 100 * DAY)
  const row: Account = {
    ...base,
    name: picks.text(`${side}name`, 'Acme'),
    owner,
    segment: picks.text(`${side}segment`, null),
    industry: picks.text(`${side}industry`, null),
    duplicate_of: picks.text(`${side}duplicate_of`, null),
    fields: fieldsOf(side, picks, program.vocabulary.fields.account.keys()),
    bin_since: picks.number(`${side}time_in_bin`, now - 3 * DAY),
    bin_since_known: true,
    last_change: now,
    ...touched(side, picks, search, created),
  }
  return withinItsAge(row, side, picks)
}

function opportunityOf(cube: Cube, picks: Picks, search: Search, owner: string | null): Opportunity {
  const {
    program,
    clock: { now, calendar },
  } = search
  const { pipelines, fields } = program.vocabulary
  const pairs = [...pipelines.values()].flatMap((pipeline) => pipeline.stages.map((stage) => ({ pipeline, stage })))
  const fits = ({ pipeline, stage }: (typeof pairs)[number]) =>
    may(cube, 'pipeline', (value) => value === pipeline.name) && may(cube, 'stage', (value) => value === stage.name)
  const wantedStatus = picks.of('status')
  const allows = ({ stage }: (typeof pairs)[number]) =>
    stage.statuses.some((status) => may(cube, 'status', (value) => value === status))
  const exactly = (pair: (typeof pairs)[number]) =>
    (picks.of('stage') === undefined || pair.stage.name === picks.of('stage')) &&
    (picks.of('pipeline') === undefined || pair.pipeline.name === picks.of('pipeline'))
  const at =
    pairs.find((pair) => fits(pair) && exactly(pair) && allows(pair)) ??
    pairs.find((pair) => fits(pair) && allows(pair)) ??
    pairs.find(fits)
  const status = (at?.stage.statuses ?? STATUSES).find((one) =>
    wantedStatus === undefined ? true : may(cube, 'status', (v) => v === one),
  )
  const drop = picks.known('amount_drop', 0) ?? 0
  const amount = picks.known('amount', 50_000_000)
  const base = newOpportunity(
    picks.text('id', 'acme-deal') ?? 'acme-deal',
    at?.pipeline.name ?? picks.text('pipeline', 'main') ?? 'main',
    at?.stage.name ?? picks.text('stage', 'first') ?? 'first',
    now - 400 * DAY,
  )
  const created = picks.known('created', now - 60 * DAY)
  const row: Opportunity = {
    ...base,
    name: picks.text('name', 'Acme deal'),
    status: status ?? (String(wantedStatus ?? 'open') as Status),
    reason: picks.text('reason', null),
    amount,
    amount_high: amount === null || drop === 0 ? amount : Math.round((amount * 100) / (100 - Math.min(drop, 99))),
    currency: picks.text('currency', null),
    owner,
    source: picks.text('source', null),
    origin: picks.text('origin', null),
    close_date: picks.text('close_date', calendar.addDays(calendar.dateOf(now), 30)),
    next_step: picks.text('next_step', null),
    fields: fieldsOf('', picks, fields.opportunity.keys()),
    stage_since: picks.number('time_in_stage', now - 3 * DAY),
    stage_since_known: true,
    status_since: picks.number('time_in_status', now - HOUR),
    status_since_known: true,
    pushes: picks.number('pushes', 0),
    setbacks: picks.number('setbacks', 0),
    skips: picks.number('skips', 0),
    last_change: now,
    ...touched('', picks, search, created),
  }
  return withinItsAge(row, '', picks)
}

/** The other opportunities of an account, so that its counts are as picked. */
function opportunitiesOf(
  account: string,
  side: string,
  picks: Picks,
  { program, clock: { now } }: Search,
  subject: Opportunity | null,
): Opportunity[] {
  const [pipeline] = [...program.vocabulary.pipelines.values()]
  const closedAt = picks.known(`${side}time_since_last_opportunity_closed`, null)
  const made: Opportunity[] = []
  const add = (status: Status) => {
    const stage = pipeline?.stages.find(({ statuses }) => statuses.includes(status)) ?? pipeline?.stages[0]
    const row = newOpportunity(
      `acme-deal-${made.length + 2}`,
      pipeline?.name ?? 'main',
      stage?.name ?? 'first',
      now - 400 * DAY,
    )
    const since = closedAt ?? now - 2 * DAY
    made.push({
      ...row,
      account,
      status,
      name: `Acme deal ${made.length + 2}`,
      status_since: since,
      status_since_known: true,
      last_change: now,
    })
  }
  for (const status of ['open', 'won', 'lost'] as const) {
    const wanted = picks.number(`${side}${status}_opportunities`, 0) - (subject?.status === status ? 1 : 0)
    for (let n = 0; n < Math.min(wanted, 50); n += 1) add(status)
  }
  if (closedAt !== null && made.every(({ status }) => status === 'open')) add('abandoned')
  return made
}

/** What activities there were and are planned, as the counts and clocks of the side say. */
function touched(
  side: string,
  picks: Picks,
  { program, clock: { now } }: Search,
  created: Instant | null,
): Pick<Account, 'activity' | 'created' | 'seen' | 'owner_since'> {
  const { touches, otherActivities } = program.vocabulary
  const since = picks.known(`${side}time_since_activity`, null)
  const byOwner = picks.known(`${side}time_since_owner_activity`, null)
  const asked = picks.known(`${side}last_activity`, null) ?? since
  const total = picks.of(`${side}touches`)
  const mayTouch = picks.of(`${side}last_activity`) !== null && total !== 0 && picks.of(`${side}created`) !== since
  const counts = new Map(
    [...touches, ...otherActivities].map((kind) => [kind, picks.number(`${side}activities.${kind}`, 0)]),
  )
  const sum = touches.reduce((n, kind) => n + (counts.get(kind) ?? 0), 0)
  const contacts = picks.number('contacts_touched', 0)
  const inBin = picks.number(`${side}touches_in_bin`, 0)
  const lacking = Math.max(total === undefined || total === null ? 0 : Number(total) - sum, inBin - sum)
  const free = touches.find((kind) => picks.of(`${side}activities.${kind}`) === undefined)
  if (free && lacking > 0) counts.set(free, lacking)
  else if (free && sum === 0 && (contacts > 0 || (asked !== null && mayTouch)) && total === undefined)
    counts.set(free, 1)
  const last = asked ?? byOwner ?? now - DAY
  const kinds: Record<string, KindSummary> = {}
  let left = inBin
  for (const [kind, n] of counts) {
    if (n === 0) continue
    const own = touches.includes(kind)
    const at = picks.known(`${side}last_activity.${kind}`, own ? last : now - DAY) ?? last
    kinds[kind] = {
      n,
      last: at,
      owner: own ? (byOwner ?? at) : at,
      in_bin: own ? Math.min(n, left) : 0,
      contacts: contactsOf(own ? picks : null),
    }
    if (own) left -= Math.min(n, left)
  }
  const next = touches[0] === undefined ? null : picks.known(`${side}next_activity`, null)
  const planned: Planned[] = next === null ? [] : [{ at: next, kind: touches[0] as string, owner: true, contact: null }]
  for (const kind of counts.keys()) {
    const at = picks.known(`${side}next_activity.${kind}`, null)
    if (at !== null && at !== next) planned.push({ at, kind, owner: true, contact: null })
  }
  const activity: ActivitySummary = { kinds, planned: planned.sort((a, b) => a.at - b.at) }
  const isTouched = touches.some((kind) => kinds[kind])
  const begun = isTouched ? null : (since ?? byOwner)
  const seen = begun ?? now - 400 * DAY
  const from = picks.of(`${side}created`) === undefined && begun !== null ? begun : created
  return { activity, created: from, seen, owner_since: isTouched ? null : byOwner }
}

const contactsOf = (picks: Picks | null): string[] =>
  Array.from({ length: picks?.number('contacts_touched', 0) ?? 0 }, (_, i) => `contact-${i + 1}`)
