import type { Severity } from '../domain/findings.js'
import { readStep } from '../domain/steps.js'
import type { Calendar } from '../lib/calendar.js'
import type { Instant } from '../lib/instant.js'
import { shellWord } from '../lib/shell.js'
import { isOver, type ShownLine, type Subject } from '../notices/message.js'
import type { Rule } from '../program/program.js'
import { levelOf, sayAccount, sayAmount, sayLevel, sayName, sayStep, sayWhen, type Wording } from './words.js'

/** One finding as it is read, in words. */
export interface ReadLine {
  severity: Severity | null
  /** `poor`, `at risk`, `to watch`; of events and moves `to know`, of what is over `resolved`. */
  level: string
  name: string
  amount: string | null
  account: string | null
  /** Why it came now: `new`, `reminder 2`; and what kept it back until now. */
  tags: string[]
  /** What the rule says, and once in a letter why it says so. */
  says: string
  why: string | null
  /** What was seen against what was asked, and since when it is open, in words. */
  because: string
  since: string | null
  finding: string
}

/** One line of text, whatever the facts hold. */
export const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()

/** Words a line of a letter written at `at`; `reasons` are the rules of which the letter has said already why they say so. */
export function readLine(
  line: ShownLine,
  wording: Wording,
  rules: ReadonlyMap<string, Rule>,
  reasons: Set<string>,
  calendar: Calendar,
  at: Instant,
): ReadLine {
  const rule = rules.get(line.rule)
  const title = rule?.title ?? line.rule
  const standard = rule?.why == null ? title : `${title}\n${rule.why}`
  const isStandard = line.text === standard
  const why = isStandard && rule?.why && !reasons.has(rule.id) ? rule.why : null
  if (why !== null) reasons.add(line.rule)
  const waited = line.waited === 'silenced' ? ['was silenced'] : []
  const account = sayAccount(line)
  return {
    severity: isOver(line) ? null : line.severity,
    level: sayLevel(levelOf(line)),
    name: oneLine(sayName(line)),
    amount: sayAmount(line, wording),
    account: account === sayName(line) ? null : account,
    tags: [...tagsOf(line.steps).map((step) => sayStep(step)), ...waited],
    says: isStandard ? title : line.text.trim(),
    why,
    because: asSeen(line, calendar, at),
    since: sayOpen(line, calendar),
    finding: nameOf(line),
  }
}

/** The latest step, and that it is new where it is; that it is resolved the level says. */
function tagsOf([latest = 'open', ...earlier]: readonly string[]): string[] {
  const { is } = readStep(latest)
  const isNew = is !== 'open' && earlier.some((step) => readStep(step).is === 'open')
  return [...(is === 'resolve' ? [] : [latest]), ...(isNew ? ['open'] : [])]
}

/** The name that `acknowledge` and `snooze` take, as a shell takes it. */
export const nameOf = ({ rule, kind, subject, episode }: Subject) => shellWord(`${rule}/${kind}/${subject}/${episode}`)

function sayOpen(line: ShownLine, calendar: Calendar): string | null {
  const since = line.since === null ? null : sayWhen(line.since, calendar)
  if (!isOver(line)) return since === null ? null : `Open since ${since}`
  const resolved = sayWhen(line.at, calendar)
  return since === null ? `Resolved ${resolved}` : `Was open since ${since}, resolved ${resolved}`
}

/** What everybody knows who reads it is left out: that it is open; and of what is over what ended it. */
const asSeen = ({ because, steps, at }: ShownLine, calendar: Calendar, now: Instant): string => {
  if (because === '' || because === 'always' || isOver({ steps })) return ''
  const day = calendar.dateOf(at)
  const seen = day === calendar.dateOf(now) ? 'Seen' : `Seen on ${day}`
  const parts = because.split('; ').filter((part) => part !== 'status is open')
  return `${seen}: ${parts.length === 0 ? because : parts.join('; ')}`
}
