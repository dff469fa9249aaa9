import type { HistoryEntry } from '../../domain/effects.js'
import type { Finding } from '../../domain/findings.js'
import type { Life } from '../../domain/life.js'
import type { SubjectKind } from '../../domain/subjects.js'
import type { FiledActivity } from '../../domain/take-activity.js'
import { OF_ITS_OPPORTUNITIES } from '../../domain/wakes.js'
import type { Fact } from '../../facts/fact.js'
import { follows } from '../../facts/follows.js'
import { DAY } from '../../lib/civil.js'
import type { Instant } from '../../lib/instant.js'
import type { Program, Rule } from '../../program/program.js'
import { factsRead } from '../outcomes/past-facts.js'

/** What ended a finding: what a person did, what an import brought, what a rule did, or time alone. */
export type Ender = 'person' | 'source' | 'rule' | 'time'

/** A finding that is resolved, and whose it is. */
type Resolved = Finding & { resolved_at: Instant }

/** A fact that a rule reads, of the subject or of its account. */
interface Asked {
  kind: SubjectKind
  fact: Fact
}

/** Tells what ended a finding of a rule, given all that happened in its family. */
export type EnderOf = (finding: Resolved, life: Life) => Ender

/** Where several things happened at once, the first of these counts: what a source brings is often what a rule answers to. */
const FIRST = ['person', 'rule', 'source'] as const

/**
 * What ends findings of a rule. Only a change of what its condition reads counts, that was learned while the finding was open
 * and at most a day before it ended, since a run may come a little later than what it answers to: else it was time.
 */
export function enderOf(rule: Rule, program: Program): EnderOf {
  const read = factsRead(rule, program).flatMap(({ kind, name }): Asked[] => {
    const fact = program.facts[kind].get(name)
    return fact ? [{ kind, fact }] : []
  })
  const sources = new Set(Object.keys(program.sections.sources ?? {}))
  const { touches } = program.vocabulary
  return (finding, { history, activities }) => {
    const until = finding.resolved_at
    const since = Math.max(until - DAY, finding.opened_at ?? until)
    const isThen = (learned: Instant) => (learned > since && learned <= until) || learned === until
    const causes = [
      ...history.filter((one) => isThen(one.learned_at) && read.some((fact) => changes(one, fact, finding))),
      ...activities.filter(
        (one) =>
          isThen(Math.max(one.at, one.learned_at)) && read.some((fact) => touchesOn(one, fact, finding, touches)),
      ),
    ]
    const kinds = new Set(causes.map((one) => kindOfCause('by' in one && 'fact' in one ? one.by : one.source, sources)))
    return FIRST.find((kind) => kinds.has(kind)) ?? 'time'
  }
}

/** Imports and webhooks bring what a source says; rules say so; whoever else it is, is a person. */
const kindOfCause = (by: string | null, sources: ReadonlySet<string>): Ender =>
  by?.startsWith('rule:') ? 'rule' : by && (/^(import|hook):/.test(by) || sources.has(by)) ? 'source' : 'person'

const isOwn = ({ kind, id }: { kind: SubjectKind; id: string }, finding: Finding): boolean =>
  kind === finding.kind && id === finding.id

/** Changes after which other opportunities belong to an account. */
const JOINING: readonly string[] = ['account', 'created', 'deleted']

/** May this change have changed what a condition on the subject of the finding reads? */
function changes(entry: HistoryEntry, { kind, fact }: Asked, finding: Finding): boolean {
  // A family has one account: a change of an account is of the one that is read.
  if (entry.kind === kind) return (kind !== finding.kind || entry.id === finding.id) && follows(fact, entry.fact)
  if (entry.kind === 'account') return follows(fact, `account.${entry.fact}`)
  // Another account may have another segment.
  if (finding.kind === 'opportunity' && entry.fact === 'account' && isOwn(entry, finding)) return true
  const isOfThem = fact.restsOn?.some((one) => one.startsWith(OF_ITS_OPPORTUNITIES)) ?? true
  return (isOfThem && JOINING.includes(entry.fact)) || follows(fact, OF_ITS_OPPORTUNITIES + entry.fact)
}

/** May this activity have changed it? One of an opportunity is also one of its account. */
function touchesOn(
  { kind: what, opportunity, account }: FiledActivity,
  { kind, fact }: Asked,
  finding: Finding,
  touches: readonly string[],
): boolean {
  const isOf = kind === 'account' ? account !== null || opportunity !== null : opportunity === finding.id
  if (!isOf || !follows(fact, 'activity')) return false
  const [, ofKind] = /^(?:activities|last_activity|next_activity)\.(.+)$/.exec(fact.name) ?? []
  return ofKind === undefined ? touches.includes(what) : ofKind === what
}
