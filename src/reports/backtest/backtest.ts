import { type SubjectKind, subjectName } from '../../domain/subjects.js'
import { DAY } from '../../lib/civil.js'
import { grouped } from '../../lib/grouped.js'
import type { Instant } from '../../lib/instant.js'
import { median } from '../../lib/median.js'
import type { Program, Rule } from '../../program/program.js'
import type { Backtested, Done, Episode } from '../../replay/backtest.js'
import { addUp, sumsInUnits } from '../money.js'
import { comparing, type Lift } from '../outcomes/matching.js'
import { blindIn, type PastFacts } from '../outcomes/past-facts.js'
import { messagesOf } from './messages.js'

/** What a rule or a move would have done, and whether it was right. Event rules and moves open no findings. */
export interface RuleBacktest {
  rule: string
  title: string
  is: Rule['is']
  for: SubjectKind
  /** Findings that stood on the first day already: when they began, the replay does not say. */
  standing: number
  /** Findings that opened since. */
  opened: number
  /** Of those that opened, those that are open at the end. */
  open: number
  /** Of both, those that stood and those that opened. */
  subjects: number
  /** Sums of the amounts at the first opening, once for each subject, in units. */
  value: readonly { currency: string; amount: number }[]
  /** Findings opened in each month: `2026-03` → 4. */
  byMonth: Readonly<Record<string, number>>
  /** Of those that opened, days from opening to resolving of those that resolved: the median, the longest, and how many lived less than each of LIVES. */
  medianDays: number | null
  longestDays: number | null
  lived: readonly number[]
  /** Findings that opened and resolved though the subject was not closed and no rule did anything: nobody needed the rule for them. */
  byThemselves: number
  /** Messages a week to each who would have been told, and the busiest week of one person; without the first day's backlog. */
  messages: {
    n: number
    people: number
    perPersonAndWeek: number
    busiest: { person: string; n: number } | null
    /** By the Monday of the week, in UTC. */
    byWeek: Readonly<Record<string, number>>
  }
  /** What else it would have done since the first day. */
  does: readonly { says: string; n: number; subjects: number }[]
  /** What would have followed at once of what stood on the first day already: acts and messages that are counted nowhere else. */
  firstDay: { acts: number; messages: number }
  /** Of rules for opportunities: what became of those it found after it first found them; `lost`: lost or abandoned. */
  later: { won: number; lost: number; unknown: number } | null
  /** Those that were closed later against others that were open in the same stage at the same age, and not found by then. */
  outcomes: Lift | null
  /** Days between the first finding and the end, of those that were lost or abandoned: the median. */
  warningDays: number | null
  /**
   * Facts that it reads and of which history knows no change, and how many findings do without; and of how many subjects in
   * `value` the amount is what it is now.
   */
  blind: { facts: readonly string[]; findings: number; amounts: number }
}

export interface BacktestReport {
  from: Instant
  to: Instant
  /** Up to when it is told how opportunities ended. */
  known: Instant
  /** The first instant of which anything is known; null where nothing is. */
  begins: Instant | null
  families: number
  /** All that there are: more than `families` where it was broken off. */
  allFamilies: number
  /** Since the first day. */
  changes: number
  /** Changes that could not be replayed. */
  rejected: number
  evaluations: number
  /** Whether it was broken off: then it is of so many families only. */
  complete: boolean
  /** Opportunities that are closed, and nobody knows since when: they count as closed from the beginning. */
  undated: number
  /** Opportunities of which nobody knows when they were created: they begin with the first that is known of them. */
  uncreated: number
  /** How the opportunities ended of which that is known. */
  everyone: { won: number; closed: number }
  rules: RuleBacktest[]
}

/** Lengths of life in days, as the chart of them groups: up to each of these, and beyond. */
export const LIVES: readonly number[] = [1, 3, 7, 14, 30, 90]

interface Asked extends Pick<BacktestReport, 'from' | 'to' | 'known' | 'allFamilies'> {
  /** Rules and moves asked for; none is all. */
  only: readonly string[]
}

/** Reports on what a replay found, rule by rule in the order of the program. */
export function reportBacktest(program: Program, found: Backtested, past: PastFacts, asked: Asked): BacktestReport {
  const { from, to, known, allFamilies, only } = asked
  const wanted = program.rules.filter(
    ({ id, disabled }) => disabled === null && (only.length === 0 || only.includes(id)),
  )
  const of = byRule(found)
  const compare = comparing(past.outcomes, program.vocabulary.calendar)
  const rules = wanted.map((rule) => ruleReport(rule, program, of(rule.id), { past, compare }, asked, found.begins))
  const outcomes = [...past.outcomes.values()]
  const { families, changes, earlier, begins, rejected, evaluations } = found
  return {
    from,
    to,
    known,
    begins,
    families,
    allFamilies,
    changes: changes - earlier,
    rejected,
    evaluations,
    complete: families === allFamilies,
    undated: past.undated,
    uncreated: past.uncreated,
    everyone: { won: outcomes.filter(({ won }) => won).length, closed: outcomes.length },
    rules,
  }
}

