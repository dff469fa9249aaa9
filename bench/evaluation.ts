import { quietly } from '../src/engine/quiet.js'
import { snapshotOf } from '../src/engine/snapshots.js'
import type { Program } from '../src/program/program.js'
import { openStore } from '../src/store/open.js'
import type { Store } from '../src/store/store.js'
import { nextSlice, startSurvey } from '../src/store/survey.js'
import { NOW, pipeline } from './data.js'
import type { Ground } from './ground.js'
import { type PlainFacts, plainEngine } from './plain.js'
import { atLeast, atMost, type Measured, micros } from './rows.js'
import { inTurns } from './timing.js'

const TURNS = 5

/** What an evaluation of these rules reads of each opportunity, and of its account. */
const COLUMNS = `o.id, o.due, o.due_program, o.status, o.stage, o.amount, o.amount_high, o.owner, o.owner_since, o.origin,
  o.created, o.close_date, o.next_step, o.stage_since, o.pushes, o.setbacks, o.said_last_activity, o.said_next_activity,
  o.activity, o.fields, a.id, a.segment`

/** (a) and (b): all opportunities of a database, with verdict and due, against json-rules-engine and against reading alone. */
export async function measureEvaluation(ground: Ground, size: number, program: Program): Promise<Measured> {
  await ground.fill('evaluation', pipeline(size))
  const store = await openStore(ground.url('evaluation'))
  const raw = await ground.reading(
    'evaluation',
    `select ${COLUMNS} from opportunities as o left join accounts as a on a.id = o.account`,
  )
  const { engine, factsOf } = plainEngine(program)
  const sample: PlainFacts[] = []
  for (const family of pipeline(Math.max(size / 50, 200))) {
    for (const { id } of family.opportunities) {
      sample.push(factsOf(snapshotOf(program, new Map(), family, { kind: 'opportunity', id }, NOW)))
    }
  }
  const took = await inTurns(TURNS, {
    raw: () => raw.read(),
    evaluation: () => evaluate(store, program),
    plain: async () => {
      for (const facts of sample) await engine.run(facts)
    },
  })
  await raw.close()
  await store.close()
  const [ours, theirs, reading] = [took.evaluation / size, took.plain / sample.length, took.raw / size]
  return {
    times: {
      'an evaluation': micros(took.evaluation, size),
      'json-rules-engine': micros(took.plain, sample.length),
      'reading alone': micros(took.raw, size),
    },
    rows: [
      atLeast(
        'a',
        `How many times as fast as a plain loop of json-rules-engine over facts in memory ${size} open opportunities are evaluated from the database by 30 rules, verdict and due`,
        theirs / ours,
        100,
      ),
      atMost(
        'b',
        `The cost of that evaluation against reading the same rows raw with ${ground.driver}`,
        ours / reading,
        2.5,
      ),
    ],
  }
}

/** Looks at every opportunity as a plan does: which fire, and when the others are to be looked at again. */
async function evaluate(store: Store, program: Program): Promise<{ fire: number; next: number }> {
  const run = { program, people: new Map(), now: NOW }
  let fire = 0
  let next = Number.POSITIVE_INFINITY
  for (
    let survey = startSurvey({ now: NOW, program: program.number, which: 'all' }, 'opportunity');
    survey.after !== null;
  ) {
    const slice = await store.read((tx) => nextSlice(tx, store, survey, (seen) => quietly(run, seen)))
    for (const one of slice.found) {
      if (one === null) fire += 1
      else if (one.due !== null && one.due < next) next = one.due
    }
    survey = slice.survey
  }
  return { fire, next }
}
