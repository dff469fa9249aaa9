import type { Task } from '../domain/findings.js'
import type { People } from '../domain/vocabulary.js'
import type { FamilyState } from '../engine/plan.js'
import type { Snapshot } from '../facts/fact.js'
import { isOverdue } from '../lib/due.js'
import type { Instant } from '../lib/instant.js'
import type { Recipient } from '../notices/digests.js'
import { gravestFirst } from '../notices/message.js'
import type { Program } from '../program/program.js'
import { type GoalReport, readGoals } from '../reports/goals.js'
import { type HealthReport, readHealth } from '../reports/health.js'
import type { SurveyedStore } from '../reports/survey.js'
import { readView, type ViewReport } from '../reports/views.js'
import type { SentDigest } from '../store/digests.js'
import type { FoundFinding } from '../store/reads.js'
import { type Advice, adviceFor } from './digest-advice.js'

/** The numbers of a digest, which the next one compares with its own. */
export interface DigestNumbers {
  healthy: number
  at_risk: number
  poor: number
  findings: number
  overdue: number
}

/** An open task, with the name of what it is about. */
export type NamedTask = Task & { name: string | null }

/** An account that moved on the assembly line. */
export interface Moved {
  id: string
  account: string
  from: string
  to: string
  at: Instant
}

/** All that a digest tells one person. */
export interface DigestContent {
  title: string
  recipient: Recipient
  slot: Instant
  at: Instant
  /** It comes later than it was expected: no process ran at its time. */
  late: boolean
  health: HealthReport
  numbers: DigestNumbers
  before: SentDigest<DigestNumbers> | null
  views: ViewReport[]
  findings: FoundFinding[] | null
  tasks: NamedTask[] | null
  moves: Moved[] | null
  goals: GoalReport[]
  advice: Advice[]
}

/** What is read once for all who get a digest. */
export interface DigestSources {
  program: Program
  people: People
  families: readonly FamilyState[]
  findings: readonly FoundFinding[]
  tasks: readonly Task[]
  moves: readonly Moved[]
}

/** The people who own something that is open: whom digests are about. */
export function ownersIn(families: readonly FamilyState[]): Set<string> {
  const owners = new Set<string>()
  for (const { family } of families) {
    for (const { owner, status } of family.opportunities) if (owner !== null && status === 'open') owners.add(owner)
  }
  return owners
}

/** Finds the families in which one of some owners owns something, so that a digest costs what it tells of; null is everybody. */
export function familiesByOwner(
  families: readonly FamilyState[],
): (owners: ReadonlySet<string> | null) => FamilyState[] {
  const of = new Map<string, number[]>()
  families.forEach(({ family }, i) => {
    const names = [family.account?.owner ?? null, ...family.opportunities.map(({ owner }) => owner)]
    for (const owner of new Set(names)) {
      if (owner === null) continue
      const list = of.get(owner)
      if (list) list.push(i)
      else of.set(owner, [i])
    }
  })
  return (owners) => {
    if (owners === null) return [...families]
    const wanted = new Set([...owners].flatMap((owner) => of.get(owner) ?? []))
    return [...wanted].sort((a, b) => a - b).flatMap((i) => families[i] ?? [])
  }
}

/** Where there was no digest before, the moves of this span are told. */
const FIRST_MOVES = { count: 2, unit: 'week' } as const

/** Since when a digest tells moves: since the one before it. */
export const movesFrom = (before: { at: Instant } | null, at: Instant, { vocabulary }: Program): Instant =>
  before?.at ?? vocabulary.calendar.latest(at, FIRST_MOVES)

/** Reads what a digest tells one person, from what was read for all. */
export async function digestFor(
  asked: Pick<DigestContent, 'title' | 'recipient' | 'slot' | 'at' | 'late' | 'before'> & { show: readonly string[] },
  sources: DigestSources,
  families: readonly FamilyState[],
): Promise<DigestContent> {
  const { show, ...head } = asked
  const { recipient, at, before } = head
  const { program, people, tasks, moves } = sources
  const store = surveyed(families, people)
  const accounts = new Set(families.map(({ family }) => family.account?.id))
  const since = movesFrom(before, at, program)
  const isOurs = (owner: string | null) => recipient.owners === null || (owner !== null && recipient.owners.has(owner))
  const sick = new Map<string, Snapshot>()
  const keep = ({ opportunity, account }: Snapshot) => isOurs((opportunity ?? account)?.owner ?? null)
  const health = await readHealth(store, program, at, 'owner', keep, (snapshot) => {
    if (snapshot.opportunity) sick.set(snapshot.opportunity.id, snapshot)
  })
  const views: ViewReport[] = []
  for (const name of show) {
    const view = program.views.get(name)
    if (view) views.push(await readView(store, program, view, at, keep))
  }
  const findings = sources.findings.filter(({ owner }) => isOurs(owner))
  const their = tasks.filter(({ assignee }) => isOurs(assignee))
  return {
    ...head,
    health,
    numbers: {
      healthy: health.levels.healthy.count,
      at_risk: health.levels.at_risk.count,
      poor: health.levels.poor.count,
      findings: findings.length,
      overdue: their.filter((task) => isOverdue(task, at)).length,
    },
    views,
    findings: show.includes('findings') ? gravest(findings, program) : null,
    // Whoever has tasks learns of them, asked for or not: nothing else tells who is to do them.
    tasks: show.includes('tasks') || (recipient.of === 'own' && their.length > 0) ? named(their, families) : null,
    moves: show.includes('moves') ? moves.filter((move) => accounts.has(move.id) && move.at > since) : null,
    goals: show.includes('goals') ? await readGoals(store, program, at, keep) : [],
    advice: adviceFor(health, findings, sick, program),
  }
}

/** Names what tasks are about. Of what belongs to somebody else only the subjects of the families at hand have a name. */
function named(tasks: readonly Task[], families: readonly FamilyState[]): NamedTask[] {
  const names = new Map(
    families.flatMap(({ family: { account, opportunities } }) => [
      [`account/${account?.id}`, account?.name ?? null] as const,
      ...opportunities.map(({ id, name }) => [`opportunity/${id}`, name] as const),
    ]),
  )
  return tasks.map((task) => ({ ...task, name: names.get(`${task.kind}/${task.subject}`) ?? null }))
}

const surveyed = (families: readonly FamilyState[], people: People): SurveyedStore => ({
  async *due() {
    yield* families
  },
  people: async () => people,
})

const gravest = (findings: readonly FoundFinding[], { vocabulary }: Program): FoundFinding[] =>
  gravestFirst(
    findings.map((finding) => ({
      ...finding,
      finding,
      subject: finding.id,
      episode: String(finding.episode),
      account: null,
      amount: null,
      currency: null,
    })),
    vocabulary.money,
  ).map(({ finding }) => finding)
