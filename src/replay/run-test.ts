import type { Incoming } from '../domain/incoming.js'
import { PLURAL, type SubjectRef } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import type { Place } from '../lib/problem.js'
import type { Program } from '../program/program.js'
import { type Compared, compareRule } from './compare.js'
import { type RuleCoverage, startCoverage } from './coverage.js'
import type { Deed, RuleTest, TestLine } from './rule-test.js'
import { type Happened, replay } from './run.js'
import { startListening, type ToldBySubject } from './told.js'
import { createWorld, type Manner, type World } from './world.js'

/** A rule that did something else to a subject than a line expects. */
export interface Difference {
  subject: string
  rule: string
  lines: readonly Compared[]
  /** What people should know who wonder why. */
  notes: readonly string[]
}

/** A line that does not agree with what happened. */
export interface FailedLine {
  written: string
  place: Place
  differences: readonly Difference[]
  /** What could not be done of the line, or of what is given, each with its place. */
  rejected: readonly { place: Place; why: string }[]
}

export interface TestOutcome {
  test: RuleTest
  failed: readonly FailedLine[]
}

/** Somebody who looks at the world of a test while it is judged: coverage. */
export interface Onlooker {
  look(world: World, program: Program, subjects: readonly SubjectRef[], at: Instant): void
  hear(happened: Happened): void
}

const BY = 'test'

/**
 * Lives through a test on a virtual clock and compares what happened with what its lines expect. What is given stands at the
 * instant of the first line. The program must have number 1, so that it is compiled once for all tests.
 */
async function runRuleTest(test: RuleTest, program: Program, onlooker: Onlooker): Promise<TestOutcome> {
  const { given, timeline } = test
  const world = createWorld()
  const start = timeline[0]?.at ?? 0
  world.bringIntoForce(program, start)
  const subjects = given.map(({ subject }) => subject)
  const listener = startListening()
  const failed: FailedLine[] = []
  const rejected: { place: Place; why: string }[] = []
  // What comes after the last line that expects something is compared with nothing.
  const last = timeline.findLast(({ expect }) => expect !== null)?.at ?? start
  const look = (at: Instant) => {
    if (at <= last) onlooker.look(world, program, subjects, at)
  }
  const on = (happened: Happened) => {
    if (happened.is === 'looking') look(happened.at)
    listener.hear(happened)
    if (happened.at <= last) onlooker.hear(happened)
  }
  const history: Manner = { at: start, by: BY, as: 'history', refuses: 'nothing' }
  for (const { id, values, place } of test.people)
    take(world, { record: 'people', id, values, line: 0 }, history, place, rejected)
  const inOrder = [...given].sort(
    (a, b) => Number(a.subject.kind === 'opportunity') - Number(b.subject.kind === 'opportunity'),
  )
  for (const { subject, values, place } of inOrder) {
    take(world, recordOf(subject, values), history, place, rejected)
  }
  let before = start
  for (const [i, line] of timeline.entries()) {
    if (i > 0) await replay(world, program, { from: before, to: line.at - 1, letters: false, on })
    line.deeds.forEach((deed, n) => {
      for (const rule of doIt(world, deed, line.at, `${i + 1}.${n + 1}`, rejected)) {
        listener.of(deed.subject, rule).steps.resolves ??= []
      }
    })
    await replay(world, program, { from: line.at, to: line.at, letters: false, on })
    look(line.at)
    before = line.at
    const differences = line.expect ? compareLine(test, line, world, listener.take()) : []
    if (differences.length > 0 || rejected.length > 0)
      failed.push({ written: line.written, place: line.place, differences, rejected: rejected.splice(0) })
  }
  return { test, failed }
}

type Rejected = { place: Place; why: string }[]

function take(world: World, record: Incoming, how: Manner, place: Place, rejected: Rejected): void {
  const became = world.take({ do: 'record', record }, how)
  if (became.outcome === 'rejected') rejected.push({ place, why: became.why })
  else if ('refused' in became) for (const why of became.refused) rejected.push({ place, why })
}

