import { numbersIn } from '../../conditions/operands.js'
import { operatorNamed } from '../../conditions/operators.js'
import type { Condition, Leaf } from '../../conditions/tree.js'
import { verdict } from '../../conditions/verdict.js'
import { needsReason } from '../../domain/legality.js'
import { LEVEL_RANK, type Level, type SubjectKind } from '../../domain/subjects.js'
import type { Fact, FactValue, Snapshot } from '../../facts/fact.js'
import { factsFor, requiredMissing } from '../../facts/table.js'
import type { Program } from '../../program/program.js'
import { type Deed, homeOf } from './deeds.js'
import { isSo } from './words.js'

/** A subject after some deeds, and what more may be done with it. */
export interface Scene {
  program: Program
  snapshot: Snapshot
  /** Deeds about a fact that go with those that are done. */
  about(side: SubjectKind, name: string): Deed[]
  /** The subject after one more; null where that cannot be. */
  after(deed: Deed): Snapshot | null
}

/** Deeds of which at least one must be done for a condition to be as wanted, which it is not: those that turn what stands in the way. */
export function waysTo(condition: Condition, wanted: boolean, side: SubjectKind, scene: Scene): Deed[] {
  if (condition.is === 'leaf') return waysOfLeaf(condition, wanted, side, scene)
  const wrong = condition.parts.filter((part) => verdict(part, scene.snapshot).holds !== wanted)
  const ways = wrong.map((part) => waysTo(part, wanted, side, scene))
  return (condition.is === 'any') === wanted ? ways.flat() : fewest(ways)
}

/** Where all must be, any of them will do to go on from: the one that leaves the least choice. */
const fewest = (ways: readonly Deed[][]): Deed[] => [...ways].sort((a, b) => a.length - b.length)[0] ?? []

function waysOfLeaf(leaf: Leaf, wanted: boolean, from: SubjectKind, scene: Scene): Deed[] {
  const { side, name } = homeOf(leaf.fact.name, from)
  const [what, part = ''] = name.split('.')
  if (what === 'health') return waysOfHealth(leaf, wanted, part, scene)
  if (what === 'qualification') return waysOfNeeds(leaf, wanted, part, scene)
  if (what === 'score') return waysOfScore(side, scene)
  if (what === 'incomplete') return waysOfCompleteness(side, scene)
  const seen = scene.about(side, name).flatMap((deed) => {
    const after = scene.after(deed)
    return after ? [{ deed, after }] : []
  })
  const turning = seen.filter(({ after }) => verdict(leaf, after).holds === wanted)
  // In another bin they are counted anew.
  if (turning.length === 0 && name === 'touches_in_bin')
    return scene.about(side, 'bin').filter((deed) => leaf.fact.read(scene.after(deed) ?? scene.snapshot) === 0)
  if (turning.length > 0 || !name.endsWith('_opportunities')) return turning.map(({ deed }) => deed)
  // One after the other, in their order: what they do together does not depend on which comes first.
  const far = (at: Snapshot) =>
    Math.min(...numbersIn(leaf.operand).map((n) => Math.abs(n - Number(leaf.fact.read(at)))))
  const nearer = seen.filter(({ after }) => far(after) < far(scene.snapshot))
  return nearer.flatMap(({ deed }) => (deed.slot === nearer[0]?.deed.slot ? [deed] : []))
}

/** Through the indicators: to be better each that is worse has to be, to be worse one is enough. */
function waysOfHealth(leaf: Leaf, wanted: boolean, indicator: string, scene: Scene): Deed[] {
  const { snapshot } = scene
  const { health } = scene.program
  if (!health) return []
  const now = leaf.fact.read(snapshot)
  const meant = health.indicators.filter(({ name }) => indicator === '' || name === indicator)
  const applies = verdict(health.when, snapshot).holds
  const wants = (value: FactValue | null) => isSo(leaf, value, snapshot) === wanted
  const ways = wants(null) && applies ? waysTo(health.when, false, 'opportunity', scene) : []
  if (!applies) return [...ways, ...waysTo(health.when, true, 'opportunity', scene)]
  const standing = meant.map(({ rows, fact }) => ({
    rows,
    fact,
    row: rows.find(({ when }) => verdict(when, snapshot).holds),
  }))
  const rankNow = now === null ? -1 : LEVEL_RANK[now as Level]
  for (const level of ['healthy', 'at_risk', 'poor'] as const) {
    if (!wants(level) || level === now) continue
    const worse = standing.flatMap(({ row }) => (row && LEVEL_RANK[row.level] > LEVEL_RANK[level] ? [row.when] : []))
    if (LEVEL_RANK[level] < rankNow)
      ways.push(...fewest(worse.map((when) => waysTo(when, false, 'opportunity', scene))))
    else {
      const rows = standing.flatMap((one) => one.rows.filter((row) => row.level === level && row !== one.row))
      ways.push(
        ...rows.flatMap(({ when }) => (verdict(when, snapshot).holds ? [] : waysTo(when, true, 'opportunity', scene))),
      )
      // An indicator has a level once its fact is known.
      if (now === null && level === 'healthy')
        ways.push(...standing.flatMap(({ fact }) => (fact ? waysToKnow(fact, true, 'opportunity', scene) : [])))
    }
  }
  return ways
}

