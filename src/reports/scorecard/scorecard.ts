import type { Finding } from '../../domain/findings.js'
import type { Life } from '../../domain/life.js'
import { subjectName } from '../../domain/subjects.js'
import { DAY } from '../../lib/civil.js'
import { grouped } from '../../lib/grouped.js'
import type { Instant } from '../../lib/instant.js'
import { median } from '../../lib/median.js'
import type { Program } from '../../program/program.js'
import type { Store } from '../../store/store.js'
import { findingAsOf } from '../as-of.js'
import { comparing, type Flag, type Lift } from '../outcomes/matching.js'
import { type Outcome, outcomeOf } from '../outcomes/outcomes.js'
import { type Ender, enderOf } from './enders.js'

/** How many findings what ended. */
export type Endings = Record<Ender, number>

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
  /** Of rules for opportunities: those it found against others at equal stage and age, since it is judged; null of rules for accounts. */
  outcomes: Lift | null
  /** Why it is noise, as a sentence; null where it is not, or too little is known. */
  noisy: string | null
}

export interface ScorecardRequest {
  /** Only findings that opened since; null is all. */
  since: Instant | null
  onProgress?: (families: number, total: number) => void
}

const PAGE = 500
/** Of fewer findings nobody can say that they are noise. */
const FEWEST = 20

/** How each rule in force has done up to an instant, in the order in which they speak: what happened later does not count. */
export async function readScorecards(
  store: Pick<Store, 'everyFamily' | 'lives' | 'findings' | 'programs'>,
  program: Program,
  now: Instant,
  { since, onProgress }: ScorecardRequest,
): Promise<Scorecard[]> {
  const found = (await store.findings()).flatMap((finding) => openedBy(finding, now) ?? [])
  const rules = program.rules.filter((rule) => rule.is === 'state' && rule.disabled === null)
  const enders = new Map(rules.map((rule) => [rule.id, enderOf(rule, program)]))
  const wanted = grouped(found, subjectName)
  const outcomes = new Map<string, Outcome>()
  const seen = new Map<string, Instant>()
  const endings = new Map<Opened, Ender>()
  const refs = await store.everyFamily()
  for (let i = 0; i < refs.length; i += PAGE) {
    for (const life of await store.lives(refs.slice(i, i + PAGE))) {
      for (const row of life.family.opportunities) {
        const history = life.history.filter((entry) => entry.kind === 'opportunity' && entry.id === row.id)
        const outcome = outcomeOf(row, history, now)
        if (outcome) outcomes.set(row.id, outcome)
        seen.set(row.id, row.seen)
      }
      for (const finding of subjectsIn(life).flatMap((subject) => wanted.get(subject) ?? [])) {
        const { resolved_at } = finding
        const ender = enders.get(finding.rule)
        if (resolved_at !== null && ender) endings.set(finding, ender({ ...finding, resolved_at }, life))
      }
    }
    onProgress?.(Math.min(i + PAGE, refs.length), refs.length)
  }
  const byRule = grouped(found, ({ rule }) => rule)
  const programs = await store.programs()
  const compare = comparing(outcomes, program.vocabulary.calendar, seen)
  return rules.map(({ id, title, for: kind }) => {
    const all = byRule.get(id) ?? []
    const isCounted = (one: Opened) => one.opened_at >= (since ?? one.opened_at) && !isTakenBack(one)
    const flags = all.map((one): Flag => ({ id: one.id, at: one.opened_at, isCounted: isCounted(one) }))
    const inForce = programs.find(({ rules: digests }) => id in digests)?.since ?? Number.POSITIVE_INFINITY
    const judgedSince = flags.reduce((least, { at }) => Math.min(least, at), inForce)
    const card = scorecardOf(id, title, all.filter(isCounted), endings)
    return { ...card, outcomes: kind === 'opportunity' ? compare({ flags, judgedSince }) : null, noisy: noiseOf(card) }
  })
}

/** A finding that has opened. */
type Opened = Finding & { opened_at: Instant }

/** A finding as it was at an instant; null where it had not opened yet. */
function openedBy(finding: Finding, now: Instant): Opened | null {
  const was = findingAsOf(finding, now)
  return was === null || was.opened_at === null ? null : { ...was, opened_at: was.opened_at }
}

const isTakenBack = ({ resolved_because }: Finding): boolean =>
  resolved_because !== null && NOT_ITS_DOING.includes(resolved_because)

const NOT_ITS_DOING: readonly string[] = [
  'rule_changed',
  'rule_removed',
  'subject_gone',
] satisfies Finding['resolved_because'][]

const subjectsIn = ({ family }: Life): string[] => [
  ...(family.account ? [`account/${family.account.id}`] : []),
  ...family.opportunities.map(({ id }) => `opportunity/${id}`),
]

function scorecardOf(
  rule: string,
  title: string,
  findings: readonly Opened[],
  endings: ReadonlyMap<Opened, Ender>,
): Omit<Scorecard, 'outcomes' | 'noisy'> {
  const by: Endings = { person: 0, source: 0, rule: 0, time: 0 }
  for (const finding of findings) {
    const ending = endings.get(finding)
    if (ending) by[ending] += 1
  }
  const lengths = findings.flatMap(({ opened_at, resolved_at }) =>
    resolved_at === null ? [] : (resolved_at - opened_at) / DAY,
  )
  return {
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
