import { textValues } from '../../actions/values.js'
import type { Condition } from '../../conditions/tree.js'
import { verdict } from '../../conditions/verdict.js'
import { witness } from '../../conditions/witness.js'
import { type Explained, explainTree } from '../../conditions/words.js'
import type { Finding, Hold, HoldReason } from '../../domain/findings.js'
import type { SubjectRef } from '../../domain/subjects.js'
import { assess } from '../../engine/assess.js'
import { becauseOf } from '../../engine/because.js'
import { edits } from '../../engine/edits.js'
import type { FamilyState } from '../../engine/plan.js'
import { peopleUnder, snapshotOf } from '../../engine/snapshots.js'
import type { Snapshot } from '../../facts/fact.js'
import type { Instant } from '../../lib/instant.js'
import type { Template } from '../../lib/texts.js'
import type { Program, Rule } from '../../program/program.js'
import type { Store } from '../../store/store.js'
import { binSlot } from '../deeds/bins.js'
import { type Deed, isCounted } from '../deeds/deeds.js'
import { askedForBy } from '../deeds/reluctance.js'
import { type SmallestChange, smallestChange } from '../deeds/smallest-change.js'
import { factsRead } from '../outcomes/past-facts.js'
import { sayPerson } from '../words.js'
import { type Coming, comingUp } from './coming-up.js'
import { type Lived, lifeOf } from './life.js'
import { type Recorded, type Row, recordedBy, sayUnknownOf } from './recorded.js'
import { byTurn } from './steps.js'
import { type Untold, untold } from './told.js'

/** One rule on one subject as of `at`: whether it speaks, why or why not, what became of it, and what would change it. */
export interface Explanation {
  at: Instant
  rule: Rule
  subject: SubjectRef & { name: string | null }
  /** What nobody can tell of `at` any more, where it has passed; null where all is as it was then. */
  unknown: string | null
  holds: boolean
  /** The parts that decide, in one sentence. */
  because: string
  tree: Explained
  /** What json-rules-engine says of the same condition. */
  witness: { holds: boolean; agrees: boolean }
  /** The last finding; null of moves, event rules, and where there never was one. */
  finding: Finding | null
  /** Who acknowledged and who snoozed it, by name where one is known. */
  hands: { acknowledged: string; snoozed: string }
  /** Whether what the verdict rests on was edited since the finding was judged last. */
  reworded: boolean
  /** What was done and what became of it, oldest first. */
  life: Lived[]
  /** What comes by time alone, as long as nobody changes anything. */
  next: Coming[]
  /** `until` of what is broken alone: when it is tried again. */
  held: { step: string; reason: HoldReason; why: string; until: Instant | null }[]
  /** What it was to tell and did not, or not yet; nobody can tell of an instant that has passed. */
  untold: Untold[]
  change: SmallestChange | null
  coach: { name: string; title: string; practice: string | null; says: string[] } | null
}

/** Explains a rule on a subject of its kind. Null where the subject is not there (any more). */
export async function explain(
  store: Pick<Store, 'people' | 'family' | 'findings' | 'intents' | 'tasks' | 'programs' | 'toldOf' | 'lastCommitAt'>,
  program: Program,
  rule: Rule,
  subject: SubjectRef,
  now: Instant,
): Promise<Explanation | null> {
  const state = await store.family(subject)
  const row = state && rowIn(state, subject)
  if (!state || !row) return null
  const people = peopleUnder(program, await store.people())
  const at = (instant: Instant): Snapshot =>
    assess(program, snapshotOf(program, people, state.family, subject, instant)).snapshot
  const snapshot = at(now)
  const { holds } = verdict(rule.when, snapshot)
  const seen = await witness(rule.when, snapshot)
  const recorded = await recordedOf(store, rule, subject, state.holds)
  const { then, hasMore, late } = recordedBy(now, await store.lastCommitAt(), recorded)
  const { findings, intents, tasks, holds: held, told } = then
  const finding = findings.at(-1) ?? null
  const unknown = sayUnknownOf(now, rowsRead(program, rule, state, row), hasMore, program.vocabulary.calendar)
  const edited = { program, ...edits(await store.programs(), program, now) }
  return {
    at: now,
    rule,
    subject: { ...subject, name: row.name },
    unknown,
    holds,
    because: becauseOf(rule.when, snapshot),
    tree: explainTree(rule.when, snapshot),
    witness: { holds: seen.holds, agrees: seen.holds === holds },
    finding,
    hands: {
      acknowledged: sayPerson(finding?.acknowledged_by ?? null, people) || 'somebody',
      snoozed: sayPerson(finding?.snoozed_by ?? null, people) || 'somebody',
    },
    reworded: finding !== null && edited.isReworded(rule, finding.program),
    life: lifeOf({ findings, intents, tasks }, { program, people }),
    next:
      rule.is === 'event'
        ? []
        : comingUp({ rule, finding, edited, holds, snapshot, at, people, late: unknown === null ? null : late }),
    held: held
      .map(({ key, reason, why, until, at }) => ({ step: key[4], reason, why, until, at }))
      .sort(byTurn(program.vocabulary.calendar))
      .map(({ at: _, ...one }) => one),
    untold: hasMore ? [] : untold(told, finding, { program, people }),
    change: rule.is === 'event' && holds ? null : await changeOf(program, rule, holds, snapshot),
    coach: holds ? coachFor(program, rule, snapshot) : null,
  }
}