const recordOf = ({ kind, id }: SubjectRef, values: Incoming['values']): Incoming => ({
  record: PLURAL[kind],
  id,
  values,
  line: 0,
})

/** Does what a line says, as a CRM would tell it. Returns the rules whose findings ended with a deleted subject. */
function doIt(world: World, deed: Deed, at: Instant, number: string, rejected: Rejected): string[] {
  const { subject, place } = deed
  const how: Manner = { at, by: BY, refuses: 'moves' }
  switch (deed.do) {
    case 'facts':
      take(world, recordOf(subject, deed.values), how, place, rejected)
      return []
    case 'activity': {
      const { kind, by, contact, at: when } = deed.activity
      if (contact !== null) takeContact(world, subject, contact, how, place, rejected)
      const values = { kind, at: when ?? at, by, contact, [subject.kind]: subject.id }
      take(world, { record: 'activities', id: `activity ${number}`, values, line: 0 }, how, place, rejected)
      return []
    }
    case 'acknowledge':
    case 'snooze': {
      const finding = world.findings(subject).find((one) => one.rule === deed.rule && one.state === 'open')
      if (!finding) rejected.push({ place, why: `There is no open finding of ${deed.rule} on ${subject.id}.` })
      else if (deed.do === 'acknowledge') world.take({ do: 'acknowledge', finding }, how)
      else {
        const { until, endsOn } = deed
        world.take({ do: 'snooze', finding, snooze: { until, endsOn, reason: BY } }, how)
      }
      return []
    }
    case 'delete': {
      const open = world.findings(subject).filter(({ state }) => state === 'open')
      const { outcome } = world.take({ do: 'delete', subject }, how)
      if (outcome !== 'done') rejected.push({ place, why: `There is no ${subject.id} any more.` })
      return open.map(({ rule }) => rule)
    }
  }
}

/** A contact that a test names is one of the subject's account. */
function takeContact(
  world: World,
  subject: SubjectRef,
  id: string,
  how: Manner,
  place: Place,
  rejected: Rejected,
): void {
  const account = subject.kind === 'account' ? subject.id : world.opportunity(subject.id)?.account
  if (!account) rejected.push({ place, why: `${subject.id} has no account whose contact "${id}" could be.` })
  else take(world, { record: 'contacts', id, values: { account }, line: 0 }, how, place, rejected)
}

function compareLine(test: RuleTest, line: TestLine, world: World, told: ToldBySubject): Difference[] {
  const differences: Difference[] = []
  for (const { subject } of test.given) {
    const expected = line.expect?.get(subject.id)
    const did = told.get(subject.id)
    const standing = world.findings(subject).filter(({ state }) => state === 'pending')
    const rules = new Set([...(expected?.keys() ?? []), ...(did?.keys() ?? [])])
    for (const rule of rules) {
      if (test.rules && !test.rules.has(rule)) continue
      const one = did?.get(rule) ?? null
      const isPending = standing.some((finding) => finding.rule === rule)
      const lines = compareRule(expected?.get(rule) ?? null, one, isPending)
      if (lines) differences.push({ subject: subject.id, rule, lines, notes: one?.notes ?? [] })
    }
  }
  return differences
}

/** What became of a list of tests, and what they reach of the program. */
export interface TestRun {
  outcomes: readonly TestOutcome[]
  coverage: readonly RuleCoverage[]
}

/** Runs tests one after the other, each in a world of its own. */
export async function runTests(tests: readonly RuleTest[], program: Program): Promise<TestRun> {
  const numbered = { ...program, number: 1 }
  const coverage = startCoverage(numbered)
  const outcomes: TestOutcome[] = []
  for (const test of tests) outcomes.push(await runRuleTest(test, numbered, coverage.of(test.rules)))
  return { outcomes, coverage: coverage.rules() }
}
