import { ALWAYS } from '../conditions/tree.js'
import { parseCivilDate } from '../lib/calendar.js'
import type { Complaint, Path } from '../lib/problem.js'
import { type Checking, hintFor, scopeOf } from './checking.js'
import { readCondition } from './conditions.js'
import { readPercent } from './numbers.js'
import type { Goal, Limits } from './program.js'
import { titleOf } from './rules.js'
import { minutesOf } from './times.js'

/** What a digest may show beside views. */
export const DIGEST_REPORTS = ['health', 'findings', 'tasks', 'goals', 'moves'] as const

/** Checks the references of notifications and digests; they stay data for other rooms. */
export function checkTelling(checking: Checking): void {
  checkNotifications(checking)
  for (const name of Object.keys(checking.rules.digests ?? {})) checkDigest(name, checking)
}

function checkTime(text: string, path: Path, complain: (c: Complaint) => void): void {
  if (minutesOf(text) === null)
    complain({ path, message: `A time of day such as "08:30" is expected here, not "${text}".` })
}

function checkNotifications({ rules, channels, complain }: Checking): void {
  const section = rules.notifications
  if (!section) return
  const path: Path = ['notifications']
  if (section.via !== undefined) {
    const type = channels.get(section.via)?.type
    const fitting = [...channels].filter(([, channel]) => channel.type !== 'webhook').map(([name]) => name)
    const hint = hintFor(section.via, fitting, 'The channels are')
    if (!type)
      complain({
        path: [...path, 'via'],
        message: `There is no channel "${section.via}".`,
        unknown: { kind: 'channel', name: section.via },
        hint,
      })
    else if (type === 'webhook') {
      complain({ path: [...path, 'via'], message: 'People are told by email, Slack or Teams, not by a webhook.', hint })
    }
  }
  const at = section.gather?.at ?? []
  for (const [i, time] of [at].flat().entries()) {
    checkTime(time, typeof at === 'string' ? [...path, 'gather', 'at'] : [...path, 'gather', 'at', i], complain)
  }
  const quiet = section.quiet_hours
  if (quiet) {
    checkTime(quiet.from, [...path, 'quiet_hours', 'from'], complain)
    checkTime(quiet.to, [...path, 'quiet_hours', 'to'], complain)
    if (quiet.from === quiet.to) {
      complain({ path: [...path, 'quiet_hours'], message: 'Quiet hours must end at another time than they begin.' })
    }
  }
  const most = section.at_most
  if (most !== undefined && !/^\d+ per day$/.test(most)) {
    complain({ path: [...path, 'at_most'], message: `A daily maximum is written "5 per day", not "${most}".` })
  }
}

function checkDigest(name: string, { rules, vocabulary, openPeople, complain }: Checking): void {
  const digest = rules.digests?.[name]
  if (!digest) return
  const path: Path = ['digests', name]
  if (!/^(([1-9]\d* )?weeks?|month|workday)$/.test(digest.every)) {
    const message = `A digest comes every "2 weeks", "month" or "workday", not "${digest.every}".`
    complain({ path: [...path, 'every'], message })
  }
  if (digest.starting !== undefined && parseCivilDate(digest.starting) === undefined) {
    complain({ path: [...path, 'starting'], message: `There is no day "${digest.starting}": 2026-03-02 is one.` })
  }
  checkTime(digest.at, [...path, 'at'], complain)
  const shows = [...Object.keys(rules.views ?? {}), ...DIGEST_REPORTS]
  for (const [i, show] of digest.show.entries()) {
    if (shows.includes(show)) continue
    const hint = hintFor(show, shows, 'It may show')
    complain({
      path: [...path, 'show', i],
      message: `There is no view "${show}".`,
      unknown: { kind: 'view', name: show },
      hint,
    })
  }
  const teams = [...vocabulary.people.values()].flatMap((person) => (person.team ? `team.${person.team}` : []))
  const known = ['managers', 'owners', ...vocabulary.people.keys(), ...teams]
  for (const [i, to] of [digest.to].flat().entries()) {
    if (known.includes(to)) continue
    const hint = hintFor(to, known, 'It may go to')
    if (openPeople && typeof hint !== 'object') continue
    const at = typeof digest.to === 'string' ? [...path, 'to'] : [...path, 'to', i]
    complain({ path: at, message: `There is nobody called "${to}".`, unknown: { kind: 'person', name: to }, hint })
  }
}

/** Reads the section. A goal that names no `of` is about what is open: open opportunities, or all accounts. */
export const readGoals = (checking: Checking): Map<string, Goal> =>
  new Map(
    Object.keys(checking.rules.goals ?? {}).flatMap((name) => {
      const goal = readGoal(name, checking)
      return goal ? [[name, goal]] : []
    }),
  )

function readGoal(name: string, checking: Checking): Goal | null {
  const goal = checking.rules.goals?.[name]
  if (!goal) return null
  const path: Path = ['goals', name]
  const { complain } = checking
  const kind = goal.for ?? 'opportunity'
  const scope = scopeOf(checking, kind, 'rules', 'a goal')
  const when = readCondition(goal.when, scope, [...path, 'when'])
  const every = kind === 'opportunity' ? { status: 'open' } : undefined
  const written = goal.of ?? every
  const of = written === undefined ? ALWAYS : readCondition(written, scope, [...path, 'of'])
  const given = (['at_most', 'at_least'] as const).filter((key) => goal[key] !== undefined)
  if (given.length !== 1) {
    complain({ path, at: 'key', message: `The goal ${name} needs either "at_most" or "at_least".` })
  }
  const isShare = goal.measure.startsWith('share_of')
  for (const key of given) {
    const number = readPercent(goal[key])
    const percent = String(goal[key]).trim().endsWith('%')
    const at = [...path, key]
    if (number === null || number < 0)
      complain({ path: at, message: `"${key}" takes a number or per cent, not "${goal[key]}".` })
    else if (percent && !isShare) complain({ path: at, message: `A ${goal.measure} is no share: write ${number}.` })
    else if (isShare && number > 100) complain({ path: at, message: `No share is over 100 %, and ${number} is.` })
  }
  if (goal.measure.endsWith('value') && goal.for === 'account') {
    complain({ path: [...path, 'measure'], message: 'Accounts have no value of their own: count them.' })
  }
  const [is] = given
  if (!when || !of || is === undefined) return null
  const { measure, per = null, title = titleOf(name) } = goal
  return { name, title, measure, for: kind, of, when, bound: { is, value: readPercent(goal[is]) ?? 0 }, per }
}

/** Reads the section, with its defaults: 500 effects, 25 % of the subjects, no amount. */
export function readLimits({ rules, complain }: Checking): Limits {
  const { effects = 500, share = 25, amount } = rules.limits?.per_run ?? {}
  const percent = readPercent(share)
  const path: Path = ['limits', 'per_run', 'share']
  if (percent === null || percent < 0 || percent > 100) {
    complain({ path, message: `"share" takes per cent such as 25%, not "${share}".` })
  }
  return { effects, share: percent ?? 25, amount: amount === undefined ? null : Math.round(amount * 1000) }
}
