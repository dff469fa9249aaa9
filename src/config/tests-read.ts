import { PLURAL, type SubjectRef } from '../domain/subjects.js'
import { formatInstant, parseInstant } from '../lib/calendar.js'
import type { Instant } from '../lib/instant.js'
import type { Path } from '../lib/problem.js'
import type { Expected, GivenPerson, GivenSubject, RuleTest, TestLine } from '../replay/rule-test.js'
import { guessing, type OneTest, ruleNamed, type TestContext } from './tests-context.js'
import { readDeeds } from './tests-deeds.js'
import { readEffects, STEPS_OF } from './tests-effects.js'
import type { WrittenHappening, WrittenTest } from './tests-shape.js'
import { readFacts } from './tests-values.js'

/** One test with its names looked up; null where nothing of it can be run. */
export function readTest(written: WrittenTest, name: string, path: Path, of: TestContext): RuleTest | null {
  const context: OneTest = { ...of, people: peopleOf(written, of) }
  const { complain, placeOf } = context
  const subjects = new Map<string, SubjectRef>()
  const people: GivenPerson[] = []
  for (const [id, one] of Object.entries(written.given)) {
    const at = [...path, 'given', id, 'person']
    if ('person' in one) people.push({ id, values: readFacts(one.person, 'person', at, context), place: placeOf(at) })
    else subjects.set(id, { kind: 'opportunity' in one ? 'opportunity' : 'account', id })
  }
  if (subjects.size === 0) {
    complain({
      path: [...path, 'given'],
      message: '"given" names nobody.',
      hint: 'Give it a subject: acme: { opportunity: { … } }.',
    })
  }
  const given = [...subjects].map(([id, subject]): GivenSubject => {
    const one = written.given[id] ?? {}
    const at = [...path, 'given', id, subject.kind]
    const facts = (one as Record<string, Record<string, unknown>>)[subject.kind] ?? {}
    const values = readFacts(facts, subject.kind, at, context)
    const { account } = values
    if (typeof account === 'string' && subjects.get(account)?.kind !== 'account') {
      const accounts = [...subjects.values()].filter(({ kind }) => kind === 'account').map((other) => other.id)
      const message = `There is no account "${account}" in "given".`
      complain({ path: [...at, 'account'], message, hint: guessing(account, accounts, 'There is') })
    }
    return { subject, values, place: placeOf(at) }
  })
  const rules = written.rules === undefined ? null : new Set([written.rules].flat())
  for (const rule of rules ?? []) ruleNamed(rule, [...path, 'rules'], context, 'value')
  const timeline = readTimeline(written, path, subjects, rules, context)
  if (written.timeline.every((line) => line.expect === undefined)) {
    const message = 'The test expects nothing of anybody, so that it cannot fail.'
    complain({ path: [...path, 'timeline'], at: 'key', message, hint: 'Give a line "expect".' })
  }
  return {
    name,
    place: placeOf(path.length > 0 ? path : ['given']),
    why: written.why ?? null,
    rules,
    given,
    people,
    timeline,
  }
}

/** Who is known: as in rules, whoever is somebody's manager too. */
function peopleOf({ given }: WrittenTest, { program }: TestContext): Set<string> {
  const declared = [...program.vocabulary.people].flatMap(([id, { manager }]) => [id, ...(manager ? [manager] : [])])
  const told = Object.entries(given).flatMap(([id, one]) => {
    if (!('person' in one)) return []
    return [id, ...(typeof one.person.manager === 'string' ? [one.person.manager] : [])]
  })
  return new Set([...declared, ...told])
}

function readTimeline(
  { timeline }: WrittenTest,
  path: Path,
  subjects: ReadonlyMap<string, SubjectRef>,
  rules: ReadonlySet<string> | null,
  context: OneTest,
): TestLine[] {
  const { calendar } = context.program.vocabulary
  let before: Instant | null = null
  return timeline.flatMap((line, i) => {
    const here = [...path, 'timeline', i]
    const at = parseInstant(line.at, calendar)
    if (at === undefined) {
      const message = `"${line.at}" is neither a day such as 2026-03-31 nor an instant such as 2026-03-31T09:00.`
      context.complain({ path: [...here, 'at'], message })
      return []
    }
    if (before !== null && at <= before) {
      const message = `${line.at} is not after the line before, which is at ${formatInstant(before, calendar)}.`
      context.complain({ path: [...here, 'at'], message, hint: 'The lines stand in order of time.' })
    }
    before = at
    const deeds = Object.entries(line.do ?? {}).flatMap(([id, deed]) => {
      const subject = subjectNamed(id, [...here, 'do', id], subjects, context)
      return subject ? readDeeds(deed, subject, at, [...here, 'do', id], context) : []
    })
    const expect =
      line.expect === undefined ? null : readExpect(line.expect, [...here, 'expect'], subjects, rules, context)
    return [{ at, written: line.at, place: context.placeOf(here), deeds, expect }]
  })
}

