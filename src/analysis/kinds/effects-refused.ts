import { refuseMove } from '../../domain/legality.js'
import { STATUSES } from '../../domain/subjects.js'
import type { Fact } from '../../facts/fact.js'
import type { Rule } from '../../program/program.js'
import { factsIn } from '../core.js'
import { heard } from '../events.js'
import { pathOf } from '../paths.js'
import { all, valueIs } from '../satisfy/failing.js'
import type { Subject } from '../satisfy/satisfy.js'
import type { Asked, WarningKind } from '../warning.js'
import { writesOfRule } from '../writes.js'

const DAY = 86_400_000

/** A place in which a subject of the rule may stand, and why what the rule does there is refused. */
interface Stand {
  readonly subject: Subject
  readonly why: string
}

/** Every place in which the rule may find something, where it is refused in all of them; else, or where that is not certain, null. Those where it has nothing to do are left out. */
function stands(asked: Asked, rule: Rule): Stand[] | null {
  const { program } = asked
  const writes = new Map(writesOfRule(rule, program).map(({ fact, value }) => [fact, value]))
  const fact = (name: string) => program.facts[rule.for].get(name) as Fact
  const found: Stand[] = []
  const add = (place: Parameters<typeof all>, why: string | null): boolean => {
    const answer = asked.satisfy(rule.for, all(rule.when, ...place))
    if (answer.is === 'possible' && why !== null) found.push({ subject: answer.subject, why })
    // One place in which it is not refused is enough: it may do what it says.
    return answer.is !== 'unknown' && (answer.is === 'impossible' || why !== null)
  }
  const line = program.vocabulary.assemblyLine
  const bin = writes.get('bin') ?? writes.get('account.bin')
  if (line && typeof bin === 'string' && rule.is !== 'move') {
    const name = rule.for === 'account' ? 'bin' : 'account.bin'
    for (const from of line.bins.keys()) {
      const why = from === bin ? null : (refuseMove(line, from, bin)?.why ?? null)
      if (from !== bin && !add([valueIs(fact(name), [from])], why)) return null
    }
    return found
  }
  const [status, stage] = [writes.get('status'), writes.get('stage')]
  if (status === undefined && stage === undefined) return null
  for (const pipeline of program.vocabulary.pipelines.values()) {
    for (const at of pipeline.stages) {
      const here = [valueIs(fact('pipeline'), [pipeline.name]), valueIs(fact('stage'), [at.name])]
      if (asked.satisfy(rule.for, all(rule.when, ...here)).is === 'impossible') continue
      for (const now of STATUSES) {
        const to = pipeline.stages.find(({ name }) => name === stage) ?? at
        const becomes = status ?? now
        if (to === at && becomes === now) continue
        const allowed = (to.statuses as readonly unknown[]).includes(becomes)
        const why = allowed ? null : `the stage ${to.name} does not allow the status ${String(becomes)}`
        const place = [...here, valueIs(fact('status'), [now])]
        if (!add(place, why)) return null
      }
    }
  }
  return found
}

/** A rule that acts, and whose act is refused wherever it may find something. */
export const effectsRefused: WarningKind = {
  id: 'effects-refused',
  summary:
    'A rule whose effects are refused wherever it could have any: a status that the stage forbids, or a move that no line allows.',
  example: `
rules:
  close-the-old:
    for: opportunity
    when: { status: open, stage: [discovery, proposal], age: { over: 300 days } }
    then: [{ move_stage: closed }]
`,
  *find(asked) {
    const { program, rules, now } = asked
    for (const rule of program.rules) {
      if (rule.is === 'move' || rule.disabled !== null || rule.mode !== 'act' || rule.lasting) continue
      const [first] = stands(asked, rule) ?? []
      if (!first) continue
      yield {
        ...pathOf(rule, rules),
        message: `What the rule ${rule.id} does is always refused: ${decapitalised(first.why)}.`,
        hint: 'Rules may do only what people may: see "statuses" of the stages, and the moves between bins.',
        witness: { ...heard(rule, first.subject, now, program), at: now, until: now + DAY, facts: factsIn(rule.when) },
        isSo: ({ happened }) =>
          happened.some((one) => one.is === 'hold' && one.hold.reason === 'refused' && one.hold.key[0] === rule.id),
      }
    }
  },
}

const decapitalised = (text: string): string => (text.charAt(0).toLowerCase() + text.slice(1)).replace(/\.$/, '')