type Of = Pick<Backtested, 'episodes' | 'done' | 'told'>

function byRule({ episodes, done, told }: Of): (rule: string) => Of {
  const ofRule = ({ rule }: { rule: string }) => rule
  const lists = { episodes: grouped(episodes, ofRule), done: grouped(done, ofRule), told: grouped(told, ofRule) }
  return (rule) => ({
    episodes: lists.episodes.get(rule) ?? [],
    done: lists.done.get(rule) ?? [],
    told: lists.told.get(rule) ?? [],
  })
}

interface Known {
  past: PastFacts
  compare: ReturnType<typeof comparing>
}

function ruleReport(
  rule: Rule,
  program: Program,
  of: Of,
  known: Known,
  { from, to }: Asked,
  begins: Instant | null,
): RuleBacktest {
  const { past } = known
  const { calendar, money } = program.vocabulary
  const episodes = of.episodes.toSorted((a, b) => a.opened - b.opened)
  const since = episodes.filter(({ opened }) => opened > from)
  const lengths = since.flatMap(({ opened, resolved }) => (resolved === null ? [] : (resolved - opened) / DAY))
  const firsts = [...new Map(episodes.toReversed().map((one) => [one.id, one])).values()]
  const byMonth: Record<string, number> = {}
  for (const { opened } of since) {
    const month = calendar.dateOf(opened).slice(0, 7)
    byMonth[month] = (byMonth[month] ?? 0) + 1
  }
  const isFinder = rule.is === 'state' && rule.for === 'opportunity'
  const acted = new Set(of.done.map(({ id, at }) => `${id}@${at}`))
  return {
    rule: rule.id,
    title: rule.title,
    is: rule.is,
    for: rule.for,
    standing: episodes.length - since.length,
    opened: since.length,
    open: since.filter(({ resolved }) => resolved === null).length,
    subjects: firsts.length,
    value: sumsInUnits(addUp(firsts, money)),
    byMonth,
    medianDays: median(lengths),
    longestDays: lengths.length === 0 ? null : lengths.reduce((most, one) => Math.max(most, one)),
    lived: [...LIVES, Number.POSITIVE_INFINITY].map(
      (most, i) => lengths.filter((one) => one < most && one >= (LIVES[i - 1] ?? 0)).length,
    ),
    byThemselves: since.filter((one) => endedByItself(one, past) && !acted.has(`${one.id}@${one.resolved}`)).length,
    messages: messagesOf(of.told, from, to - Math.max(from, begins ?? from)),
    does: doesOf(of.done.filter(({ at }) => at > from)),
    firstDay: firstDayOf(of, from),
    ...(isFinder ? afterwards(firsts, known, from) : { later: null, outcomes: null, warningDays: null }),
    blind: blindOf(rule, program, episodes, firsts, past),
  }
}

/** It resolved, and not because the opportunity was closed. */
const endedByItself = ({ kind, id, resolved }: Episode, { closed }: PastFacts): boolean =>
  resolved !== null && !(kind === 'opportunity' && closed.get(id) === resolved)

function afterwards(firsts: readonly Episode[], { past, compare }: Known, from: Instant) {
  const later = { won: 0, lost: 0, unknown: 0 }
  const warned: number[] = []
  for (const { id, opened } of firsts) {
    const outcome = past.outcomes.get(id)
    if (!outcome || outcome.closed <= opened) later.unknown += 1
    else if (outcome.won) later.won += 1
    else {
      later.lost += 1
      warned.push((outcome.closed - opened) / DAY)
    }
  }
  const flags = firsts.map(({ id, opened }) => ({ id, at: opened }))
  return { later, outcomes: compare({ flags, judgedSince: from }), warningDays: median(warned) }
}

const doesOf = (done: readonly Done[]): RuleBacktest['does'] =>
  [...grouped(done, ({ says }) => says)].map(([says, list]) => ({
    says,
    n: list.length,
    subjects: new Set(list.map(({ id }) => id)).size,
  }))

/** How many acts and messages came at once, of what stood on the first day already. */
export const firstDayOf = ({ done, told }: Pick<Backtested, 'done' | 'told'>, from: Instant) => ({
  acts: done.filter(({ at }) => at <= from).length,
  messages: told.filter(({ at }) => at <= from).length,
})

/** Since the store watches a subject it knows every change: a fact without one is as it was. */
function blindOf(
  rule: Rule,
  program: Program,
  episodes: readonly Episode[],
  firsts: readonly Episode[],
  past: PastFacts,
): RuleBacktest['blind'] {
  const isUnwatched = (one: Episode) => one.opened < (past.seen.get(subjectName(one)) ?? 0)
  const facts = blindIn(rule, program, past)
  const worth = past.changing.has('opportunity/amount') ? [] : firsts.filter(({ amount }) => amount !== null)
  return {
    facts,
    findings: facts.length === 0 ? 0 : episodes.filter(isUnwatched).length,
    amounts: worth.filter(isUnwatched).length,
  }
}
