import type { HistoryEntry } from '../domain/effects.js'
import type { Finding } from '../domain/findings.js'
import type { Life } from '../domain/life.js'
import { subjectName } from '../domain/subjects.js'
import type { FiledActivity } from '../domain/take-activity.js'
import { grouped } from '../lib/grouped.js'
import type { Instant } from '../lib/instant.js'
import { median } from '../lib/median.js'
import type { Program } from '../program/program.js'
import type { Store } from '../store/store.js'
import { compareOutcomes, type Lift, type Outcome, outcomeOf } from './outcomes.js'

/** What ended findings: what a person did, what an import brought, what a rule did, or time alone. */
export interface Endings {
  person: number
  source: number
  rule: number
  time: number
}

/** How a rule has done. Counts are of episodes that opened; those that were taken back with an edit of the rule are left out. */
export interface Scorecard {
  rule: string
  title: string
  opened: number
  open: number
  resolved: number
  by: Endings
  /** Days from opening to resolving: half of them took longer. Null where none was resolved. */
  medianDays: number | null
  acknowledged: number
  snoozed: number
  /** Later episodes on subjects that had one before. */
  reopened: number
  /** Of rules for opportunities: those it found against others at equal stage and age; null of rules for accounts. */
  outcomes: Lift | null
  /** Why it is noise, as a sentence; null where it is not, or too little is known. */
  noisy: string | null
}

export interface ScorecardRequest {
  /** Only findings that opened since; null is all. */
  since: Instant | null
  onProgress?: (families: number, total: number) => void
}

const DAY = 86_400_000
const PAGE = 500
/** Of fewer findings nobody can say that they are noise. */
const FEWEST = 20

/** How each rule in force has done so far, in the order in which they speak. */
export async function readScorecards(
  store: Pick<Store, 'everyFamily' | 'lives' | 'findings'>,
  { rules, sections }: Pick<Program, 'rules' | 'sections'>,
  now: Instant,
  { since, onProgress }: ScorecardRequest,
): Promise<Scorecard[]> {
  const findings = (await store.findings()).filter(
    ({ opened_at, resolved_because }) =>
      opened_at !== null &&
      opened_at >= (since ?? Number.NEGATIVE_INFINITY) &&
      !(resolved_because && NOT_ITS_DOING.includes(resolved_because)),
  )
  const names = new Set(Object.keys(sections.sources ?? {}))
  const wanted = grouped(findings, subjectName)
  const outcomes = new Map<string, Outcome>()
  const endings = new Map<Finding, keyof Endings>()
  const refs = await store.everyFamily()
  for (let i = 0; i < refs.length; i += PAGE) {
    for (const life of await store.lives(refs.slice(i, i + PAGE))) {
      for (const row of life.family.opportunities) {
        const history = life.history.filter((entry) => entry.kind === 'opportunity' && entry.id === row.id)
        const outcome = outcomeOf(row, history, now)
        if (outcome) outcomes.set(row.id, outcome)
      }
      for (const subject of subjectsIn(life)) {
        for (const finding of wanted.get(subject) ?? []) {
          if (finding.resolved_at !== null) endings.set(finding, endingOf(finding.resolved_at, life, names))
        }
      }
    }
    onProgress?.(Math.min(i + PAGE, refs.length), refs.length)
  }
  const byRule = grouped(findings, ({ rule }) => rule)
  return rules
    .filter((rule) => rule.is === 'state' && rule.disabled === null)
    .map(({ id, title, for: kind }) =>
      scorecardOf(id, title, byRule.get(id) ?? [], endings, kind === 'opportunity' ? outcomes : null),
    )
}

const NOT_ITS_DOING: readonly string[] = [
  'rule_changed',
  'rule_removed',
  'subject_gone',
] satisfies Finding['resolved_because'][]

const subjectsIn = ({ family }: Life): string[] => [
  ...(family.account ? [`account/${family.account.id}`] : []),
  ...family.opportunities.map(({ id }) => `opportunity/${id}`),
]

/** Where several things happened at once, the first of these counts: what a source brings is often what a rule answers to. */
const FIRST = ['person', 'rule', 'source'] as const

/** What happened in the family at the instant at which a finding resolved. */
function endingOf(
  at: Instant,
  { history, activities }: Pick<Life, 'history' | 'activities'>,
  sources: ReadonlySet<string>,
): keyof Endings {
  const causes = [
    ...history.filter(isThen(at)).map(({ by }: HistoryEntry) => by),
    ...activities.filter(isThen(at)).map(({ source }: FiledActivity) => source ?? 'somebody'),
  ]
  const kinds = new Set(causes.map((by) => kindOfCause(by, sources)))
  return FIRST.find((kind) => kinds.has(kind)) ?? 'time'
}

const isThen =
  (at: Instant) =>
  (one: { learned_at: Instant }): boolean =>
    one.learned_at === at

/** Imports and webhooks bring what a source says; rules say so; whoever else it is, is a person. */
const kindOfCause = (by: string, sources: ReadonlySet<string>): keyof Endings =>
  by.startsWith('rule:') ? 'rule' : /^(import|hook):/.test(by) || sources.has(by) ? 'source' : 'person'

function scorecardOf(
  rule: string,
  title: string,
  findings: readonly Finding[],
  endings: ReadonlyMap<Finding, keyof Endings>,
  outcomes: ReadonlyMap<string, Outcome> | null,
): Scorecard {
  const by: Endings = { person: 0, source: 0, rule: 0, time: 0 }
  for (const finding of findings) {
    const ending = endings.get(finding)
    if (ending) by[ending] += 1
  }
  const lengths = findings.flatMap(({ opened_at, resolved_at }) =>
    opened_at === null || resolved_at === null ? [] : (resolved_at - opened_at) / DAY,
  )
  const counted = {
    rule,
    title,
    opened: findings.length,
    open: findings.filter(({ state }) => state === 'open').length,
    resolved: lengths.length,
    by,
    medianDays: median(lengths),
    acknowledged: findings.filter(({ acknowledged_at }) => acknowledged_at !== null).length,
    snoozed: findings.filter(({ snoozed_at }) => snoozed_at !== null).length,
    reopened: findings.filter(({ episode }) => episode > 1).length,
  }
  const flags = findings.flatMap(({ id, opened_at }) => (opened_at === null ? [] : { id, at: opened_at }))
  flags.sort((a, b) => a.at - b.at)
  return { ...counted, outcomes: outcomes && compareOutcomes(outcomes, flags), noisy: noiseOf(counted) }
}

/** People stop to listen to a rule whose findings go away without anybody, or come back again and again. */
function noiseOf({ opened, resolved, by, reopened, snoozed }: Omit<Scorecard, 'outcomes' | 'noisy'>): string | null {
  if (opened < FEWEST) return null
  if (resolved >= FEWEST / 2 && by.time > 0.8 * resolved)
    return `${by.time} of ${resolved} went away by time alone: nobody had to do anything.`
  if (reopened >= opened / 2) return `${reopened} of ${opened} had been there before: it comes back again and again.`
  if (snoozed >= opened / 2) return `${snoozed} of ${opened} were snoozed: it speaks too soon.`
  return null
}
