import { LEVELS, type Level } from '../domain/subjects.js'
import type { HealthReport } from '../reports/health.js'
import { saySums } from '../reports/money.js'
import { sayLevel } from '../reports/table.js'
import { count, sayPerson } from '../reports/words.js'
import type { Attachment } from '../sql/telling.js'
import type { Bar } from './chart.js'
import type { DigestContent } from './digest-data.js'
import { digestHtml } from './digest-html.js'
import { type List, listsOf, waysOf } from './digest-lists.js'
import { digestText } from './digest-text.js'
import type { Way } from './gathered-ways.js'
import { calendarOf, firstName, sayWhen, sayZone, type Wording } from './words.js'

/** A digest in words: the text and the HTML part say the same, but for the picture. */
export interface ReadDigest {
  title: string
  greeting: string
  intro: string[]
  levels: { level: Level; name: string; count: string; share: string; value: string; change: string }[]
  changeTitle: string | null
  /** The picture's content id, and what it shows in words; null where there is nothing to show. */
  picture: { cid: string; says: string } | null
  bars: string[]
  lists: List[]
  advice: { title: string; practice: string | null; says: { name: string; text: string }[]; more: string | null }[]
  /** Why one gets this, and whose clock it is written by. */
  foot: string
  ways: Way[]
}

/** Words a digest as an email with its picture, or as the text of a channel. */
export async function composeDigest(
  content: DigestContent,
  wording: Wording,
): Promise<{ title: string; body: string; html: string; attachments: Attachment[] }> {
  const bars = barsOf(content.health)
  let digest = readDigest(content, bars, wording)
  const attachments: Attachment[] = []
  if (digest.picture) {
    // Charts take a tenth of a second to load: only who sends a digest waits for it.
    const { healthSvg, pngOf } = await import('./chart.js')
    const png = pngOf(healthSvg(bars))
    if (png)
      attachments.push({
        cid: digest.picture.cid,
        name: 'health.png',
        type: 'image/png',
        content: png.toString('base64'),
      })
    // The bars stand in the text as well: a letter without its picture lacks nothing.
    else digest = { ...digest, picture: null }
  }
  return { title: digest.title, body: digestText(digest), html: digestHtml(digest), attachments }
}

/** A picture shows so many owners, and the others as one. */
const BARS = 12

function barsOf({ groups }: HealthReport): Bar[] {
  const bars = groups.map(({ name, levels }) => ({
    name: name || 'No owner',
    levels: { healthy: levels.healthy.count, at_risk: levels.at_risk.count, poor: levels.poor.count },
  }))
  if (bars.length <= BARS) return bars
  const others = bars.slice(BARS - 1)
  const sum = (level: Level) => others.reduce((all, { levels }) => all + levels[level], 0)
  const rest = { healthy: sum('healthy'), at_risk: sum('at_risk'), poor: sum('poor') }
  return [...bars.slice(0, BARS - 1), { name: `${others.length} others`, levels: rest }]
}

function readDigest(content: DigestContent, bars: readonly Bar[], wording: Wording): ReadDigest {
  const { title, recipient, slot, late, numbers, before } = content
  const calendar = calendarOf(wording, recipient.person.timezone)
  const total = LEVELS.reduce((sum, level) => sum + numbers[level], 0)
  const wrong = numbers.poor + numbers.at_risk
  const changeSince = before === null ? null : calendar.dateOf(before.at)
  return {
    title: `${title}: ${wrong} of ${count(total, 'opportunity', 'opportunities')} not healthy`,
    greeting: `Hello ${firstName(recipient.person.name, recipient.person.id)},`,
    intro: [
      `This is ${whose(content, wording)}, as of ${sayWhen(content.at, calendar)}.`,
      ...(late ? [`It was due on ${sayWhen(slot, calendar)}; it could not be sent then, so it comes now, once.`] : []),
      `${count(numbers.findings, 'open finding')}${moved(numbers.findings, before?.numbers.findings)}, ${count(numbers.overdue, 'overdue task')}${moved(numbers.overdue, before?.numbers.overdue)}.`,
    ],
    levels: [...LEVELS].reverse().map((level) => ({
      level,
      name: sayLevel(level),
      count: String(numbers[level]),
      share: total === 0 ? '' : `${Math.round((100 * numbers[level]) / total)} %`,
      value: saySums(content.health.levels[level].value),
      change: before === null ? '' : signed(numbers[level] - before.numbers[level]),
    })),
    changeTitle: changeSince === null ? null : `since ${changeSince}`,
    picture:
      total === 0 ? null : { cid: 'health', says: 'Health by owner; the numbers are those of the list below it.' },
    bars:
      total === 0
        ? []
        : bars.map(({ name, levels: l }) => `${name}: ${l.poor} poor, ${l.at_risk} at risk, ${l.healthy} healthy`),
    lists: listsOf(content, wording, calendar),
    advice: content.advice.map((advice) => ({
      title: `${advice.playbook} (${count(advice.for, 'opportunity', 'opportunities')})`,
      practice: advice.practice,
      says: advice.says,
      more:
        advice.says.length === 0 || advice.for === advice.says.length
          ? null
          : `and ${advice.for - advice.says.length} more`,
    })),
    foot: `You get this because the rules send "${title}" to ${WHOM[recipient.of]}. ${sayZone(calendar)}`,
    ways: waysOf(content, calendar),
  }
}

const WHOM = { team: 'managers', own: 'owners', all: 'you or your team by name' } as const

const signed = (n: number): string => (n === 0 ? 'as before' : n > 0 ? `+${n}` : `−${-n}`)
const moved = (now: number, before: number | undefined): string =>
  before === undefined || now === before ? '' : ` (${signed(now - before)})`

/** Whose opportunities it is about: a team is named as long as it is small. */
function whose({ recipient: { of, owners, person } }: DigestContent, { people }: Wording): string {
  if (of === 'own') return 'how your own opportunities stand'
  if (of === 'all' || owners === null) return 'how the whole pipeline stands'
  const names = [...owners].filter((id) => id !== person.id).map((id) => sayPerson(id, people))
  return names.length <= 8
    ? `how your team stands (${names.sort().join(', ')})`
    : `how your team of ${names.length} stands`
}
