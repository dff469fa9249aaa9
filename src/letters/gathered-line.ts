import type { Severity } from '../domain/findings.js'
import type { Calendar } from '../lib/calendar.js'
import type { ShownLine, Subject } from '../notices/message.js'
import type { Rule } from '../program/program.js'
import { sayAccount, sayAmount, sayName, saySeverity, sayStep, sayWhen, type Wording } from './words.js'

/** One finding as it is read, in words. */
export interface ReadLine {
  severity: Severity | null
  /** `poor`, `at risk`, `to watch`; of events and moves `to know`. */
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

/** Is it told because it is over? */
export const isOver = ({ steps }: Pick<ShownLine, 'steps'>) => steps[0] === 'resolve'

/** Words a line; `reasons` are the rules of which the letter has said already why they say so. */
export function readLine(
  line: ShownLine,
  wording: Wording,
  rules: ReadonlyMap<string, Rule>,
  reasons: Set<string>,
  calendar: Calendar,
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
    severity: line.severity,
    level: saySeverity(line.severity),
    name: oneLine(sayName(line)),
    amount: sayAmount(line, wording),
    account: account === sayName(line) ? null : account,
    tags: [...tagsOf(line.steps).map((step) => sayStep(step, rule)), ...waited],
    says: isStandard ? title : line.text.trim(),
    why,
    because: asSeen(line),
    since: line.since === null ? null : `${isOver(line) ? 'Was open' : 'Open'} since ${sayWhen(line.since, calendar)}`,
    finding: nameOf(line),
  }
}

/** The latest step, and that it is new where it is. */
const tagsOf = ([latest = 'open', ...earlier]: readonly string[]) =>
  earlier.includes('open') ? [latest, 'open'] : [latest]

/** The name that `acknowledge` and `snooze` take. */
export const nameOf = ({ rule, kind, subject, episode }: Subject) => `${rule}/${kind}/${subject}/${episode}`

/** What everybody knows who reads it is left out: that it is open. */
const asSeen = ({ because, steps }: ShownLine): string => {
  if (because === '' || because === 'always') return ''
  if (isOver({ steps })) return `Now: ${because.replace(/^No longer true: /, '')}`
  const parts = because.split('; ').filter((part) => part !== 'status is open')
  return `Seen: ${parts.length === 0 ? because : parts.join('; ')}`
}
