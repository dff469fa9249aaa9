import { witness } from '../src/conditions/witness.js'
import type { Opportunity } from '../src/domain/subjects.js'
import { snapshotOf } from '../src/engine/snapshots.js'
import { DAY } from '../src/lib/civil.js'
import type { Program } from '../src/program/program.js'
import { carryOut } from '../src/scheduler/carry-out.js'
import { openStore } from '../src/store/open.js'
import { type Household, NOW, pipeline } from './data.js'
import type { Ground } from './ground.js'
import { atMost, type Measured, micros } from './rows.js'
import { counted, time } from './timing.js'

const TURNS = 3
/** The tables in which an apply leaves rows. */
const LEFT = ['findings', 'intents', 'tasks', 'announcements'] as const

/** (f): an apply that opens so many findings with one task each. */
export async function measureFindings(ground: Ground, size: number, program: Program): Promise<Measured> {
  const only: Program = { ...program, number: 1, rules: program.rules.filter(({ id }) => id === 'quiet') }
  const [rule] = only.rules
  if (!rule) throw new Error('The rule is missing.')
  const applies: number[] = []
  const questions: number[] = []
  const inserts: number[] = []
  const asked = Math.min(2_000, size)
  const snapshots = [...asleep(asked)].flatMap((family) =>
    family.opportunities.map(({ id }) => snapshotOf(only, new Map(), family, { kind: 'opportunity', id }, NOW)),
  )
  for (let turn = 0; turn <= TURNS; turn += 1) {
    await ground.fill(`apply-${turn}`, asleep(size))
    const store = await openStore(ground.url(`apply-${turn}`))
    await store.bringIntoForce({ digest: 'bench', rules: {} }, { id: 'bench', command: 'bench', clock: NOW }, NOW)
    applies.push(
      await time(async () => {
        const { done } = await carryOut(store, only, NOW)
        if (done.length !== size) throw new Error(`${done.length} findings opened, not ${size}.`)
      }),
    )
    await store.close()
    questions.push(
      await time(async () => {
        for (const snapshot of snapshots) await witness(rule.when, snapshot)
      }),
    )
    inserts.push(await ground.copyRows(`apply-${turn}`, `bare-${turn}`, LEFT))
  }
  const [apply, question, bare] = [counted(applies) / size, counted(questions) / asked, counted(inserts) / size]
  return {
    times: {
      'apply, of a finding with a task': micros(apply, 1),
      "json-rules-engine's question": micros(question, 1),
      'bare inserts of what it leaves': micros(bare, 1),
    },
    rows: [
      atMost(
        'f',
        `An apply that opens ${size} findings with a task each, against json-rules-engine's own question plus bare inserts of the rows it leaves (of finding, intent, task and what is announced)`,
        apply / (question + bare),
        2,
      ),
    ],
  }
}

/** A pipeline that nobody has touched for a hundred days. */
function* asleep(size: number): Generator<Household> {
  const since = NOW - 100 * DAY
  const old = (row: Opportunity): Opportunity => ({
    ...row,
    created: since,
    said_last_activity: since,
    activity: { kinds: {}, planned: [] },
    owner: row.owner ?? 'rep-1',
  })
  for (const { account, opportunities } of pipeline(size)) yield { account, opportunities: opportunities.map(old) }
}
