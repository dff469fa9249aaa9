import type { Settable } from '../domain/effects.js'
import type { Account, Opportunity } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import type { Program, Rule } from '../program/program.js'
import type { Subject } from './satisfy/satisfy.js'
import type { Act, Trace } from './witness.js'

const THOUSAND = 1000

/** Has a rule done anything to a witness, or found anything of it? */
export const hasFired = ({ intents, world }: Trace, rule: Rule): boolean =>
  intents.some((intent) => intent.rule === rule.id) || world.findings().some((finding) => finding.rule === rule.id)

/**
 * The subject as it stands before the event to which an event rule listens, and the event, brought by somebody from outside, that
 * makes it what it is. Of other rules, and where no such event can be brought, the subject as it is.
 */
export function heard(rule: Rule, subject: Subject, at: Instant, program: Program): { subject: Subject; acts: Act[] } {
  const of = subject.ref
  if (!rule.event) return { subject, acts: [] }
  if ('activity' in rule.event) return { subject, acts: [{ at, of, activity: rule.event.activity }] }
  const fact = rule.event.change
  const { account, opportunities } = subject.family
  const before = anotherValue(fact, subject, program)
  const [row, ...others] = opportunities
  const now = valueIn(of.kind === 'account' ? account : row, fact)
  if (before === undefined) return { subject, acts: [] }
  const family =
    of.kind === 'account'
      ? { account: account && { ...account, [fact]: before }, opportunities }
      : { account, opportunities: row ? [{ ...row, [fact]: before } as Opportunity, ...others] : [] }
  const why: Record<string, Settable> = fact === 'status' && row?.reason ? { reason: row.reason } : {}
  return { subject: { ...subject, family }, acts: [{ at, of, facts: { [fact]: now, ...why } }] }
}

const valueIn = (row: Account | Opportunity | null | undefined, fact: string): Settable =>
  ((row as unknown as Record<string, Settable> | null | undefined)?.[fact] ?? null) as Settable

/** Another value than the subject's own; undefined where there is none. */
function anotherValue(fact: string, { ref, family }: Subject, { vocabulary }: Program): Settable | undefined {
  const row = (ref.kind === 'account' ? family.account : family.opportunities[0]) as Opportunity
  const stages = vocabulary.pipelines.get(row.pipeline)?.stages ?? []
  const allowed = stages.find(({ name }) => name === row.stage)?.statuses ?? []
  const others: Record<string, () => readonly (Settable | undefined)[]> = {
    stage: () => stages.map(({ name }) => name),
    status: () => [...allowed, 'won', 'open'],
    bin: () => [...(vocabulary.assemblyLine?.bins.keys() ?? [])],
    owner: () => [...vocabulary.people.keys(), 'somebody-else'],
    amount: () => [(row.amount ?? 0) + THOUSAND],
    close_date: () => [row.close_date && vocabulary.calendar.addDays(row.close_date, 1)],
  }
  const now = row[fact as keyof Opportunity]
  return others[fact]?.().find((value) => value !== now && value !== null)
}
