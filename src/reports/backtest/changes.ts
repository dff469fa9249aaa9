import { subjectName } from '../../domain/subjects.js'
import { DAY } from '../../lib/civil.js'
import { grouped } from '../../lib/grouped.js'
import type { Backtested, Episode } from '../../replay/backtest.js'

/** How the findings of one program differ from those of another, for one rule or move. */
export interface BacktestChange {
  rule: string
  before: number
  after: number
  /** Episodes that only the one or only the other opens. */
  added: Episode[]
  removed: Episode[]
  /** Episodes that both open, at other instants, and by how many days on average: later is above 0. */
  moved: number
  movedDays: number | null
  /** Episodes that both open at the same instant, and that end at another one. */
  ended: number
  /** Messages, and changes of the pipeline with tasks. */
  messages: { before: number; after: number }
  acts: { before: number; after: number }
  /** People whose findings differ. */
  owners: string[]
}

/** Compares two replays of the same past, rule by rule; rules with no difference are left out. */
export function compareBacktests(before: Backtested, after: Backtested): BacktestChange[] {
  const [old, now] = [byRule(before), byRule(after)]
  const rules = [...new Set([...old.keys(), ...now.keys()])].sort()
  return rules.flatMap((rule) => compareRule(rule, old.get(rule) ?? NOTHING, now.get(rule) ?? NOTHING) ?? [])
}

interface OfRule {
  episodes: Episode[]
  messages: number
  acts: number
}

const NOTHING: OfRule = { episodes: [], messages: 0, acts: 0 }

function byRule({ episodes, told, done }: Backtested): Map<string, OfRule> {
  const rules = new Map<string, OfRule>()
  const of = (rule: string): OfRule => {
    const one = rules.get(rule) ?? { episodes: [], messages: 0, acts: 0 }
    rules.set(rule, one)
    return one
  }
  for (const episode of episodes) of(episode.rule).episodes.push(episode)
  for (const { rule } of told) of(rule).messages += 1
  for (const { rule } of done) of(rule).acts += 1
  return rules
}

function compareRule(rule: string, old: OfRule, now: OfRule): BacktestChange | null {
  const { added, removed, both } = pair(old.episodes, now.episodes)
  const moved = both.filter(([was, is]) => was.opened !== is.opened)
  const ended = both.filter(([was, is]) => was.opened === is.opened && was.resolved !== is.resolved)
  const messages = { before: old.messages, after: now.messages }
  const acts = { before: old.acts, after: now.acts }
  const differs = [...added, ...removed, ...moved.map(([, is]) => is), ...ended.map(([, is]) => is)]
  if (differs.length === 0 && messages.before === messages.after && acts.before === acts.after) return null
  const shift = moved.reduce((sum, [was, is]) => sum + (is.opened - was.opened) / DAY, 0)
  return {
    ...{ rule, before: old.episodes.length, after: now.episodes.length, added, removed },
    ...{ moved: moved.length, movedDays: moved.length === 0 ? null : shift / moved.length, ended: ended.length },
    ...{ messages, acts },
    owners: [...new Set(differs.flatMap(({ owner }) => owner ?? []))].sort(),
  }
}

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