function subjectNamed(
  id: string,
  path: Path,
  subjects: ReadonlyMap<string, SubjectRef>,
  { complain }: OneTest,
): SubjectRef | undefined {
  const subject = subjects.get(id)
  if (!subject) {
    const hint = guessing(id, subjects.keys(), 'There is')
    complain({ path, at: 'key', message: `There is no "${id}" in "given".`, hint })
  }
  return subject
}

function readExpect(
  written: NonNullable<WrittenTest['timeline'][number]['expect']>,
  path: Path,
  subjects: ReadonlyMap<string, SubjectRef>,
  rules: ReadonlySet<string> | null,
  context: OneTest,
): TestLine['expect'] {
  const expected = new Map<string, ReadonlyMap<string, Expected>>()
  if (written === 'nothing') return expected
  if (Object.keys(written).length === 0) {
    context.complain({
      path,
      at: 'key',
      message: '"expect" is empty.',
      hint: 'Write "expect: nothing" where nothing is to happen.',
    })
  }
  for (const [id, happenings] of Object.entries(written)) {
    const subject = subjectNamed(id, [...path, id], subjects, context)
    if (!subject || happenings === 'nothing') continue
    const here = [...path, id]
    if (Object.keys(happenings).length === 0)
      context.complain({ path: here, at: 'key', message: `"${id}" is empty.`, hint: 'Write "nothing".' })
    const ofRules = new Map<string, Expected>()
    for (const [name, happening] of Object.entries(happenings)) {
      const one = readHappening(happening, name, subject, [...here, name], rules, context)
      if (one) ofRules.set(name, one)
    }
    expected.set(id, ofRules)
  }
  return expected
}

function readHappening(
  written: WrittenHappening,
  name: string,
  subject: SubjectRef,
  path: Path,
  told: ReadonlySet<string> | null,
  context: OneTest,
): Expected | null {
  const rule = ruleNamed(name, path, context)
  if (!rule) return null
  const refuse = (message: string, hint?: string, at: Path = path): null => {
    context.complain({ path: at, at: 'key', message, hint })
    return null
  }
  if (rule.for !== subject.kind)
    return refuse(`${name} is for ${PLURAL[rule.for]}, and ${subject.id} is an ${subject.kind}.`)
  if (told && !told.has(name)) return refuse(`${name} is not among the "rules" of this test, so that it is not told.`)
  const what = rule.is === 'move' ? 'a move' : rule.is === 'event' ? 'an event rule' : 'a rule'
  if (written === 'pending') {
    if (rule.lasting) return { pending: true, moves: null, steps: {} }
    return refuse(`${name} is never pending: it has no "lasting".`)
  }
  const keys = Object.keys(written)
  if (keys.length === 0) return refuse(`"${name}" is empty.`, 'Say what it does: opens, resolves, moves, ….')
  const steps: Expected['steps'] = {}
  for (const [key, effects] of Object.entries(written)) {
    const may = STEPS_OF[rule.is]
    if (!may.includes(key)) {
      refuse(`"${key}" is nothing that ${what} does.`, `${name} may have ${may.join(', ')}.`, [...path, key])
    } else if (key === 'reminds' && !rule.remind) refuse(`${name} has no "remind".`, undefined, [...path, key])
    else if (key === 'escalates' && rule.escalate.length === 0)
      refuse(`${name} has no "escalate".`, undefined, [...path, key])
    else if (key === 'moves') {
      if (rule.move?.to !== effects)
        refuse(`${name} moves to ${rule.move?.to}, not to ${effects}.`, undefined, [...path, key])
    } else if (Array.isArray(effects))
      Object.assign(steps, { [key]: readEffects(effects, rule.for, [...path, key], context) })
  }
  if (rule.is === 'move' && written.moves === undefined && written.refused === undefined)
    return refuse(`"${name}" needs "moves": the bin to which the account goes.`, `Write moves: ${rule.move?.to}.`)
  return { pending: false, moves: written.moves ?? null, steps }
}
