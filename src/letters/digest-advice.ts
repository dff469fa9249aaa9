import { textValues } from '../actions/values.js'
import { verdict } from '../conditions/verdict.js'
import type { Finding } from '../domain/findings.js'
import type { Snapshot } from '../facts/fact.js'
import { groupedAs } from '../lib/grouped.js'
import type { Program } from '../program/program.js'
import type { HealthReport } from '../reports/health.js'
import { sayName } from './words.js'

/** Advice of one playbook: for how many opportunities it speaks, and what it says of the gravest. */
export interface Advice {
  playbook: string
  practice: string | null
  for: number
  says: { name: string; text: string }[]
}

/** The gravest of each playbook are named; the others are counted. */
const NAMED = 3

/** What the playbooks of wrong indicators and open findings say, most needed first. */
export function adviceFor(
  { worst }: HealthReport,
  findings: readonly Finding[],
  sick: ReadonlyMap<string, Snapshot>,
  program: Program,
): Advice[] {
  const coachOf = new Map(program.rules.map(({ id, coach }) => [id, coach]))
  const coached = findings.flatMap(({ kind, id, rule }) => {
    const book = kind === 'opportunity' ? coachOf.get(rule) : null
    return book ? [{ id, book }] : []
  })
  const ofRules = groupedAs(
    coached,
    ({ id }) => id,
    ({ book }) => book,
  )
  const advised = worst.flatMap(({ id, wrong }) => {
    const snapshot = sick.get(id)
    const books = new Set([...wrong.flatMap(({ coach }) => coach ?? []), ...(ofRules.get(id) ?? [])])
    return snapshot ? [...books].map((book) => ({ book, snapshot })) : []
  })
  const subjects = groupedAs(
    advised,
    ({ book }) => book,
    ({ snapshot }) => snapshot,
  )
  return [...subjects]
    .flatMap(([name, of]): Advice[] => {
      const book = program.playbooks.get(name)
      if (!book) return []
      const says: Advice['says'] = []
      for (const snapshot of of) {
        if (says.length === NAMED) break
        const text = spoken(book.steps, snapshot, program)
        const subject = snapshot.opportunity?.id ?? ''
        const name = sayName({ kind: 'opportunity', subject, name: snapshot.opportunity?.name ?? null })
        if (text !== '') says.push({ name, text })
      }
      return [{ playbook: book.title, practice: book.practice, for: of.length, says }]
    })
    .sort((a, b) => b.for - a.for || (a.playbook < b.playbook ? -1 : 1))
}

type Steps = NonNullable<ReturnType<Program['playbooks']['get']>>['steps']

/** The steps that fit an opportunity as it is. One whose text fails on it is left out: advice must not stop a letter. */
function spoken(steps: Steps, snapshot: Snapshot, program: Program): string {
  const fitting = steps.filter(({ when }) => verdict(when, snapshot).holds)
  if (fitting.length === 0) return ''
  const values = textValues(program.facts.opportunity, snapshot, { title: '', why: null })
  return fitting
    .flatMap(({ say }) => {
      try {
        return [say.render(values).trim()]
      } catch {
        return []
      }
    })
    .join(' ')
}
