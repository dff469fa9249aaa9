import { expect, test } from 'vitest'
import type { Store } from '../../src/store/store.js'
import { callerOf, openBench } from './support.js'

const TASK = 'no-amount/opportunity/OPP-1/1/open#1'
const TASK_PATH = `/tasks/${encodeURIComponent(TASK)}`
const FINDING_PATH = '/findings/no-amount/opportunity/OPP-1/1'

async function open() {
  const bench = await openBench()
  await bench.json('PUT', '/opportunities/OPP-1', { stage: 'discovery', owner: 'dana' })
  await bench.walk()
  return bench
}

/** Does something right before the store is asked to act, as somebody else may at that very moment. */
function meanwhile<Act extends 'completeTask' | 'reassignTask' | 'acknowledge' | 'snooze'>(
  store: Store,
  act: Act,
  happens: () => Promise<unknown>,
): void {
  const acts = store as unknown as Record<string, (...args: readonly unknown[]) => Promise<unknown>>
  const before = acts[act]!
  acts[act] = async (...args) => {
    await happens()
    return before(...args)
  }
}

test("says of a task that has ended why it cannot be completed or given away, and of one that is somebody's already", async () => {
  const { json } = await open()
  const same = await json('POST', `${TASK_PATH}/reassign`, { to: 'dana' })
  expect([same.status, same.body.detail, same.body.state]).toEqual([
    409,
    `The task "${TASK}" is with dana already.`,
    'open',
  ])
  await json('POST', `${TASK_PATH}/complete`)
  const again = await json('POST', `${TASK_PATH}/complete`)
  expect([again.status, again.body.detail, again.body.state]).toEqual([
    409,
    `The task "${TASK}" has ended already.`,
    'done',
  ])
  const given = await json('POST', `${TASK_PATH}/reassign`, { to: 'dana' })
  expect([given.status, given.body.detail, given.body.state]).toEqual([
    409,
    `The task "${TASK}" has ended: nobody is given it.`,
    'done',
  ])
})

test('a task that somebody else completes at that moment is told as it is now, and one that is gone is not there', async () => {
  const { json, store, now } = await open()
  let somebody = async () => {
    somebody = async () => undefined
    await store.completeTask(TASK, 'eve', now())
  }
  meanwhile(store, 'completeTask', () => somebody())
  const late = await json('POST', `${TASK_PATH}/complete`)
  expect([late.status, late.body.state]).toEqual([409, 'done'])
  meanwhile(store, 'reassignTask', () => store.write((tx) => tx.deleteFrom('tasks').execute()))
  const gone = await json('POST', `${TASK_PATH}/reassign`, { to: 'lee' })
  expect([gone.status, gone.body.detail]).toEqual([404, `There is no task "${TASK}".`])
})

test('a finding that resolves at that moment is told as it is now, and one that is gone is not there', async () => {
  const { json, store } = await open()
  meanwhile(store, 'acknowledge', () =>
    store.write((tx) => tx.updateTable('findings').set({ state: 'resolved' }).execute()),
  )
  const resolved = await json('POST', `${FINDING_PATH}/acknowledge`)
  expect([resolved.status, resolved.body.detail, resolved.body.state]).toEqual([
    409,
    'no-amount/opportunity/OPP-1/1 is resolved, not open.',
    'resolved',
  ])
  meanwhile(store, 'snooze', () => store.write((tx) => tx.deleteFrom('findings').execute()))
  const gone = await json('POST', `${FINDING_PATH}/snooze`, { until: 'touch', reason: 'on leave' })
  expect([gone.status, gone.body.detail]).toEqual([404, 'There is no finding "no-amount/opportunity/OPP-1/1".'])
})

test('who gives a task to somebody whose records are out of sight is told of it once more', async () => {
  const { json, as } = await open()
  as(callerOf({ id: 'dana', sees: { is: 'own', person: 'dana' } }))
  const given = await json('POST', `${TASK_PATH}/reassign`, { to: 'lee' }, { prefer: 'wait' })
  expect([given.status, given.body.task.assignee, given.headers.get('preference-applied')]).toEqual([
    200,
    'lee',
    'wait',
  ])
})
