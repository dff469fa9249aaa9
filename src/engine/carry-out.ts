import { textValues } from '../actions/values.js'
import { witness } from '../conditions/witness.js'
import { type Effect, isStateEffect, slotOf } from '../domain/effects.js'
import { type Finding, type FindingRef, findingKey, type Key, printKey } from '../domain/findings.js'
import { effectStep } from '../domain/steps.js'
import { becauseOf } from './because.js'
import { type Draft, findingSlot, liftHold, putFinding, restoreFindings } from './draft.js'
import type { FamilyRun } from './family-run.js'
import { hold } from './holds.js'
import { lay, refuse } from './lay.js'
import { amountsOf, counts } from './limits.js'
import { digestOf, type Intent } from './plan.js'
import type { Step } from './steps.js'

/** What the steps of one link share: who wrote which slot. */
export interface Link {
  number: number
  slots: Map<string, Key>
  /** Subjects that effects touched, with the key that did it: what is judged in the next link. */
  touched: Map<string, Key>
}

/** Carries one step out on the draft: asks the witness, plans the effects, takes the slots, and lays what is legal. */
export async function carryOut(draft: Draft, run: FamilyRun, step: Step, link: Link): Promise<void> {
  const name = printKey(step.key)
  if (run.done.has(name)) {
    openFinding(draft, step, null, null)
    return liftHold(draft, step.key)
  }
  // Of an opening that was just baselined nothing follows.
  if (step.manner === 'clock' && isWithheld(draft, step)) return
  const seen = step.manner === 'silent' || !run.explains ? null : await witness(step.rule.when, step.snapshot)
  if (seen && seen.holds !== step.holds) {
    return hold(
      draft,
      run,
      step,
      'witness_disagrees',
      `The witness says ${seen.holds}, the verdict ${step.holds}: ${JSON.stringify(seen.values)}.`,
    )
  }
  const explanation = seen?.values ?? null
  const { effects, failed } = planEffects(run, step, name)
  const withheld = withholding(run, step)
  const kept = withheld ? effects.filter((e) => withheld === 'avoided' && isStateEffect(e)) : effects
  const intent: Intent = {
    key: step.key,
    rule: step.rule.id,
    subject: step.subject,
    step: step.key[4],
    because: run.explains ? because(step) : '',
    effects: kept,
    amounts: amountsOf(kept, draft.family.opportunities, run.program.vocabulary.money),
    link: link.number,
    caused_by: step.causedBy,
    explanation,
    withheld:
      withheld && effects.length > kept.length
        ? { because: withheld, effects: effects.filter((e) => !kept.includes(e)) }
        : null,
    planned: kept,
  }
  if (!isPermitted(draft, run, intent, step)) {
    draft.notPermitted.add(name)
    if (step.finding) takeBack(draft, step.finding)
    return
  }
  if (run.held.has(step.rule.id) && counts(intent) && !run.permits.has(name)) {
    draft.held.push(intent)
    if (step.finding && step.key[4] === 'open')
      putFinding(draft, { ...step.finding, state: 'held', opened_at: null, explanation })
    else hold(draft, run, step, 'over_limit', 'A limit holds this rule until a person approves.')
    return
  }
  const { won, lost } = takeSlots(intent, link)
  // Of the moves that hold, the first line wins; another one was not made, and neither is what comes with it.
  if (step.rule.move && lost.length > 0) {
    draft.overruled.push(...lost)
    return
  }
  const state = won.filter(isStateEffect)
  const refusal = state.length > 0 ? refuse(draft, run, state) : null
  if (refusal) {
    openFinding(draft, step, explanation, withheld)
    draft.refusals.push({ key: step.key, effects: won, why: refusal })
    return hold(draft, run, step, 'refused', refusal)
  }
  for (const effect of state) link.slots.set(slotOf(effect), step.key)
  draft.overruled.push(...lost)
  openFinding(draft, step, explanation, withheld)
  liftHold(draft, step.key)
  for (const { number, why } of failed) {
    hold(draft, run, step, 'failing_text', why, numberedKey(step.key, number))
  }
  draft.done.add(name)
  const { opportunities } = draft.family
  const done =
    lost.length === 0
      ? intent
      : { ...intent, effects: won, amounts: amountsOf(won, opportunities, run.program.vocabulary.money) }
  draft.intents.push(done)
  lay(draft, run, done, step, link)
}

/** Does the permission of the run cover it, or does it follow from what was carried out and would not have come without? */
function isPermitted(
  { notPermitted }: Draft,
  { only, alone, permits }: FamilyRun,
  intent: Intent,
  { manner, finding, key }: Step,
): boolean {
  const name = printKey(key)
  if (only && counts(intent) && only.get(name) !== digestOf(intent)) return false
  if (!alone || permits.has(name)) return true
  if (manner === 'clock' && finding && permits.has(printKey(findingKey(finding, 'open')))) return true
  return intent.caused_by !== null && !notPermitted.has(name)
}

