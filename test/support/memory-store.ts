import { type Finding, type Hold, printKey } from '../../src/domain/findings.js'
import { type Family, familyRef, type Person, type SubjectRef } from '../../src/domain/subjects.js'
import type { FamilyPlan, FamilyState } from '../../src/engine/plan.js'
import type { EngineStore, FormerProgram } from '../../src/engine/store.js'

/** The engine's port over plain maps: for questions about the engine alone. The real store is tested on real databases. */
export interface MemoryStore extends EngineStore {
  families: Map<string, FamilyState>
  /** By number. */
  inForce: Map<number, Omit<FormerProgram, 'number'>>
  put(family: Family): void
  /** Every intent that was committed, in order. */
  committed: FamilyPlan['intents'][number][]
  findings(): Finding[]
}

const nameOf = ({ kind, id }: SubjectRef) => `${kind}/${id}`

export function memoryStore(people: Person[] = []): MemoryStore {
  const families = new Map<string, FamilyState>()
  const committed: MemoryStore['committed'] = []
  const inForce: MemoryStore['inForce'] = new Map()
  return {
    families,
    inForce,
    committed,
    findings: () => [...families.values()].flatMap((state) => [...state.findings]),
    put(family) {
      const name = nameOf(familyRef(family))
      const known = families.get(name)
      families.set(name, known ? { ...known, family } : { family, findings: [], holds: [], events: [], done: [] })
    },
    async *due(now, program, which = 'due') {
      for (const [, state] of [...families].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const rows = [...(state.family.account ? [state.family.account] : []), ...state.family.opportunities]
        if (which === 'all' || rows.some((r) => r.due_program !== program || (r.due !== null && r.due <= now)))
          yield state
      }
    },
    people: async () => new Map(people.map((person) => [person.id, person])),
    programs: async () => [...inForce].map(([number, one]) => ({ number, ...one })),
    heldRules: async () => {
      const held = new Map<string, string>()
      for (const { findings, holds } of families.values()) {
        for (const f of findings) if (f.state === 'held') held.set(f.rule, inForce.get(f.program)?.rules[f.rule] ?? '')
        for (const h of holds) if (h.reason === 'over_limit') held.set(h.key[0], h.rule_digest)
      }
      return held
    },
    spent: async () => ({ effects: 0, amount: 0, opportunities: new Set<string>(), accounts: new Set<string>() }),
    sizes: async () => ({ openOpportunities: 1_000_000, accounts: 1_000_000 }),
    async commit(plans, run) {
      for (const plan of plans) {
        const state = families.get(nameOf(plan.family)) as FamilyState
        committed.push(...plan.intents)
        families.set(nameOf(plan.family), afterCommit(state, plan, run.program))
      }
      return { stale: [], committed: plans.length, already_done: [] }
    },
  }
}

function afterCommit(state: FamilyState, plan: FamilyPlan, program: number): FamilyState {
  const reckoned = new Map(plan.reckonings.map((r) => [nameOf(r.subject), r]))
  const account = plan.accounts[0] ?? state.family.account
  const rows = new Map(plan.opportunities.map((o) => [o.id, o]))
  const bump = plan.intents.length > 0 ? 1 : 0
  const findings = new Map(state.findings.map((f) => [`${f.rule}/${f.kind}/${f.id}/${f.episode}`, f]))
  for (const f of plan.forgotten) findings.delete(`${f.rule}/${f.kind}/${f.id}/${f.episode}`)
  for (const f of plan.findings) findings.set(`${f.rule}/${f.kind}/${f.id}/${f.episode}`, f)
  const holds = new Map<string, Hold>(state.holds.map((h) => [printKey(h.key), h]))
  for (const key of plan.lifted) holds.delete(printKey(key))
  for (const hold of plan.holds) holds.set(printKey(hold.key), hold)
  const reckon = <Row extends { id: string }>(kind: SubjectRef['kind'], row: Row): Row => {
    const r = reckoned.get(`${kind}/${row.id}`)
    if (!r) return row
    const more = kind === 'opportunity' ? { health: r.health, levels: r.levels, qualification: r.qualification } : {}
    return { ...row, due: r.due, due_program: program, score: r.score, ...more }
  }
  return {
    family: {
      account: account && reckon('account', { ...account, version: account.version + bump }),
      opportunities: state.family.opportunities.map((o) => reckon('opportunity', rows.get(o.id) ?? o)),
    },
    findings: [...findings.values()],
    holds: [...holds.values()],
    events: state.events.filter((e) => !plan.judged.includes(e)),
    done: [...state.done, ...plan.intents.map((i) => printKey(i.key))],
  }
}
