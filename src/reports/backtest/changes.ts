import { subjectName } from '../../domain/subjects.js'
import { DAY } from '../../lib/civil.js'
import { grouped } from '../../lib/grouped.js'
import type { Backtested, Episode } from '../../replay/backtest.js'
import { type BacktestReport, firstDayOf, type RuleBacktest } from './backtest.js'

/** A number under the one program, and under the other. */
export interface Shift {
  before: number
  after: number
}

/** How the findings of one program differ from those of another, for one rule or move. */
export interface BacktestChange {
  rule: string
  /** Findings that opened since the first day. */
  before: number
  after: number
  /** Findings that stood on the first day already: they are in no other number. */
  standing: Shift
  /** Episodes that only the one or only the other opens since the first day. */
  added: Episode[]
  removed: Episode[]
  /** Episodes that both open, at other instants, and by how many days on average: later is above 0. */
  moved: number
  movedDays: number | null
  /** Episodes that both open at the same instant, and that end at another one. */
  ended: number
  /** Messages, and changes of the pipeline with tasks; without what would have followed at once on the first day. */
  messages: Shift
  acts: Shift
  firstDay: { messages: Shift; acts: Shift }
  /** People whose findings differ. */
  owners: string[]
  /** Whether what it found was right, under the one program and under the other; null where the rule is not in it. */
  right: { before: Verdict | null; after: Verdict | null }
}

/** How what a rule found ended, with what stood on the first day. */
export type Verdict = Pick<RuleBacktest, 'subjects' | 'byThemselves' | 'later' | 'outcomes'>

/** What is reported of each of two replays. */
interface Reports {
  was: BacktestReport
  is: BacktestReport
}

/** Compares two replays of the same past, rule by rule; rules with no difference are left out. */
export function compareBacktests(before: Backtested, after: Backtested, reports: Reports): BacktestChange[] {
  const [old, now] = [byRule(before), byRule(after)]
  const rules = [...new Set([...old.keys(), ...now.keys()])].sort()
  return rules.flatMap(
    (rule) => compareRule(rule, old.get(rule) ?? nothing(), now.get(rule) ?? nothing(), reports) ?? [],
  )
}

type OfRule = Pick<Backtested, 'episodes' | 'done' | 'told'>

const nothing = (): OfRule => ({ episodes: [], done: [], told: [] })

function byRule({ episodes, told, done }: Backtested): Map<string, OfRule> {
  const rules = new Map<string, OfRule>()
  const of = (rule: string): OfRule => {
    const one = rules.get(rule) ?? nothing()
    rules.set(rule, one)
    return one
  }
  for (const episode of episodes) of(episode.rule).episodes.push(episode)
  for (const one of told) of(one.rule).told.push(one)
  for (const one of done) of(one.rule).done.push(one)
  return rules
}

function verdictIn({ rules }: BacktestReport, rule: string): Verdict | null {
  const one = rules.find((some) => some.rule === rule)
  if (!one) return null
  const { subjects, byThemselves, later, outcomes } = one
  return { subjects, byThemselves, later, outcomes }
}

function compareRule(rule: string, old: OfRule, now: OfRule, { was, is }: Reports): BacktestChange | null {
  const { from } = is
  const stood = ({ opened }: Episode) => opened <= from
  const since = ({ opened }: Episode) => opened > from
  const { added, removed, both } = pair(old.episodes.filter(since), now.episodes.filter(since))
  const early = pair(old.episodes.filter(stood), now.episodes.filter(stood))
  const moved = both.filter(([a, b]) => a.opened !== b.opened)
  const ended = both.filter((two) => two[0].opened === two[1].opened && endsOtherwise(two))
  const [first, then] = [firstDayOf(old, from), firstDayOf(now, from)]
  const messages = { before: old.told.length - first.messages, after: now.told.length - then.messages }
  const acts = { before: old.done.length - first.acts, after: now.done.length - then.acts }
  const firstDay = {
    messages: { before: first.messages, after: then.messages },
    acts: { before: first.acts, after: then.acts },
  }
  const stoodToo = [...early.added, ...early.removed, ...early.both.filter(endsOtherwise).map(([, one]) => one)]
  const differs = [...added, ...removed, ...moved.map(([, one]) => one), ...ended.map(([, one]) => one), ...stoodToo]
  const shifts = [messages, acts, firstDay.messages, firstDay.acts]
  if (differs.length === 0 && shifts.every(({ before, after }) => before === after)) return null
  const shift = moved.reduce((sum, [a, b]) => sum + (b.opened - a.opened) / DAY, 0)
  return {
    rule,
    before: old.episodes.filter(since).length,
    after: now.episodes.filter(since).length,
    standing: { before: old.episodes.filter(stood).length, after: now.episodes.filter(stood).length },
    added,
    removed,
    moved: moved.length,
    movedDays: moved.length === 0 ? null : shift / moved.length,
    ended: ended.length,
    messages,
    acts,
    firstDay,
    owners: [...new Set(differs.flatMap(({ owner }) => owner ?? []))].sort(),
    right: { before: verdictIn(was, rule), after: verdictIn(is, rule) },
  }
}

const endsOtherwise = ([a, b]: readonly [Episode, Episode]): boolean => a.resolved !== b.resolved

/** Episodes of one subject are the same where they open at the same instant; else where they were open at the same time. */
function pair(old: readonly Episode[], now: readonly Episode[]) {
  const both: [Episode, Episode][] = []
  const left = grouped(old, subjectName)
  const unlike: Episode[] = []
  const match = (one: Episode, isSame: (was: Episode) => boolean): boolean => {
    const candidates = left.get(subjectName(one)) ?? []
    const at = candidates.findIndex(isSame)
    if (at >= 0) both.push([candidates.splice(at, 1)[0] as Episode, one])
    return at >= 0
  }
  for (const one of now) if (!match(one, (was) => was.opened === one.opened)) unlike.push(one)
  const added = unlike.filter((one) => !match(one, (was) => overlap(was, one)))
  return { added, removed: [...left.values()].flat(), both }
}

const endOf = ({ resolved }: Episode): number => resolved ?? Number.POSITIVE_INFINITY
const overlap = (a: Episode, b: Episode): boolean => a.opened < endOf(b) && b.opened < endOf(a)
