import { formatNumber } from '../conditions/operands.js'
import { describeValue, JUST_SEEN, sayFact } from '../conditions/words.js'
import type { Effect } from '../domain/effects.js'
import { printKey } from '../domain/findings.js'
import { amountInUnits } from '../domain/money.js'
import type { SubjectKind, SubjectRef } from '../domain/subjects.js'
import type { People, Vocabulary } from '../domain/vocabulary.js'
import type { Overruled } from '../engine/plan.js'
import type { Fact, FactValue, Snapshot } from '../facts/fact.js'
import { type Calendar, formatInstant, formatMinute } from '../lib/calendar.js'
import { MINUTE } from '../lib/civil.js'
import { isDueDay } from '../lib/due.js'
import { sayElapsed } from '../lib/elapsed.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import type { PastState } from '../store/letters.js'

/** An instant to the minute, in the calendar's zone: `2026-03-02 09:00`; a midnight is its day alone. */
export function sayInstant(at: Instant, calendar: Calendar): string {
  return calendar.startOf(calendar.dateOf(at)) === at ? calendar.dateOf(at) : formatMinute(at, calendar)
}

/** What a page is headed with: an instant and, said once, the zone of this and all other times in it. */
export const sayAsOf = (at: Instant, calendar: Calendar): string =>
  `${sayInstant(at, calendar)} (${calendar.spec.timezone})`

/**
 * When something is due: a day alone where a whole day of the `calendar` is meant, else the minute as `reader` reads it. A
 * midnight has its hour too: what is due then is late all that day.
 */
export const sayDue = (due: Instant, calendar: Calendar, reader: Calendar = calendar): string =>
  isDueDay(due, calendar) ? calendar.dateOf(due) : formatMinute(due, reader)

/** A person by name where one is known, else by id. */
export const sayPerson = (id: string | null, people: People): string =>
  id === null ? '' : (people.get(id)?.name ?? id)

/** Why a letter is neither sent again nor taken back. */
export const sayPast = (state: PastState): string =>
  state === 'sending' ? 'It is being delivered just now' : state === 'delivered' ? 'It is delivered' : 'It is withdrawn'

/** `opportunity OPP-1`. */
export const saySubject = ({ kind, id }: SubjectRef): string => `${kind} ${id}`

const PERSON_FACT = /(^|\.)(owner|owner\.manager)$/

/** The value of a fact in a column: a person, stage or bin by name, a span as long as it is by now. */
export function sayCell(fact: Fact, value: FactValue | null, snapshot: Snapshot): string {
  if (value === null) return ''
  const { vocabulary, people, opportunity, now } = snapshot
  if (PERSON_FACT.test(fact.name)) return sayPerson(String(value), people)
  if (fact.kind === 'elapsed') {
    const stopped = fact.stopped?.(snapshot) ?? null
    const until = stopped === null ? now : Math.min(stopped, now)
    if (fact.atLeast?.(snapshot) && stopped === null && until >= Number(value) && until - Number(value) < MINUTE)
      return JUST_SEEN
    const ahead = until < Number(value) ? '-' : ''
    return `${fact.atLeast?.(snapshot) ? 'at least ' : ''}${ahead}${sayElapsed(Number(value), until, vocabulary.calendar)}`
  }
  if (fact.name === 'stage') return stageLabel(vocabulary, opportunity?.pipeline ?? '', String(value))
  if (/(^|\.)bin$/.test(fact.name)) return binLabel(vocabulary, String(value))
  if (/^health(\.|$)/.test(fact.name)) return String(value).replace('_', ' ')
  return describeValue(fact, value, snapshot)
}

const stageLabel = ({ pipelines }: Vocabulary, pipeline: string, stage: string): string =>
  pipelines.get(pipeline)?.stages.find(({ name }) => name === stage)?.label ?? stage

const binLabel = ({ assemblyLine }: Vocabulary, bin: string): string => assemblyLine?.bins.get(bin)?.label ?? bin

/** An effect does not say of which pipeline it is: where two label their stage otherwise its name stands. */
function stageOf(vocabulary: Vocabulary, stage: string): string {
  const labels = new Set([...vocabulary.pipelines.keys()].map((pipeline) => stageLabel(vocabulary, pipeline, stage)))
  labels.delete(stage)
  const [label, another] = labels
  return label === undefined || another !== undefined ? stage : label
}

