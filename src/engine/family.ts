import { compileVerdict } from '../conditions/verdict.js'
import type { DomainEvent, Key } from '../domain/findings.js'
import { printKey } from '../domain/findings.js'
import { type SubjectRef, subjectName } from '../domain/subjects.js'
import { reads } from '../domain/wakes.js'
import { assess } from './assess.js'
import { carryOut, type Link } from './carry-out.js'
import { type Draft, draftOf, finish, rowOf } from './draft.js'
import type { FamilyRun } from './family-run.js'
import { hold } from './holds.js'
import { judge } from './judge.js'
import { touch } from './lay.js'
import type { FamilyPlan, FamilyState } from './plan.js'
import { snapshotOf, subjectsOf } from './snapshots.js'
import { eventStep, listensTo, type Step } from './steps.js'

/** Effects may follow from effects this many times; what would follow after that is held. */
export const MOST_LINKS = 5

/**
 * Plans a whole family: link 1 judges what is due; its effects are laid over copies, and what they touch is judged again
 * at the same instant for the next link, until nothing is new. So the plan shows the whole chain.
 */
export async function planFamily(state: FamilyState, run: FamilyRun): Promise<{ plan: FamilyPlan; assessed: number }> {
  const draft = draftOf(state)
  let causes: Map<string, Key | null> = new Map(
    subjectsOf(draft.family)
      .filter((subject) => isDue(draft, run, subject))
      .map((subject) => [subjectName(subject), null]),
  )
  // What is planned has not happened yet: it is judged when its time comes.
  let events: readonly DomainEvent[] = state.events.filter(({ at }) => at <= run.now)
  draft.judged.push(...events)
  for (let number = 1; causes.size > 0 || events.length > 0; number += 1) {
    const link: Link = { number, slots: new Map(), touched: new Map() }
    const steps = inOrder(run, [...judgeAll(draft, run, causes, link), ...hear(draft, run, events, number)])
    const before = draft.events.length
    for (const step of steps) {
      if (number > MOST_LINKS)
        hold(
          draft,
          run,
          step,
          'chain_too_long',
          `It would be link ${number} of a chain; ${MOST_LINKS} are carried out.`,
        )
      else await carryOut(draft, run, step, link)
    }
    causes = number > MOST_LINKS ? new Map() : link.touched
    events = draft.events.slice(before)
  }
  return { plan: finish(draft), assessed: draft.assessed }
}

const isDue = (draft: Draft, run: FamilyRun, subject: SubjectRef): boolean => {
  const row = rowOf(draft.family, subject)
  return run.everything || row.due_program !== run.program.number || (row.due !== null && row.due <= run.now)
}

/** Judges the subjects of a link; where an account's score moved, the opportunities that read it are judged in the next one. */
function judgeAll(draft: Draft, run: FamilyRun, causes: ReadonlyMap<string, Key | null>, link: Link): Step[] {
  const steps: Step[] = []
  for (const subject of subjectsOf(draft.family)) {
    const cause = causes.get(subjectName(subject))
    if (cause === undefined) continue
    const scored = draft.reckonings.get(subjectName(subject))?.score ?? rowOf(draft.family, subject).score
    steps.push(...judge(draft, run, subject, cause))
    const score = draft.reckonings.get(subjectName(subject))?.score ?? null
    if (subject.kind === 'account' && score !== scored && cause === null) {
      for (const other of subjectsOf(draft.family)) {
        if (other.kind === 'opportunity' && reads(run.program.wakes, 'score') && !causes.has(subjectName(other))) {
          touch(draft, run, other, { key: ['score', 'account', subject.id, 0, 'score'] }, link)
        }
      }
    }
  }
  return steps
}

/** Event rules are asked once for each event, on the facts of this link. */
function hear(draft: Draft, run: FamilyRun, events: readonly DomainEvent[], number: number): Step[] {
  const living = new Set(subjectsOf(draft.family).map(subjectName))
  return [...events]
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .flatMap((event) => {
      if (!living.has(subjectName(event.subject))) return []
      const rules = run.program.rules.filter((rule) => listensTo(rule, event))
      if (rules.length === 0) return []
      const { snapshot } = assess(
        run.program,
        snapshotOf(run.program, run.people, draft.family, event.subject, run.now),
      )
      const cause: Key | null = number === 1 ? null : causeOf(draft, event)
      return rules
        .filter((rule) => compileVerdict(rule.when)(snapshot) > 0)
        .map((rule) => eventStep(rule, event, snapshot, cause))
        .filter((step) => !draft.done.has(printKey(step.key)))
    })
}

const causeOf = (draft: Draft, event: DomainEvent): Key | null =>
  draft.intents.find((intent) => event.id.startsWith(`${printKey(intent.key)}#`))?.key ?? null

/** One writer per slot: by priority, moves before rules, file order (the order of the program's list), then subject. */
function inOrder(run: FamilyRun, steps: Step[]): Step[] {
  const rank = new Map(run.program.rules.map((rule, i) => [rule, i]))
  return steps.sort(
    (a, b) =>
      (rank.get(a.rule) ?? 0) - (rank.get(b.rule) ?? 0) ||
      (subjectName(a.subject) < subjectName(b.subject) ? -1 : subjectName(a.subject) > subjectName(b.subject) ? 1 : 0),
  )
}
