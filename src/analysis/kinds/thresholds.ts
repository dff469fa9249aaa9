import { factsIn } from '../core.js'
import { all, valueIs } from '../satisfy/failing.js'
import {
  isNamedElsewhere,
  type Place,
  placesIn,
  type Standing,
  standingIn,
  tablesIn,
  type WrittenTable,
} from '../tables.js'
import type { Asked, WarningKind } from '../warning.js'
import type { Trace } from '../witness.js'

interface Found {
  readonly place: Place
  readonly standing: Standing
}

function* tablesFound(asked: Asked): Generator<{ table: WrittenTable; found: Found[] }> {
  const places = placesIn(asked.program, asked.rules)
  for (const table of tablesIn(asked.rules)) {
    const found = places.flatMap((place) => standingIn(place.when, table).map((standing) => ({ place, standing })))
    if (found.length > 0) yield { table, found }
  }
}

const saidFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Does nothing come of the place: no finding, no level? */
const saysNothing =
  (place: Place) =>
  ({ intents, world, subject }: Trace): boolean => {
    const [section, name, indicator] = place.path
    if (section === 'health') {
      const reading = subject.family.opportunities[0]?.levels[String(indicator)]
      return reading === undefined || reading.level !== place.path[3]
    }
    const id = section === 'rules' ? String(name) : place.says.split(' ').at(-1)
    return (
      section === 'views' ||
      !(intents.some(({ rule }) => rule === id) || world.findings().some(({ rule }) => rule === id))
    )
  }

/** A table of thresholds without a line for a value that there is. */
export const thresholdHole: WarningKind = {
  id: 'threshold-hole',
  summary:
    'A table of thresholds that has no line, and no else, for a value where it is asked: there nothing is ever compared.',
  example: `
rules:
  stuck:
    for: opportunity
    when:
      status: open
      time_in_stage: { over: { by: stage, discovery: 21 days, upcoming: 14 days, quoted: 7 days } }
`,
  *find(asked) {
    for (const { table, found } of tablesFound(asked)) {
      if (table.hasElse || table.keys.length < 2) continue
      for (const { place, standing } of found) {
        const { by, lines, around } = standing
        const values = by.kind === 'flag' ? [true, false] : (by.choices ?? [])
        const [line] = lines.values()
        const holes = values.flatMap((value) => {
          if (lines.has(String(value)) || !line) return []
          const answer = asked.satisfy(place.kind, all(...around, valueIs(by, [value]), line.then))
          if (answer.is !== 'possible') return []
          const row = answer.subject.family.opportunities[0]
          const stage = asked.program.vocabulary.pipelines
            .get(row?.pipeline ?? '')
            ?.stages.find(({ name }) => name === row?.stage)
          // A status that the stage forbids is no place where anybody misses a threshold.
          const isOdd = place.kind === 'opportunity' && stage && row && !stage.statuses.includes(row.status)
          return isOdd ? [] : [{ value, subject: answer.subject }]
        })
        const [first] = holes
        if (!first) continue
        yield {
          path: table.path,
          message: `This table has no line for ${holes.map(({ value }) => value).join(', ')}: there ${place.says} has no threshold.`,
          hint: 'Add the line, or an "else"; or say in the condition which ones are meant.',
          witness: {
            subject: first.subject,
            at: asked.now,
            until: asked.now,
            facts: factsIn(place.when),
            ends: `${saidFirst(place.says)} says nothing of it.`,
          },
          isSo: saysNothing(place),
        }
        break
      }
    }
  },
}

/** A line of a table of thresholds to which nothing ever comes. */
export const thresholdLine: WarningKind = {
  id: 'threshold-line-never-reached',
  summary:
    'A line of a table of thresholds to which nothing ever comes, because what stands around it says something else.',
  example: `
rules:
  quiet:
    for: opportunity
    when:
      status: open
      stage: [discovery, proposal]
      time_since_activity: { over: { by: stage, discovery: 21 days, quoted: 7 days, else: 14 days } }
`,
  *find(asked) {
    for (const { table, found } of tablesFound(asked)) {
      const [{ place, standing }] = found as [Found]
      if (isNamedElsewhere(table, asked.rules)) continue
      for (const [value, { key, when, then }] of standing.lines) {
        const isDead = found.every(({ place, standing }) => {
          const line = standing.lines.get(value)
          return line && asked.satisfy(place.kind, all(...standing.around, line.when)).is === 'impossible'
        })
        if (!isDead) continue
        const answer = asked.satisfy(place.kind, all(when, then))
        if (answer.is !== 'possible') continue
        yield {
          path: [...table.path, key],
          at: 'key',
          message: `Nothing ever comes to the line ${key} of this table: ${found.length > 1 ? 'where it is asked' : `in ${place.says}`}, ${standing.by.name} is never ${key}.`,
          hint: 'Take the line out, or let the condition reach it.',
          witness: {
            subject: answer.subject,
            at: asked.now,
            until: asked.now,
            facts: factsIn(place.when),
            ends: `${saidFirst(place.says)} says nothing of it.`,
          },
          isSo: saysNothing(place),
        }
      }
    }
  },
}
