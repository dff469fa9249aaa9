import { changeOpportunity, newOpportunity } from './change.js'
import type { Settable } from './effects.js'
import type { Incoming, Taken } from './incoming.js'
import { refuseOpportunity } from './legality.js'
import { compare, type Said } from './said.js'
import type { FieldValue, Opportunity } from './subjects.js'
import { accountNamed } from './take-account.js'
import { deleted, putAccount, putOpportunity, record, type Taking } from './taking.js'
import type { Pipeline, Vocabulary } from './vocabulary.js'

/** What an opportunity always has; a source that leaves it empty says nothing of it. */
const NEVER_UNKNOWN = ['pipeline', 'stage', 'status']
/** What a source says beside the facts: when they changed, touches it knows of, its own count of pushes. */
const BESIDE = ['stage_changed', 'status_changed', 'last_activity', 'next_activity', 'pushes']
/** The place before the stage, the stage before the status: each is judged in the light of the one before. */
const ORDER = ['pipeline', 'stage', 'status']

/** Takes what is said of one opportunity. */
export function takeOpportunity(taking: Taking, said: Said, incoming: Incoming): Taken {
  const { id, line } = incoming
  const before = taking.opportunities.get(id)
  if (before && before.deleted_at !== null) return { outcome: 'rejected', line, why: deleted('opportunity', id) }
  return before ? takeKnown(taking, said, incoming, before) : takeNew(taking, said, incoming)
}

function takeNew(taking: Taking, said: Said, { id, line, values }: Incoming): Taken {
  const { now } = taking.bringing
  const place = placeOf(taking, values.pipeline ?? null, values.stage ?? null)
  if (typeof place === 'string') return { outcome: 'rejected', line, why: place }
  const fields: Record<string, FieldValue> = {}
  const row = newOpportunity(id, place.pipeline.name, place.stage, now)
  const facts = row as unknown as Record<string, Settable>
  for (const name in values) {
    const value = values[name]
    if (value === null || value === undefined || BESIDE.includes(name) || name === 'pipeline' || name === 'stage')
      continue
    if (name.startsWith('fields.')) fields[name.slice('fields.'.length)] = value
    else facts[name] = value
  }
  const stageSince = numberOf(values.stage_changed)
  const statusSince = numberOf(values.status_changed) ?? (endsIn(row, taking.vocabulary) ? stageSince : null)
  row.fields = fields
  row.amount_high = numberOf(values.amount)
  row.pushes = typeof values.pushes === 'number' ? values.pushes : 0
  row.said_last_activity = numberOf(values.last_activity)
  row.said_next_activity = numberOf(values.next_activity)
  row.stage_since = stageSince ?? now
  row.stage_since_known = stageSince !== null
  row.status_since = statusSince ?? now
  row.status_since_known = statusSince !== null
  const why = rejection(taking, null, row)
  if (why !== null) return { outcome: 'rejected', line, why }
  said.keep(id, values)
  putOpportunity(taking, row)
  record(taking, 'opportunity', id, { fact: 'created', from: null, to: row.created, at: row.created ?? now })
  return { outcome: 'new', line, diverged: [], refused: [] }
}

function takeKnown(taking: Taking, said: Said, { id, line, values }: Incoming, before: Opportunity): Taken {
  const { now } = taking.bringing
  const earlier = said.before(id)
  const facts = factsIn(values)
  const policy = { remembers: taking.remembers, never: NEVER_UNKNOWN }
  const { apply, diverged } = compare(values, earlier, (name) => presentOf(before, name), policy, facts)
  const changes: { fact: string; from: Settable; to: Settable; at: number | null }[] = []
  let row = before
  for (const fact of apply) {
    const at = changedAt(fact, values, row, before, taking.vocabulary)
    const change = changeOpportunity(row, fact, values[fact] ?? null, at ?? now, taking.vocabulary)
    if (!change) continue
    changes.push({ fact, from: change.from, to: values[fact] ?? null, at })
    row = change.row
  }
  if (facts.length < Object.keys(values).length) {
    const isNews = (name: string) => !taking.remembers || (earlier?.[name] ?? null) !== (values[name] ?? null)
    row = saidBeside(row, before, values, isNews, taking.vocabulary)
  }
  if (row.pipeline !== before.pipeline || row.stage !== before.stage) {
    const place = placeOf(taking, row.pipeline, row.stage)
    if (typeof place === 'string') return { outcome: 'rejected', line, why: place }
  }
  const why = row === before ? null : rejection(taking, before, row)
  if (why !== null) return { outcome: 'rejected', line, why }
  said.keep(id, values)
  if (row === before) return { outcome: 'unchanged', line, diverged, refused: [] }
  for (const change of changes) record(taking, 'opportunity', id, change)
  putOpportunity(taking, row)
  if (row.account !== before.account) leave(taking, before)
  return { outcome: 'changed', line, diverged, refused: [] }
}

/** Is it closed in a stage that allows no open one? Then it is closed for as long as it is there. */
function endsIn({ pipeline, stage, status }: Opportunity, { pipelines }: Vocabulary): boolean {
  const of = status === 'open' ? undefined : pipelines.get(pipeline)?.stages.find(({ name }) => name === stage)
  return of !== undefined && !of.statuses.includes('open')
}