async function recordedOf(
  store: Pick<Store, 'findings' | 'intents' | 'tasks' | 'toldOf'>,
  { id }: Rule,
  subject: SubjectRef,
  holds: readonly Hold[],
): Promise<Recorded> {
  return {
    findings: await store.findings({ rule: id, subject }),
    intents: (await store.intents({ subject })).filter(({ rule }) => rule === id),
    tasks: (await store.tasks({ subject })).filter(({ rule }) => rule === id),
    // What is broken holds back its whole family.
    holds: holds.filter(
      ({ key, reason, subject: { kind, id: of } }) =>
        reason === 'broken' || (key[0] === id && kind === subject.kind && of === subject.id),
    ),
    told: await store.toldOf(id, subject),
  }
}

/** The rows that a rule reads on a subject: its own, that of its account, those that are counted. */
function rowsRead(program: Program, rule: Rule, { family }: FamilyState, own: Row['row']): Row[] {
  const read = factsRead(rule, program)
  const facts = read.flatMap(({ kind, name }) => (kind === 'account' ? (program.facts.account.get(name) ?? []) : []))
  const counts = rule.for === 'account' && facts.some(isCounted)
  const readsAccount = rule.for === 'opportunity' && read.some(({ kind }) => kind === 'account')
  return [
    { kind: rule.for, row: own },
    ...(counts ? family.opportunities : []).map((row): Row => ({ kind: 'opportunity', row })),
    ...(readsAccount && family.account ? [{ kind: 'account' as const, row: family.account }] : []),
  ]
}

/** To keep a move from happening is asked of the reasons for it: that the account stands in its bin is none of them. */
export const ofRule = ({ is, when }: Rule, holds: boolean): Condition =>
  is === 'move' && holds && when.is === 'all' && when.parts.length > 1
    ? { is: 'all', parts: when.parts.slice(1) }
    : when

async function changeOf(
  program: Program,
  rule: Rule,
  holds: boolean,
  snapshot: Snapshot,
): Promise<SmallestChange | null> {
  const asksFor = askedForBy(rule, coachFor(program, rule, snapshot)?.says ?? [], program)
  // Who moves the account by hand does not keep it from being moved.
  const isMeant = ({ slot }: Deed) => rule.is !== 'move' || !holds || slot !== binSlot(snapshot.account?.id ?? '')
  const found = await smallestChange(program, ofRule(rule, holds), snapshot, asksFor, isMeant)
  return found && { would: found.would, deeds: found.deeds, others: found.others.map(({ deeds }) => deeds) }
}

/** The advice of the rule's playbook: of its steps those that fit the subject as it is. */
function coachFor(program: Program, rule: Rule, snapshot: Snapshot): Explanation['coach'] {
  const playbook = rule.coach === null ? undefined : program.playbooks.get(rule.coach)
  if (!playbook) return null
  const values = textValues(program.facts[rule.for], snapshot, rule)
  const says = playbook.steps.flatMap(({ when, say }) => (verdict(when, snapshot).holds ? fill(say, values) : []))
  return { name: playbook.name, title: playbook.title, practice: playbook.practice, says }
}

/** Advice whose text fails on these values is left out: it is not what was asked for. */
function fill(text: Template, values: Record<string, unknown>): string[] {
  try {
    return [text.render(values).trim()]
  } catch {
    return []
  }
}

const rowIn = ({ family }: FamilyState, { kind, id }: SubjectRef) =>
  kind === 'account'
    ? family.account?.id === id
      ? family.account
      : undefined
    : family.opportunities.find((one) => one.id === id)
