import type { FindingRef, HoldReason } from '../domain/findings.js'
import * as rows from './rows.js'
import type { Session } from './session.js'

/** A rule with all that is held of it. */
export interface HeldOfRule {
  rule: string
  /** Findings that a limit holds. */
  findings: FindingRef[]
  /** How many holds there are by their reason. */
  reasons: Partial<Record<HoldReason, number>>
  /** The sentence of the first hold; null where only findings are held. */
  why: string | null
}

/** What is held, grouped by rule, in the order of their names. */
export async function heldByRule(session: Session): Promise<HeldOfRule[]> {
  const [findings, holds] = await session.read(async (tx) => [
    await tx
      .selectFrom('findings')
      .select(['rule', 'kind', 'id', 'episode'])
      .where('state', '=', 'held')
      .orderBy('rule')
      .orderBy('kind')
      .orderBy('id')
      .execute(),
    (
      await tx.selectFrom('holds').selectAll().orderBy('rule').orderBy('at').orderBy('kind').orderBy('id').execute()
    ).map(rows.holds.decode),
  ])
  const held = new Map<string, HeldOfRule>()
  const of = (rule: string): HeldOfRule => {
    const known = held.get(rule) ?? { rule, findings: [], reasons: {}, why: null }
    held.set(rule, known)
    return known
  }
  for (const finding of findings) of(finding.rule).findings.push(finding)
  for (const { key, reason, why } of holds) {
    const it = of(key[0])
    it.reasons[reason] = (it.reasons[reason] ?? 0) + 1
    it.why ??= why
  }
  return [...held.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1))
}

/** How much there is of everything, for a status page; deleted subjects do not count. */
export async function counts(session: Session) {
  return session.read(async (tx) => {
    const count = async (query: { execute(): Promise<{ n: number | string | bigint }[]> }) =>
      Number((await query.execute())[0]?.n ?? 0)
    const all = (table: 'accounts' | 'opportunities') =>
      tx
        .selectFrom(table)
        .select((e) => e.fn.countAll().as('n'))
        .where('deleted_at', 'is', null)
    const some = (table: 'findings' | 'tasks' | 'letters', state: string) =>
      tx
        .selectFrom(table)
        .select((e) => e.fn.countAll().as('n'))
        .where('state', '=', state as never)
    return {
      accounts: await count(all('accounts')),
      opportunities: await count(all('opportunities')),
      openOpportunities: await count(all('opportunities').where('status', '=', 'open')),
      people: await count(tx.selectFrom('people').select((e) => e.fn.countAll().as('n'))),
      openFindings: await count(some('findings', 'open')),
      heldFindings: await count(some('findings', 'held')),
      openTasks: await count(some('tasks', 'open')),
      waitingLetters: await count(some('letters', 'waiting')),
      deadLetters: await count(some('letters', 'dead')),
      uncertainLetters: await count(some('letters', 'uncertain')),
    }
  })
}
