import { type Condition, type Leaf, leavesOf } from '../../conditions/tree.js'
import type { SubjectKind } from '../../domain/subjects.js'
import type { Snapshot } from '../../facts/fact.js'
import type { Program } from '../../program/program.js'
import { type Asked, homeOf } from './deeds.js'

/** All that a condition asks of a subject, through what is reckoned of it down to what people do. */
export function askedBy(condition: Condition, program: Program, snapshot: Snapshot): Asked {
  const found = new Map<string, Leaf[]>()
  const walked = new Set<Condition>()
  const walk = (one: Condition, from: SubjectKind): void => {
    if (walked.has(one)) return
    walked.add(one)
    for (const leaf of leavesOf(one)) {
      const { side, name } = homeOf(leaf.fact.name, from)
      const known = found.get(`${side} ${name}`)
      if (known) known.push(leaf)
      else found.set(`${side} ${name}`, [leaf])
      for (const under of restsOn(program, side, name)) walk(under, side)
    }
  }
  walk(condition, snapshot.kind)
  return {
    program,
    snapshot,
    present: snapshot,
    leaves: (side, name) => found.get(`${side} ${name}`) ?? [],
    asks: (side, which) => {
      for (const [key, [leaf]] of found) {
        if (!leaf || !key.startsWith(`${side} `)) continue
        if (which instanceof RegExp ? which.test(key.slice(side.length + 1)) : which(leaf.fact)) return true
      }
      return false
    },
  }
}

/** The conditions by which a fact is reckoned. */
function restsOn({ health, qualification, scoring }: Program, side: SubjectKind, name: string): Condition[] {
  const [what] = name.split('.')
  if (what === 'score') return scoring[side].map(({ when }) => when)
  if (what === 'qualification') return (qualification ?? []).map(({ met }) => met)
  if (what !== 'health' || !health) return []
  return [health.when, ...health.indicators.flatMap(({ rows }) => rows.map(({ when }) => when))]
}
