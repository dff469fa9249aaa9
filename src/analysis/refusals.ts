import type { Condition } from '../conditions/tree.js'
import { needsReason, refuseMove } from '../domain/legality.js'
import { STATUSES } from '../domain/subjects.js'
import type { Pipeline, Stage } from '../domain/vocabulary.js'
import type { Fact } from '../facts/fact.js'
import type { Program, Rule } from '../program/program.js'
import { all, failing, missingIs, valueIs } from './satisfy/failing.js'
import type { Asked } from './warning.js'
import { absolute, type Write } from './writes.js'

/** A place in which a subject of a rule may stand when it acts, and what becomes there of what it writes. */
export interface Stand {
  readonly when: Condition
  /** `idle`: it has nothing to change there; `taken`: for certain; `unsure`: that hangs on what is not known here. */
  readonly is: 'idle' | 'refused' | 'taken' | 'unsure'
  readonly why: string | null
  /** Of what it writes, what is left out there: the pipeline has no such stage. */
  readonly without: string | null
}

/** What must hold for a place to take somebody; or why it never does. */
type Terms = { readonly needs: readonly Need[] } | { readonly refused: string } | 'unsure'
interface Need {
  readonly holds: Condition
  readonly why: string
}

/** What the stages, or the bins, require, named as an opportunity would. */
export const requiredIn = ({ vocabulary }: Program, places: 'stages' | 'bins'): string[] =>
  places === 'stages'
    ? [...vocabulary.pipelines.values()].flatMap(({ stages }) => stages.flatMap(({ requires }) => requires))
    : [...(vocabulary.assemblyLine?.bins.values() ?? [])].flatMap(({ requires }) =>
        requires.map((name) => absolute('account', name)),
      )

/** Every place in which the rule may find something, with what becomes there of the status and the stage it writes. */
export function* standsInPipelines(asked: Asked, rule: Rule, writes: readonly Write[]): Generator<Stand> {
  const { facts, vocabulary } = asked.program
  const fact = (name: string) => facts[rule.for].get(name) as Fact
  const written = new Map(writes.map(({ fact, value }) => [fact, value]))
  for (const pipeline of vocabulary.pipelines.values()) {
    for (const at of pipeline.stages) {
      const here = all(rule.when, valueIs(fact('pipeline'), [pipeline.name]), valueIs(fact('stage'), [at.name]))
      if (asked.satisfy(rule.for, here).is === 'impossible') continue
      for (const now of STATUSES) {
        const when = all(here, valueIs(fact('status'), [now]))
        const to = pipeline.stages.find(({ name }) => name === written.get('stage'))
        const without = written.has('stage') && !to ? 'stage' : null
        const becomes = written.has('status') ? written.get('status') : now
        const isUnsure = [becomes, written.get('stage') ?? null].includes(undefined as never)
        if (asked.satisfy(rule.for, when).is === 'impossible') continue
        if (!isUnsure && (to ?? at) === at && becomes === now) yield { when, is: 'idle', why: null, without }
        else {
          const goes = { pipeline, at, to: to ?? at, status: String(becomes) }
          yield { ...judged(asked, rule, when, isUnsure ? 'unsure' : termsOf(goes, written, fact)), without }
        }
      }
    }
  }
}

/** Every bin in which the rule may find an account, with what becomes there of the move it makes. */
export function* standsInBins(asked: Asked, rule: Rule, writes: readonly Write[]): Generator<Stand> {
  const { facts, vocabulary } = asked.program
  const side = rule.for === 'account' ? '' : 'account.'
  const fact = (name: string) => facts[rule.for].get(side + name)
  const line = vocabulary.assemblyLine
  const to = writes.find((one) => one.fact === `${side}bin`)?.value
  if (!line) return
  for (const from of line.bins.keys()) {
    const when = all(rule.when, valueIs(fact('bin') as Fact, [from]))
    if (asked.satisfy(rule.for, when).is === 'impossible') continue
    if (from === to) yield { when, is: 'idle', why: null, without: null }
    else if (typeof to !== 'string') yield { when, is: 'unsure', why: null, without: null }
    else {
      const refused = refuseMove(line, from, to)
      const requires = line.bins.get(to)?.requires ?? []
      const terms = refused ? { refused: refused.why } : required(requires, `the bin ${to}`, new Map(), fact)
      yield { ...judged(asked, rule, when, terms), without: null }
    }
  }
  if (rule.for === 'opportunity') {
    const when = all(rule.when, missingIs(fact('id') as Fact, true))
    if (asked.satisfy(rule.for, when).is !== 'impossible') yield { when, is: 'idle', why: null, without: null }
  }
}