const quoted = (text: string) => `"${text}"`

/** What an effect does, in a few words: `move stage from proposal to closed`. */
export function sayEffect(effect: Effect, { program, people }: { program: Program; people: People }): string {
  const { calendar } = program.vocabulary
  const person = (id: string | null) => (id === null ? 'nobody' : sayPerson(id, people))
  const persons = (ids: readonly string[]) => ids.map(person).join(', ')
  switch (effect.kind) {
    case 'set_status':
      return `set the status from ${effect.from} to ${effect.to}${effect.reason ? ` (${effect.reason})` : ''}`
    case 'move_stage':
      return `move it from stage ${stageOf(program.vocabulary, effect.from)} to ${stageOf(program.vocabulary, effect.to)}`
    case 'move_bin':
      return `move it from ${binLabel(program.vocabulary, effect.from)} to ${binLabel(program.vocabulary, effect.to)}`
    case 'set_field': {
      const said = (value: unknown) => sayValue(effect.subject.kind, effect.field, value, program)
      return `set ${sayFact(effect.field)} from ${said(effect.from)} to ${said(effect.to)}`
    }
    case 'assign':
      return `give it from ${person(effect.from)} to ${person(effect.to)}`
    case 'create_task': {
      const due = effect.due === null ? '' : `, due ${sayDue(effect.due, calendar)}`
      return `task for ${person(effect.assign)}: ${quoted(effect.title)}${due}`
    }
    case 'close_tasks':
      return 'close its tasks'
    case 'notify':
      return `tell ${persons(effect.to)}${effect.urgent ? ' at once' : ''}`
    case 'send_email':
      return `email ${persons(effect.to)}: ${quoted(effect.subject)}`
    case 'post_message':
      return `message to ${effect.channel}: ${quoted(effect.text)}`
    case 'call_webhook':
      return `call ${effect.channel}`
    case 'left_out':
      return `${effect.action.replaceAll('_', ' ')} is left out: ${effect.why}`
  }
}

/** An effect that lost its slot: `set next step from a to b: left to q`. */
export function sayOverruled({ key, effect, by }: Overruled, reader: { program: Program; people: People }): string {
  return `${sayEffect(effect, reader)}: left to ${printKey(key) === printKey(by) ? 'what it does before' : by[0]}`
}

/** A value of a fact in words of people, money without its currency: `6,000`, `unknown`. */
export function sayValue(kind: SubjectKind, fact: string, value: unknown, program: Program): string {
  const plain = plainValue(kind, fact, value, program)
  if (plain === null || plain === undefined) return 'unknown'
  return typeof plain === 'number' ? formatNumber(plain) : String(plain)
}

/** A value of a fact as JSON has it: money in units, instants ISO 8601. */
export function plainValue(kind: SubjectKind, fact: string, value: unknown, { facts, vocabulary }: Program): unknown {
  const of = facts[kind].get(fact)?.kind
  if (of === 'money') return amountInUnits(value)
  return of === 'instant' && typeof value === 'number' ? formatInstant(value, vocabulary.calendar) : value
}

const KINDS: Record<Effect['kind'], readonly [one: string, many: string]> = {
  set_status: ['status set', 'statuses set'],
  move_stage: ['stage moved', 'stages moved'],
  move_bin: ['move on the assembly line', 'moves on the assembly line'],
  set_field: ['field set', 'fields set'],
  assign: ['change of owner', 'changes of owner'],
  create_task: ['task', 'tasks'],
  close_tasks: ['closing of tasks', 'closings of tasks'],
  notify: ['notice', 'notices'],
  send_email: ['email', 'emails'],
  post_message: ['message', 'messages'],
  call_webhook: ['webhook', 'webhooks'],
  left_out: ['left out', 'left out'],
}

/** Effects by kind, in words: `3 tasks, 1 notice`. */
export const sayKinds = (byKind: Readonly<Record<string, number>>): string =>
  (Object.keys(KINDS) as Effect['kind'][])
    .filter((kind) => byKind[kind])
    .map((kind) => count(byKind[kind] ?? 0, ...KINDS[kind]))
    .join(', ')

/** `1 task`, `2 tasks`, `1,204 tasks`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${formatNumber(n)} ${n === 1 ? one : many}`