/** Whether the effects of the finding are withheld by now: what it was when its clocks were asked does not say. */
const isWithheld = ({ findings }: Draft, { finding }: Step): boolean =>
  finding !== null && (findings.get(findingSlot(finding.rule, finding))?.withheld ?? null) !== null

/** What was decided of a finding is taken back; where it has just opened, only that its clocks were looked at. */
function takeBack(draft: Draft, finding: Finding): void {
  const open = printKey(findingKey(finding, 'open'))
  const now = draft.findings.get(findingSlot(finding.rule, finding))
  const hasOpened = draft.intents.some(({ key }) => printKey(key) === open)
  if (now && hasOpened) putFinding(draft, { ...now, reminded: 0, escalated: 0, clocked_until: null })
  else restoreFindings(draft, finding)
}

/** A rule that fails on a text says so; its other effects go on. */
function planEffects(
  run: FamilyRun,
  step: Step,
  key: string,
): { effects: Effect[]; failed: { number: number; why: string }[] } {
  const effects: Effect[] = []
  const failed: { number: number; why: string }[] = []
  if (step.rule.move && step.manner !== 'silent') {
    const account = step.snapshot.account as NonNullable<Step['snapshot']['account']>
    effects.push({
      kind: 'move_bin',
      subject: { kind: 'account', id: account.id },
      from: account.bin,
      to: step.rule.move.to,
    })
  }
  const { rule } = step
  const values = step.actions.length > 0 ? textValues(run.program.facts[rule.for], step.snapshot, rule) : {}
  for (const { action, number } of step.actions) {
    try {
      effects.push(
        ...action.plan({
          subject: { kind: step.subject.kind, id: step.subject.id },
          snapshot: step.snapshot,
          rule: { id: rule.id, title: rule.title, why: rule.why },
          finding: step.finding && refOf(step.finding),
          key,
          values,
        }),
      )
    } catch (error) {
      failed.push({ number, why: `The text of ${action.name} fails: ${(error as Error).message}` })
    }
  }
  return { effects, failed }
}

const refOf = ({ rule, kind, id, episode }: FindingRef): FindingRef => ({ rule, kind, id, episode })

const numberedKey = ([rule, kind, id, episode, step]: Key, number: number): Key => {
  const numbered = effectStep(step, number)
  return [rule, kind, id, episode, numbered]
}

/** Why a step's effects are withheld for good; null where they are not. */
function withholding(run: FamilyRun, step: Step): 'observe' | 'baseline' | 'avoided' | null {
  if (step.rule.mode === 'observe') return 'observe'
  if (run.baseline.has(printKey(step.key))) return 'baseline'
  const bin = step.snapshot.account && run.program.vocabulary.assemblyLine?.bins.get(step.snapshot.account.bin)
  const avoided =
    step.rule.for === 'account' && step.rule.is !== 'move' && bin?.group === 'avoid' && !step.rule.evenIfAvoided
  return avoided ? 'avoided' : null
}

/** Within one link a slot is written once; the effects of an intent that lost theirs are overruled. */
function takeSlots(intent: Intent, link: Link) {
  const mine = new Set<string>()
  const won: Effect[] = []
  const lost: { key: Key; effect: Effect; by: Key }[] = []
  for (const effect of intent.effects) {
    const slot = isStateEffect(effect) ? slotOf(effect) : null
    const winner = slot === null ? undefined : (link.slots.get(slot) ?? (mine.has(slot) ? intent.key : undefined))
    if (winner) lost.push({ key: intent.key, effect, by: winner })
    else won.push(effect)
    if (slot !== null) mine.add(slot)
  }
  return { won, lost }
}

function openFinding(
  draft: Draft,
  step: Step,
  explanation: Intent['explanation'],
  withheld: 'observe' | 'baseline' | 'avoided' | null,
): void {
  if (!step.finding || step.manner === 'retry' || step.manner === 'clock') return
  const kept = withheld === 'avoided' ? null : withheld
  const finding: Finding =
    step.finding.state === 'open' ? { ...step.finding, withheld: kept, explanation } : step.finding
  putFinding(draft, finding)
  if (finding.state === 'resolved' && !endsItself(step)) draft.withdraw.push(finding)
}

/** Was the finding ended by the very intent that opened it? Then what that intent wrote still tells whom it was to tell. */
const endsItself = ({ finding, causedBy }: Step): boolean =>
  finding !== null && causedBy !== null && printKey(causedBy) === printKey(findingKey(finding, 'open'))

function because({ rule, snapshot, holds, manner, finding }: Step): string {
  if (manner === 'silent') return `${rule.title}: closed as ${finding?.resolved_because?.replaceAll('_', ' ')}.`
  return holds ? becauseOf(rule.when, snapshot) : `No longer true: ${becauseOf(rule.when, snapshot)}`
}