/** Of terms that certainly hold, or certainly do not, where the rule acts: what becomes of it. */
function judged(asked: Asked, rule: Rule, when: Condition, terms: Terms): Omit<Stand, 'without'> {
  if (terms === 'unsure') return { when, is: 'unsure', why: null }
  if ('refused' in terms) return { when, is: 'refused', why: terms.refused }
  const isNever = (...more: Condition[]) => asked.satisfy(rule.for, all(when, ...more)).is === 'impossible'
  const lacking = terms.needs.find(({ holds }) => isNever(holds))
  if (lacking) return { when, is: 'refused', why: lacking.why }
  const isMet = terms.needs.every(({ holds }) => isNever(failing(holds)))
  return { when, is: isMet ? 'taken' : 'unsure', why: null }
}

interface Going {
  readonly pipeline: Pipeline
  readonly at: Stage
  readonly to: Stage
  readonly status: string
}

type Written = ReadonlyMap<string, Write['value']>
type FactNamed = (name: string) => Fact | undefined

/** As people, the API and rules are judged on what they leave behind. */
function termsOf({ pipeline, at, to, status }: Going, written: Written, fact: FactNamed): Terms {
  if (!(to.statuses as readonly string[]).includes(status))
    return { refused: `the stage ${to.name} does not allow the status ${status}` }
  const back = pipeline.stages.indexOf(to) < pipeline.stages.indexOf(at)
  if (back && pipeline.backwards === 'refused')
    return { refused: `the pipeline ${pipeline.name} refuses moves back, from ${at.name} to ${to.name}` }
  const reason = reasonOf(pipeline, status, written, fact)
  const others = to === at ? { needs: [] } : required(to.requires, `the stage ${to.name}`, written, fact)
  if (reason === 'unsure' || others === 'unsure') return 'unsure'
  if ('refused' in reason) return reason
  return 'refused' in others ? others : { needs: [...reason.needs, ...others.needs] }
}

function reasonOf({ name, reasons }: Pipeline, status: string, written: Written, fact: FactNamed): Terms {
  const list = reasons[status as keyof typeof reasons]
  const isNeeded = needsReason(status)
  if (!written.has('status')) {
    if (!isNeeded && !list) return { needs: [] }
    const reason = fact('reason') as Fact
    const known = list ? valueIs(reason, list) : missingIs(reason, false)
    return { needs: [{ holds: isNeeded ? known : all(), why: `status ${status} needs a reason` }] }
  }
  const reason = written.get('reason') ?? null
  if (reason === null) return isNeeded ? { refused: `the status ${status} needs a reason` } : { needs: [] }
  if (list && !list.includes(String(reason)))
    return { refused: `"${String(reason)}" is no reason for ${status} in the pipeline ${name}` }
  return { needs: [] }
}

/** A place takes only those of whom all that it requires is known, when the rule has written what it writes. */
function required(requires: readonly string[], place: string, written: Written, factNamed: FactNamed): Terms {
  const needs: Need[] = []
  for (const name of requires) {
    const value = written.get(name)
    const why = `${place} requires ${name}`
    if (value === null) return { refused: why }
    if (written.has(name)) {
      if (value === undefined) return 'unsure'
      continue
    }
    const fact = factNamed(name)
    if (!fact) return 'unsure'
    needs.push({ holds: missingIs(fact, false), why })
  }
  return { needs }
}
