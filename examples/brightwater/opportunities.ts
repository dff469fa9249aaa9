import { type Day, dateOf, workdayUpTo, yearOf } from './days.js'
import { endedLife, type Life, openLife } from './life.js'
import type { Change, Opportunity } from './model.js'
import { CONTRACTS, EQUIPMENT } from './names.js'
import type { Random } from './random.js'
import type { Spec } from './specs.js'
import { LEAVER, LEFT_AGO, repsOf } from './staff.js'

/** The reasons of the packs. A test holds the two together. */
const REASONS = {
  won: { price: 15, product: 35, relationship: 25, service: 20, incumbent: 5 },
  lost: { price: 32, timing: 18, competitor: 24, product: 8, 'no-decision': 18 },
  abandoned: { unreachable: 60, 'no-budget': 30, duplicate: 10 },
} as const

const SIZE = { small: 0.7, 'mid-market': 1, enterprise: 1.5 } as const

function offer(random: Random, spec: Spec, created: Day): { name: string; amount: number } {
  const renewal = spec.pipeline === 'renewals'
  const taken = new Set(spec.account.opportunities.map((o) => o.name))
  const offers = random.shuffled(renewal ? CONTRACTS : EQUIPMENT).map(([what, low, high]) => ({
    name: renewal ? `${what} ${yearOf(created + 90)}, ${spec.account.name}` : `${what} for ${spec.account.name}`,
    amount: Math.round((random.int(low, high) * SIZE[spec.account.segment]) / 100) * 100,
  }))
  return (offers.find(({ name }) => !taken.has(name)) ?? offers[0]) as { name: string; amount: number }
}

/** Days between, evenly spread, so that no two are the same where there is room. */
const spread = (from: Day, to: Day, count: number): Day[] =>
  Array.from({ length: count }, (_, i) => from + Math.round(((to - from) * (i + 1)) / (count + 1)))

function closeDates(random: Random, spec: Spec, life: Life, today: Day): Day[] {
  const has = (trouble: Spec['troubles'][number]) => spec.troubles.includes(trouble)
  if (has('undated')) return []
  let final: Day
  if (spec.ended !== null) final = workdayUpTo(spec.ended) + (spec.fate === 'won' ? 0 : random.int(-4, 25))
  else if (has('overdue')) final = today - random.int(3, 38)
  else if (has('too-early')) final = today + random.int(4, 11)
  else if (has('closed-but-open')) final = today + random.int(-2, 20)
  else {
    const when = random.weighted({ soon: 62, later: 20, far: 18 })
    final = today + { soon: random.int(18, 75), later: random.int(76, 140), far: random.int(141, 230) }[when]
  }
  const created = (life.steps[0] as { day: Day }).day
  const longEnough = (spec.ended ?? today) - created > 20
  const pushes = has('pushed') ? random.int(3, 5) : longEnough ? Number(random.weighted({ 0: 66, 1: 34 })) : 0
  const dates = [final]
  for (let i = 0; i < pushes; i++) dates.unshift((dates[0] as Day) - random.int(14, 35))
  return dates
}

function amounts(random: Random, spec: Spec, amount: number, life: Life): number[] {
  const has = (trouble: Spec['troubles'][number]) => spec.troubles.includes(trouble)
  if (has('no-amount')) return []
  if (has('single-threaded')) return [random.int(2600, 3900) * 100]
  if (has('shrunk')) return [Math.round(amount / random.int(58, 72)) * 100, amount]
  if (spec.fate === 'open' && life.steps.length === 1 && random.chance(0.15)) return []
  if (random.chance(0.2)) return [Math.round((amount * random.pick([92, 95, 104, 108])) / 10_000) * 100, amount]
  return [amount]
}

