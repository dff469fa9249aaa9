import type { Condition } from '../conditions/tree.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import type { Path } from '../lib/problem.js'
import type { Program } from '../program/program.js'
import type { Rules } from '../program/sections/index.js'
import { KINDS } from './kinds/index.js'
import { pathOf } from './paths.js'
import { type Answer, satisfy } from './satisfy/satisfy.js'
import type { Asked, Warning } from './warning.js'
import { replayWitness } from './witness.js'

/**
 * What is probably wrong with a program that loads, in the order of the kinds. Each warning was shown by the engine on its
 * witness; what is not certain is not told. `rules` are those that the program was compiled from.
 */
export async function analyse(program: Program, rules: Rules, now: Instant): Promise<Warning[]> {
  const asked = askedOf(program, rules, now)
  const warnings: Warning[] = []
  for (const { id, find } of KINDS) {
    const told = new Set<string>()
    for (const { isSo, ...suspicion } of find(asked)) {
      // One fault may be suspected of several subjects: the first that shows it is enough.
      const name = JSON.stringify([suspicion.path, suspicion.message])
      const shown = !told.has(name) && isSo(await replayWitness(program, suspicion.witness))
      if (!shown) continue
      told.add(name)
      const witness = { about: rulesAt(suspicion.path, program, rules), ...suspicion.witness }
      const message = typeof shown === 'string' ? shown : suspicion.message
      warnings.push({ ...suspicion, witness, message, kind: id })
    }
  }
  return warnings
}

/** The rules and moves within which a path leads; none of another section. */
const rulesAt = (path: Path, program: Program, rules: Rules): string[] =>
  program.rules.filter((rule) => pathOf(rule, rules).path.every((step, i) => path[i] === step)).map((rule) => rule.id)

function askedOf(program: Program, rules: Rules, now: Instant): Asked {
  const answers: Record<SubjectKind, WeakMap<Condition, Answer>> = {
    account: new WeakMap(),
    opportunity: new WeakMap(),
  }
  return {
    program,
    rules,
    now,
    satisfy: (kind, condition) => {
      const known = answers[kind].get(condition) ?? satisfy(program, kind, condition, now)
      answers[kind].set(condition, known)
      return known
    },
  }
}