/** When a fact changed, as the source tells it; of a status by the stage that it came with, where the source tells only that. */
function changedAt(
  fact: string,
  values: Incoming['values'],
  row: Opportunity,
  before: Opportunity,
  vocabulary: Vocabulary,
): number | null {
  if (fact !== 'stage' && fact !== 'status') return null
  const at = numberOf(values[`${fact}_changed`])
  const stageAt = numberOf(values.stage_changed)
  if (fact === 'stage' || at !== null || stageAt === null || typeof values.status !== 'string') return at
  const isNewStage = row.stage !== before.stage || row.stage_since !== stageAt
  const closed = { ...row, status: values.status as Opportunity['status'] }
  return isNewStage && endsIn(closed, vocabulary) ? stageAt : null
}

/** The facts of what is said, in the order in which they are judged. */
function factsIn(values: Incoming['values']): string[] {
  const facts: string[] = []
  for (const name in values) if (!BESIDE.includes(name)) facts.push(name)
  return facts.length > 1 ? facts.sort((a, b) => rank(a) - rank(b)) : facts
}

/** What the source says beside the facts. A clock is taken where it speaks of where the opportunity is now. */
function saidBeside(
  row: Opportunity,
  before: Opportunity,
  values: Incoming['values'],
  isNews: (name: string) => boolean,
  vocabulary: Vocabulary,
): Opportunity {
  const news: Partial<Opportunity> = {}
  for (const fact of ['stage', 'status'] as const) {
    const at = numberOf(values[`${fact}_changed`])
    if (at === null || !isNews(`${fact}_changed`) || (values[fact] ?? row[fact]) !== row[fact]) continue
    if (row[`${fact}_since`] !== at) Object.assign(news, { [`${fact}_since`]: at, [`${fact}_since_known`]: true })
  }
  const isWhereItWas = row.stage === before.stage && row.status === before.status
  const isKnown = news.status_since_known ?? row.status_since_known
  if (news.stage_since !== undefined && isWhereItWas && !isKnown && endsIn(row, vocabulary)) {
    Object.assign(news, { status_since: news.stage_since, status_since_known: true })
  }
  for (const name of ['last_activity', 'next_activity'] as const) {
    if (!(name in values) || !isNews(name)) continue
    const at = numberOf(values[name])
    if (row[`said_${name}`] !== at) news[`said_${name}`] = at
  }
  if (typeof values.pushes === 'number') {
    const pushes = isNews('pushes') ? values.pushes : before.pushes
    if (row.pushes !== pushes) news.pushes = pushes
  }
  return Object.keys(news).length > 0 ? { ...row, ...news } : row
}

/** Why a row cannot be taken as a whole; null where it can. Makes the account that it names for the first time. */
function rejection(taking: Taking, before: Opportunity | null, row: Opportunity): string | null {
  const why = taking.refuses === 'all' ? refuseChange(taking, before, row) : null
  if (why !== null) return why
  if (row.account === null || row.account === before?.account) return null
  const account = accountNamed(taking, row.account)
  return typeof account === 'string' ? account : null
}

/** The account that an opportunity leaves is due like the one it comes to, and its activities go with it. */
function leave(taking: Taking, { id, account }: Opportunity): void {
  taking.rehomed.add(id)
  const former = account === null ? undefined : taking.accounts.get(account)
  if (former) putAccount(taking, former)
}

/** The pipeline and stage that are meant; a sentence where they cannot be told. */
function placeOf(
  { vocabulary }: Taking,
  pipeline: Settable,
  stage: Settable,
): { pipeline: Pipeline; stage: string } | string {
  const meant = vocabulary.pipelines.get(String(pipeline))
  if (meant?.stages.some(({ name }) => name === stage)) return { pipeline: meant, stage: String(stage) }
  const all = [...vocabulary.pipelines.values()]
  const having = all.filter((p) => pipeline === null || p.name === pipeline)
  if (having.length === 0) return pipeline === null ? 'There is no pipeline.' : `There is no pipeline ${pipeline}.`
  const named = stage === null ? having : having.filter(({ stages }) => stages.some(({ name }) => name === stage))
  const [only, another] = named
  if (!only) return `There is no stage ${stage} in the pipeline ${having.map(({ name }) => name).join(' or ')}.`
  if (another) return `It names no pipeline, and it may be in ${named.map(({ name }) => name).join(' or ')}.`
  const first = stage ?? only.stages[0]?.name
  return first === undefined ? `The pipeline ${only.name} has no stages.` : { pipeline: only, stage: String(first) }
}

const rank = (fact: string) => (ORDER.includes(fact) ? ORDER.indexOf(fact) : ORDER.length)
const numberOf = (value: Settable | undefined): number | null => (typeof value === 'number' ? value : null)

function presentOf(row: Opportunity, name: string): Settable {
  if (name.startsWith('fields.')) return row.fields[name.slice('fields.'.length)] ?? null
  return (row[name as keyof Opportunity] as Settable) ?? null
}

/** Why what a person or the API leaves behind on an opportunity is not allowed; null where it is. */
function refuseChange(taking: Taking, before: Opportunity | null, after: Opportunity): string | null {
  const { vocabulary } = taking
  const stage = vocabulary.pipelines.get(after.pipeline)?.stages.find(({ name }) => name === after.stage)
  const account = taking.accounts.get(after.account ?? '') ?? null
  return refuseOpportunity(before, after, taking.missing(stage?.requires ?? [], after, account), vocabulary)
}
