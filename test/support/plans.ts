import { newAccount, newOpportunity } from '../../src/domain/change.js'
import type { Finding, FindingRef, Hold, Key } from '../../src/domain/findings.js'
import type { Account, Opportunity, SubjectRef } from '../../src/domain/subjects.js'
import type { FamilyRun } from '../../src/engine/family-run.js'
import { newFinding } from '../../src/engine/judge-state.js'
import type { FamilyPlan, Intent } from '../../src/engine/plan.js'
import { DAY } from '../../src/lib/civil.js'
import type { Rule } from '../../src/program/program.js'
import * as rows from '../../src/store/rows.js'
import type { Store } from '../../src/store/store.js'

export const NOW = Date.UTC(2026, 2, 15, 12)

export const account = (id: string, but: Partial<Account> = {}): Account => ({
  ...newAccount(id, 'cold', NOW - 30 * DAY),
  ...but,
})

export const opportunity = (id: string, but: Partial<Opportunity> = {}): Opportunity => ({
  ...newOpportunity(id, 'new-business', 'proposal', NOW - 30 * DAY),
  ...but,
})

/** Puts rows into a store as an intake would. */
export async function put(store: Store, accounts: readonly Account[], opportunities: readonly Opportunity[]) {
  await store.write(async (tx) => {
    for (const row of accounts) await tx.insertInto('accounts').values(rows.accounts.encode(row)).execute()
    for (const row of opportunities)
      await tx.insertInto('opportunities').values(rows.opportunities.encode(row)).execute()
  })
}

/** A plan for a family in which nothing happens. */
export const nothing = (family: SubjectRef, version = 0): FamilyPlan => ({
  family,
  version,
  intents: [],
  overruled: [],
  holds: [],
  lifted: [],
  held: [],
  renamed: [],
  findings: [],
  before: [],
  forgotten: [],
  accounts: [],
  opportunities: [],
  history: [],
  events: [],
  tasks: [],
  close_tasks: [],
  withdraw: [],
  judged: [],
  reckonings: [],
  not_permitted: [],
  broken: null,
})

export const intent = (
  of: FindingRef,
  step: string,
  effects: Intent['effects'] = [],
  but: Partial<Intent> = {},
): Intent => ({
  key: [of.rule, of.kind, of.id, of.episode, step],
  rule: of.rule,
  subject: { kind: of.kind, id: of.id },
  step,
  because: 'It went quiet.',
  effects,
  amounts: {},
  link: 1,
  caused_by: null,
  explanation: [1, 'two', null],
  withheld: null,
  planned: effects,
  ...but,
})

/** Something of a rule with this digest that waits for a change or a person. */
export const hold = (key: Key, rule_digest: string, reason: Hold['reason'], why: string): Hold => ({
  key,
  subject: { kind: key[1], id: key[2] },
  reason,
  why,
  until: null,
  at: NOW,
  rule_digest,
})

/** An open finding: the first of a rule on a subject. */
export const finding = (rule: string, subject: SubjectRef, but: Partial<Finding> = {}): Finding => ({
  ...newFinding({ id: rule, severity: 'at_risk' } as Rule, subject, 1, { program: { number: 1 } } as FamilyRun, {
    state: 'open',
    opened_at: NOW,
    explanation: [1],
  }),
  ...but,
})

export const reckoning = (subject: SubjectRef, due: number | null) => ({
  subject,
  again: false,
  due,
  score: 12.5,
  health: subject.kind === 'opportunity' ? ('poor' as const) : null,
  levels: {},
  qualification: ['budget'],
})

/** A plan that opens one finding with a task, a notice to two people and an email, and changes the stage. */
export function opening(row: Opportunity, family: SubjectRef, version = 0, rule = 'quiet'): FamilyPlan {
  const subject = { kind: 'opportunity' as const, id: row.id }
  const found = finding(rule, subject)
  const it = intent(found, 'open', [
    { kind: 'create_task', subject, assign: 'dana', title: 'Call', due: NOW + DAY, due_in: '1 day' },
    { kind: 'notify', to: ['dana', 'lee'], text: 'Look at it', urgent: false },
    { kind: 'send_email', to: ['x@example.com'], subject: 'Hello', text: 'Body' },
  ])
  const id = `${it.key.join('/')}#1`
  return {
    ...nothing(family, version),
    intents: [it],
    findings: [found],
    tasks: [
      {
        id,
        rule,
        kind: 'opportunity',
        subject: row.id,
        episode: 1,
        assignee: 'dana',
        title: 'Call',
        due: NOW + DAY,
        created_at: NOW,
        state: 'open',
        ended_at: null,
        ended_by: null,
      },
    ],
    reckonings: [reckoning(subject, NOW + DAY)],
  }
}

export const run = (but: Partial<{ now: number; program: number; approved: ReadonlySet<string> }> = {}) => ({
  now: NOW,
  program: 1,
  approved: new Set<string>(),
  ...but,
})

/** Brings a program into force whose number is 1 in a fresh store. */
export const inForce = (store: Store, digest = 'rules-1') =>
  store.bringIntoForce({ digest, rules: { quiet: 'q1' } }, { id: 'p1', command: 'apply', clock: NOW }, NOW)

export async function collect<T>(all: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const one of all) list.push(one)
  return list
}
