import { describe, expect, it } from 'vitest'
import type { FamilyPlan } from '../../src/engine/plan.js'
import { DAY } from '../../src/lib/civil.js'
import type { Store } from '../../src/store/store.js'
import { databases, useStore } from '../support/databases.js'
import {
  account,
  collect,
  finding,
  hold,
  inForce,
  intent,
  NOW,
  nothing,
  opening,
  opportunity,
  put,
  reckoning,
  run,
} from '../support/plans.js'

const A = { kind: 'account' as const, id: 'a' }
const O = { kind: 'opportunity' as const, id: 'o' }

describe.each(databases)('committing on $name', ({ place }) => {
  let store: Store
  const row = opportunity('o', { account: 'a', amount: 20_000_000 })
  useStore(place, async (opened) => {
    store = opened
    await put(store, [account('a')], [row])
    await inForce(store)
  })
  const state = async () => ({
    ...(await store.letters()),
    findings: await store.findings(),
    tasks: await store.tasks(),
    intents: await store.intents(),
    history: await store.history('opportunity', 'o'),
    row: await store.opportunity('o'),
  })

  it('writes all that a plan says', async () => {
    const moved = { ...row, stage: 'negotiation', stage_since: NOW, version: 77 }
    const entry = {
      ...O,
      fact: 'stage',
      from: 'proposal',
      to: 'negotiation',
      at: NOW,
      learned_at: NOW,
      by: 'rule:quiet',
      cause: 'quiet/opportunity/o/1/open',
    }
    const plan = { ...opening(row, A), opportunities: [moved], history: [entry] }
    expect(await store.commit([plan], run())).toEqual({ stale: [], committed: 1, already_done: [] })
    const after = await state()
    expect(after.row).toEqual({
      ...moved,
      version: 0,
      due: NOW + DAY,
      due_program: 1,
      score: 12.5,
      health: 'poor',
      qualification: ['budget'],
    })
    expect((await store.account('a'))?.version).toBe(1)
    expect(after.history).toEqual([entry])
    expect(after.findings).toEqual([{ ...finding('quiet', O), name: null, owner: null }])
    expect(after.tasks).toEqual(plan.tasks)
    expect(after.notices.map((n) => [n.id, n.person, n.text])).toEqual([
      ['quiet/opportunity/o/1/open#2/dana', 'dana', 'Look at it'],
      ['quiet/opportunity/o/1/open#2/lee', 'lee', 'Look at it'],
    ])
    expect(after.letters).toMatchObject([
      {
        id: 'quiet/opportunity/o/1/open#3',
        type: 'email',
        to: '["x@example.com"]',
        title: 'Hello',
        state: 'waiting',
        next_at: NOW,
      },
    ])
    expect(after.intents).toMatchObject([
      { because: 'It went quiet.', effect_count: 3, approved: 0, explanation: '[1,"two",null]' },
    ])
    expect(await store.lastCommitAt()).toBe(NOW)
  })

  it('does everything once: the same plan again is stale and changes nothing', async () => {
    const plan = opening(row, A)
    await store.commit([plan], run())
    const after = await state()
    expect(await store.commit([plan], run())).toEqual({ stale: ['account/a'], committed: 0, already_done: [] })
    expect(await state()).toEqual(after)
  })

  it('leaves out, whole, a family of which a key was carried out, and goes on with the others', async () => {
    await put(store, [account('b')], [opportunity('p', { account: 'b' })])
    await store.commit([opening(row, A)], run())
    const again: FamilyPlan = {
      ...opening(row, A, 1),
      history: [{ ...O, fact: 'name', from: null, to: 'x', at: 1, learned_at: 1, by: 'x', cause: null }],
    }
    const other = opening(opportunity('p'), { kind: 'account', id: 'b' })
    const before = await state()
    expect(await store.commit([again, other], run())).toEqual({
      stale: ['account/a'],
      committed: 1,
      already_done: [['quiet', 'opportunity', 'o', 1, 'open']],
    })
    expect(await state()).toMatchObject({ history: before.history, row: before.row })
    expect((await store.account('a'))?.version).toBe(1)
    expect((await store.account('b'))?.version).toBe(1)
  })

  it('is stale after anything that a person did to the family, and after its deletion', async () => {
    await store.commit([opening(row, A)], run())
    const next = (version: number) => ({ ...nothing(A, version), findings: [finding('big', A)] })
    await store.acknowledge({ rule: 'quiet', ...O, episode: 1 }, 'dana', NOW)
    expect((await store.commit([next(1)], run())).stale).toEqual(['account/a'])
    await store.completeTask('quiet/opportunity/o/1/open#1', 'dana', NOW)
    expect((await store.commit([next(2)], run())).stale).toEqual(['account/a'])
    await store.deleteSubject('account', 'a', 'dana', NOW)
    expect((await store.commit([next(4)], run())).stale).toEqual(['account/a'])
  })

  it('what is only reckoned makes nobody stale, and is not written over something newer', async () => {
    const reckoned = { ...nothing(A), reckonings: [reckoning(A, NOW + 5), reckoning(O, null)] }
    expect((await store.commit([reckoned], run())).committed).toBe(1)
    expect(await store.account('a')).toMatchObject({ due: NOW + 5, due_program: 1, score: 12.5, version: 0 })
    expect(await store.opportunity('o')).toMatchObject({ due: null, health: 'poor' })
    expect((await store.commit([opening(row, A)], run())).committed).toBe(1)
    expect((await store.commit([reckoned], run())).stale).toEqual(['account/a'])
    expect(await store.opportunity('o')).toMatchObject({ due: NOW + DAY })
  })

  it('writes nothing while the kill switch is on', async () => {
    await store.stop('lee', NOW)
    expect(await store.stopped()).toEqual({ by: 'lee', at: NOW })
    const before = await state()
    await expect(store.commit([opening(row, A)], run())).rejects.toThrow(/^Linewalker is stopped \(by lee\)/)
    expect(await state()).toEqual(before)
    await store.resume()
    expect((await store.commit([opening(row, A)], run())).committed).toBe(1)
  })

  it('writes nothing under a program that is not in force any more', async () => {
    await store.release({ id: 'p1' })
    await inForce(store, 'rules-2')
    await expect(store.commit([opening(row, A)], run())).rejects.toThrow(
      'Other rules came into force (program 2 instead of 1); nothing more was written.',
    )
    expect((await state()).intents).toEqual([])
  })

  it('withdraws what hangs on a finding that resolved, saying why, and nothing else', async () => {
    const state_effect = {
      kind: 'set_status' as const,
      subject: O,
      from: 'open' as const,
      to: 'lost' as const,
      reason: 'x',
    }
    const tell = [
      { kind: 'notify' as const, to: ['dana'], text: 't', urgent: true },
      { kind: 'post_message' as const, channel: 'deals', text: 'm' },
    ]
    const [quiet, big] = [finding('quiet', O), finding('big', O)]
    const intents = [
      intent(quiet, 'open', tell),
      intent(quiet, 'remind-1', tell),
      intent(big, 'open', [...tell, state_effect]),
      intent({ rule: 'called', ...O, episode: 'evt' as never }, 'open', tell),
    ]
    await store.commit([{ ...nothing(A), intents, findings: [quiet, big] }], run())
    const gone = { ...nothing(A, 1), intents: [intent(quiet, 'resolve', tell)], withdraw: [quiet, big] }
    await store.commit([gone], run())
    const { letters, notices } = await store.letters()
    const why = 'The finding was resolved before it was sent.'
    expect(letters.filter((l) => l.state === 'withdrawn').map((l) => [l.step, l.rule, l.reason])).toEqual([
      ['open', 'quiet', why],
      ['remind-1', 'quiet', why],
    ])
    expect(letters.filter((l) => l.state === 'waiting').map((l) => `${l.rule}/${l.step}`)).toEqual([
      'big/open',
      'called/open',
      'quiet/resolve',
    ])
    expect(notices.filter((n) => n.withdrawn === why).map((n) => `${n.rule}/${n.step}`)).toEqual([
      'quiet/open',
      'quiet/remind-1',
    ])
  })

  it('withdraws a gathered letter when none of its notices is left', async () => {
    const [quiet, big] = [finding('quiet', O), finding('big', O)]
    const tell = [{ kind: 'notify' as const, to: ['dana'], text: 't', urgent: true }]
    const intents = [intent(quiet, 'open', tell), intent(big, 'open', tell)]
    await store.commit([{ ...nothing(A), intents, findings: [quiet, big] }], run())
    await store.write(async (tx) => {
      const none = { rule: null, kind: null, subject: null, episode: null, step: null, channel: null, title: null }
      const waiting = { state: 'waiting' as const, attempt: 0, lease_until: null, next_at: NOW, reason: null }
      const letter = { id: 'dana/1', type: 'email' as const, to: '[]', body: '', at: NOW, withdrawable: 0 as const }
      await tx
        .insertInto('letters')
        .values({ ...none, ...waiting, ...letter })
        .execute()
      await tx.updateTable('notices').set({ letter: 'dana/1' }).execute()
    })
    await store.commit([{ ...nothing(A, 1), withdraw: [quiet] }], run())
    expect((await store.letters()).letters[0]?.state).toBe('waiting')
    await store.commit([{ ...nothing(A, 2), withdraw: [big] }], run())
    expect((await store.letters()).letters[0]?.state).toBe('withdrawn')
  })

  it('closes the tasks of a finding, but not the one that its resolution makes', async () => {
    const open = opening(row, A)
    await store.commit([open], run())
    const resolve = intent(finding('quiet', O), 'resolve')
    const task = { ...open.tasks[0]!, id: `${resolve.key.join('/')}#2`, title: 'Say thanks' }
    await store.commit(
      [{ ...nothing(A, 1), intents: [resolve], close_tasks: [finding('quiet', O)], tasks: [task] }],
      run(),
    )
    expect((await store.tasks()).map((t) => [t.title, t.state, t.ended_by])).toEqual([
      ['Call', 'closed', 'rule:quiet'],
      ['Say thanks', 'open', null],
    ])
  })

  it('forgets what was pending, lifts holds, judges events, and carries findings to a new name', async () => {
    await store.commit([opening(row, A)], run())
    const held = hold(['big', 'account', 'a', 1, 'open'], 'b1', 'over_limit', 'w')
    await store.commit(
      [{ ...nothing(A, 1), findings: [finding('soon', A, { state: 'pending' })], holds: [held] }],
      run(),
    )
    expect(await store.heldRules()).toEqual(new Map([['big', 'b1']]))
    const next = {
      ...nothing(A, 2),
      forgotten: [finding('soon', A)],
      lifted: [held.key],
      renamed: [{ from: 'quiet', to: 'silent', subject: O }],
    }
    await store.commit([next], run())
    expect((await store.findings()).map((f) => f.rule)).toEqual(['silent'])
    expect((await store.tasks()).map((t) => t.rule)).toEqual(['silent'])
    expect((await store.letters()).notices.map((n) => n.rule)).toEqual(['silent', 'silent'])
    expect(await store.holds()).toEqual([])
  })

  it('counts what limits count: not what was approved, not what was left out, an amount once', async () => {
    const stage = { kind: 'move_stage' as const, subject: O, from: 'proposal', to: 'negotiation' }
    const owner = { kind: 'assign' as const, subject: O, from: null, to: 'lee' }
    const left_out = { kind: 'left_out' as const, action: 'notify', why: 'nobody' }
    const intents = [
      intent(finding('one', O), 'open', [stage, left_out], { amounts: { o: 20_000_000 } }),
      intent(finding('two', O), 'open', [owner], { amounts: { o: 20_000_000 } }),
      intent(finding('three', A), 'open', [left_out]),
      intent(finding('four', A), 'open', [{ kind: 'notify', to: ['lee'], text: '', urgent: false }]),
    ]
    const approved = new Set(['four/account/a/1/open'])
    await store.commit([{ ...nothing(A), intents, opportunities: [row] }], run({ approved }))
    expect(await store.spent(NOW - 1)).toEqual({
      effects: 2,
      amount: 20_000_000,
      opportunities: new Set(['o']),
      accounts: new Set(),
      closed: 0,
    })
    expect(await store.spent(NOW)).toMatchObject({ effects: 0, amount: 0 })
    expect(await store.sizes()).toEqual({ openOpportunities: 1, accounts: 1 })
  })

  it('carries out thousands of families in short transactions, in their order', async () => {
    const many = Array.from({ length: 2_000 }, (_, i) => opportunity(`m${String(i).padStart(4, '0')}`))
    await put(store, [], many)
    const plans = many.map((o) => opening(o, { kind: 'opportunity', id: o.id }))
    expect(await store.commit(plans, run())).toMatchObject({ committed: 2_000, stale: [] })
    const states = await collect(store.due(NOW, 1))
    expect(states.filter((s) => s.family.account === null)).toEqual([])
    expect((await store.counts()).openFindings).toBe(2_000)
  })
})
