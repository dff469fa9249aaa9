import type { SnoozeEnd } from '../domain/findings.js'
import type { SubjectRef } from '../domain/subjects.js'
import { parseInstant } from '../lib/calendar.js'
import type { Instant } from '../lib/instant.js'
import { isMap } from '../lib/maps.js'
import type { Path } from '../lib/problem.js'
import { defaultEnd } from '../notices/silences.js'
import type { Deed } from '../replay/rule-test.js'
import { guessing, type OneTest, ruleNamed } from './tests-context.js'
import { DEEDS, givenNames } from './tests-shape.js'
import { factHint, readFacts } from './tests-values.js'

type Written = Readonly<Record<string, unknown>>

/** What happens to one subject in a line: new values of facts first, then activities, then what people do. */
export function readDeeds(written: Written, subject: SubjectRef, at: Instant, path: Path, context: OneTest): Deed[] {
  const { program, complain, placeOf } = context
  const place = placeOf(path)
  const facts = Object.fromEntries(Object.entries(written).filter(([name]) => !Object.hasOwn(DEEDS, name)))
  const known = [...Object.keys(DEEDS), ...givenNames(subject.kind, program.vocabulary)]
  for (const name of Object.keys(facts)) {
    if (known.includes(name)) continue
    complain({
      path: [...path, name],
      at: 'key',
      message: `There is no fact "${name}" of an ${subject.kind}, and nobody does that.`,
      hint: factHint(name, known),
    })
    delete facts[name]
  }
  const deeds: Deed[] = []
  const values = readFacts(facts, subject.kind, path, context)
  if (Object.keys(values).length > 0) deeds.push({ do: 'facts', subject, values, place })
  for (const [i, one] of listed(written.activity)) {
    const here = [...path, 'activity', ...(i === null ? [] : [i])]
    const activity = readActivity(one, here, context)
    if (activity) deeds.push({ do: 'activity', subject, activity, place })
  }
  for (const [i, one] of listed(written.acknowledge)) {
    const here = [...path, 'acknowledge', ...(i === null ? [] : [i])]
    const rule = findingRule(one, here, context)
    if (rule !== null) deeds.push({ do: 'acknowledge', subject, rule, place })
  }
  if (written.snooze !== undefined) {
    const snooze = readSnooze(written.snooze, subject, at, [...path, 'snooze'], context)
    if (snooze) deeds.push({ ...snooze, place })
  }
  if (written.delete === true) deeds.push({ do: 'delete', subject, place })
  else if (written.delete !== undefined)
    complain({ path: [...path, 'delete'], message: '"delete" is true, or it is left out.' })
  if (Object.keys(written).length === 0)
    complain({
      path,
      at: 'key',
      message: `Nothing happens to "${subject.id}".`,
      hint: 'Say what, or take the line out.',
    })
  return deeds
}

const listed = (value: unknown): [number | null, unknown][] =>
  value === undefined ? [] : Array.isArray(value) ? [...value.entries()] : [[null, value]]

const ACTIVITY = ['kind', 'at', 'by', 'contact']

function readActivity(value: unknown, path: Path, context: OneTest) {
  const { program, complain } = context
  const { touches, otherActivities, calendar } = program.vocabulary
  const map: Written = isMap(value) ? value : { kind: value }
  for (const key of Object.keys(map)) {
    if (ACTIVITY.includes(key)) continue
    const hint = guessing(key, ACTIVITY, 'The keys are')
    complain({ path: [...path, key], at: 'key', message: `There is no key "${key}" in an activity.`, hint })
    return null
  }
  const kinds = [...touches, ...otherActivities]
  const kind = String(map.kind)
  if (!kinds.includes(kind)) {
    const here = isMap(value) ? [...path, 'kind'] : path
    complain({ path: here, message: `There is no activity "${kind}".`, hint: guessing(kind, kinds, 'There is') })
    return null
  }
  const at = map.at === undefined ? null : parseInstant(String(map.at), calendar)
  if (at === undefined) {
    complain({
      path: [...path, 'at'],
      message: `"${map.at}" is neither a day nor an instant such as 2026-03-31T09:00.`,
    })
    return null
  }
  const text = (key: string) => (map[key] === undefined ? null : String(map[key]))
  return { kind, at, by: text('by'), contact: text('contact') }
}

/** A rule that opens findings. */
function findingRule(name: unknown, path: Path, context: OneTest): string | null {
  const rule = ruleNamed(String(name), path, context, 'value')
  if (!rule) return null
  if (rule.is === 'state') return rule.id
  context.complain({ path, message: `${rule.id} opens no findings.` })
  return null
}

const ENDS: readonly string[] = ['touch', 'stage'] satisfies SnoozeEnd[]

function readSnooze(value: unknown, subject: SubjectRef, at: Instant, path: Path, context: OneTest) {
  const { complain, program } = context
  const { calendar } = program.vocabulary
  if (!isMap(value) || value.rule === undefined || value.until === undefined) {
    complain({
      path,
      message: '"snooze" is a map with "rule" and "until".',
      hint: 'snooze: { rule: quiet, until: touch }',
    })
    return null
  }
  const rule = findingRule(value.rule, [...path, 'rule'], context)
  const written = String(value.until)
  const endsOn = ENDS.includes(written) ? (written as SnoozeEnd) : null
  const until = endsOn ? defaultEnd(calendar, at) : parseInstant(written, calendar)
  if (until === undefined || until <= at) {
    const message = `"until" is a later day or instant, "touch" or "stage", not "${written}".`
    complain({ path: [...path, 'until'], message })
    return null
  }
  return rule === null ? null : { do: 'snooze' as const, subject, rule, until, endsOn }
}