function waysOfNeeds(leaf: Leaf, wanted: boolean, need: string, scene: Scene): Deed[] {
  const { snapshot } = scene
  const needs = (scene.program.qualification ?? []).filter(({ name }) => need === '' || name === need)
  const now = Number(leaf.fact.read(snapshot) ?? 0)
  const isAimed = (value: FactValue) => isSo(leaf, value, snapshot) === wanted
  const up = need !== '' || needs.some((_, n) => isAimed(now + n + 1))
  const down = need !== '' || needs.some((_, n) => isAimed(now - n - 1))
  return needs.flatMap(({ met }) => {
    const { holds } = verdict(met, snapshot)
    return (holds ? down : up) ? waysTo(met, !holds, 'opportunity', scene) : []
  })
}

/** Any line may be what it takes. */
const waysOfScore = (side: SubjectKind, scene: Scene): Deed[] =>
  scene.program.scoring[side].flatMap(({ when }) => waysTo(when, !verdict(when, scene.snapshot).holds, side, scene))

/** What the place requires is filled in or taken away, or the place is left. */
function waysOfCompleteness(side: SubjectKind, scene: Scene): Deed[] {
  const { opportunity, account, vocabulary } = scene.snapshot
  const requires =
    side === 'account'
      ? vocabulary.assemblyLine?.bins.get(account?.bin ?? '')?.requires
      : vocabulary.pipelines.get(opportunity?.pipeline ?? '')?.stages.find(({ name }) => name === opportunity?.stage)
          ?.requires
  const facts = factsFor(side, vocabulary)
  const required = (requires ?? []).flatMap((name) => facts.get(name) ?? [])
  const lacking = required.filter((fact) => fact.read(scene.snapshot) === null)
  const places = scene.about(side, side === 'account' ? 'bin' : 'stage')
  const ways =
    lacking.length > 0
      ? fewest(lacking.map((fact) => waysToKnow(fact, true, side, scene)))
      : required.flatMap((fact) => waysToKnow(fact, false, side, scene))
  return [...ways, ...places]
}

const waysToKnow = (fact: Fact, known: boolean, side: SubjectKind, scene: Scene): Deed[] =>
  waysOfLeaf(
    { is: 'leaf', fact, operator: operatorNamed('missing', fact.kind), operand: { is: 'flag', flag: !known } },
    true,
    side,
    scene,
  )

/** Deeds that may make what is refused legal: what the new stage or bin requires, a status that the stage allows, a reason. */
export function waysToAllow(before: Snapshot, scene: Scene): Deed[] {
  const { opportunity, account, vocabulary } = scene.snapshot
  if (opportunity && before.opportunity) {
    const stages = vocabulary.pipelines.get(opportunity.pipeline)?.stages
    const stage = stages?.find(({ name }) => name === opportunity.stage)
    if (stage && !stage.statuses.includes(opportunity.status))
      return [...scene.about('opportunity', 'status'), ...scene.about('opportunity', 'stage')]
    const reasons = vocabulary.pipelines.get(opportunity.pipeline)?.reasons[opportunity.status]
    const { status, reason } = opportunity
    if (reason === null ? needsReason(status) : reasons && !reasons.includes(reason))
      return [...scene.about('opportunity', 'reason'), ...scene.about('opportunity', 'status')]
    const moved = before.opportunity.stage !== opportunity.stage
    const [missing] = moved ? requiredMissing(stage?.requires ?? [], scene.snapshot) : []
    const fact = factsFor('opportunity', vocabulary).get(missing ?? '')
    if (fact) return waysToKnow(fact, true, 'opportunity', scene)
  }
  if (account && before.account && before.account.bin !== account.bin) {
    const requires = vocabulary.assemblyLine?.bins.get(account.bin)?.requires ?? []
    const facts = factsFor('account', vocabulary)
    const fact = requires.map((name) => facts.get(name)).find((one) => one?.read(scene.snapshot) === null)
    if (fact) return waysToKnow(fact, true, 'account', scene)
  }
  return []
}