/** Who owned it, and from which day on. */
function owners(random: Random, spec: Spec, created: Day, last: Day, today: Day): { id: string; from: Day }[] {
  const { account } = spec
  const left = today - LEFT_AGO
  if (spec.troubles.includes('unowned')) return []
  if (spec.troubles.includes('orphaned')) return [{ id: LEAVER, from: created }]
  const owner = account.owner === LEAVER || random.chance(0.1) ? random.pick(repsOf(account.team)) : account.owner
  if (account.team === 'central' && created < left && random.chance(0.25)) {
    return last > left
      ? [
          { id: LEAVER, from: created },
          { id: owner, from: left },
        ]
      : [{ id: LEAVER, from: created }]
  }
  const former = random.pick(repsOf(account.team))
  if (former === owner || last - created < 30 || !random.chance(0.1)) return [{ id: owner, from: created }]
  return [
    { id: former, from: created },
    { id: owner, from: workdayUpTo(created + 14) },
  ]
}

/** Writes one opportunity of an account: what it was at first, and all that changed since. */
export function makeOpportunity(
  random: Random,
  spec: Spec,
  today: Day,
): { draft: Omit<Opportunity, 'id'>; lastTouch: Day } {
  const { account, pipeline, fate } = spec
  const life =
    fate === 'open'
      ? openLife(random, pipeline, today, spec.troubles)
      : endedLife(random, pipeline, fate, spec.ended as Day)
  const created = (life.steps[0] as { day: Day }).day
  const ended = fate === 'open' ? null : (life.steps.at(-1) as { day: Day }).day
  const last = ended ?? today - 1
  const { name, amount } = offer(random, spec, created)
  const dates = closeDates(random, spec, life, today).map(dateOf)
  const sums = amounts(random, spec, amount, life).map(String)
  const held = owners(random, spec, created, last, today)
  const ownerOn = (day: Day) => held.findLast(({ from }) => from <= day)?.id ?? account.owner

  const changes: Change[] = []
  const change = (fact: Change['fact'], day: Day, minute: number, from: string, to: string) =>
    changes.push({ fact, day, minute, from, to, by: ownerOn(day) })
  life.steps.slice(1).forEach(({ stage, day }, i) => {
    change('stage', day, 200, (life.steps[i] as { stage: string }).stage, stage)
  })
  const pushDays = spread(created, last, dates.length - 1)
  dates.slice(1).forEach((date, i) => {
    change('close_date', workdayUpTo(pushDays[i] as Day), 210 + i, dates[i] as string, date)
  })
  if (sums.length === 2)
    change('amount', workdayUpTo(Math.max(created, last - 9)), 220, sums[0] as string, sums[1] as string)
  held.slice(1).forEach(({ id, from }, i) => {
    change('owner', from, 0, (held[i] as { id: string }).id, id)
  })
  if (ended !== null) change('status', ended, 200, 'open', fate)
  changes.sort((a, b) => a.day - b.day || a.minute - b.minute)

  const silent = fate === 'won' ? 0.12 : 0.22
  const reason = fate === 'open' || random.chance(silent) ? '' : random.weighted<string>(REASONS[fate])
  const first = {
    stage: (life.steps[0] as { stage: string }).stage,
    status: 'open',
    amount: sums[0] ?? '',
    close_date: dates[0] ?? '',
    owner: held[0]?.id ?? '',
  }
  const draft = {
    name,
    account,
    pipeline,
    fate,
    troubles: spec.troubles,
    created,
    ended,
    steps: life.steps,
    first,
    reason,
    changes,
  }
  return { draft, lastTouch: life.lastTouch }
}

/** What a fact of it became: the last change, or what it was at first. */
export function present(opportunity: Pick<Opportunity, 'first' | 'changes'>, fact: keyof Opportunity['first']): string {
  return opportunity.changes.findLast((c) => c.fact === fact)?.to ?? opportunity.first[fact]
}

/** The owner of it on a day. */
export function ownerOn(opportunity: Pick<Opportunity, 'first' | 'changes'>, day: Day): string {
  return opportunity.changes.findLast((c) => c.fact === 'owner' && c.day <= day)?.to ?? opportunity.first.owner
}
