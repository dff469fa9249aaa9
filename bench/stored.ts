import type { SubjectRef } from '../src/domain/subjects.js'
import { plan } from '../src/engine/run.js'
import type { Instant } from '../src/lib/instant.js'
import type { Program } from '../src/program/program.js'
import { carryOut } from '../src/scheduler/carry-out.js'
import { broughtBy } from '../src/store/in-force.js'
import { openStore } from '../src/store/open.js'
import type { Store } from '../src/store/store.js'
import { take } from '../src/store/take.js'
import { NOW, pipeline } from './data.js'
import type { Ground } from './ground.js'
import { programOf } from './program.js'
import { atMost, type Measured, milliseconds, seconds, shown } from './rows.js'
import { inTurns, median, time } from './timing.js'

const MINUTE = 60_000
const ROUNDS = 10
const SIZE = 1_000_000
/** Opportunities that change before a round, and that match the rule that is added. */
const CHANGED = 1_000

const REFERRALS = `
rules:
  referral-left-alone: { for: opportunity, when: { status: open, source: referral, time_in_stage: { over: 1 hour } } }
`

/** (c) and (d): rounds in a store of so many opportunities, beside one of a hundredth; then a rule is added. */
export async function measureStored(ground: Ground, share: number, rules: string): Promise<Measured> {
  const [size, changed] = [SIZE / share, CHANGED / share]
  const program = await programOf(rules)
  const small = await measureRounds(ground, 'small', size / 100, changed, program)
  await small.store.close()
  const large = await measureRounds(ground, 'large', size, changed, program)
  const added = await measureAddedRule(large.store, await programOf(rules, REFERRALS), NOW + 60 * MINUTE)
  await large.store.close()
  return {
    times: {
      'a full evaluation, with what it leaves on each': seconds(large.full),
      [`a round of ${changed} changed`]: milliseconds(large.round),
      'the same in a store of a hundredth': milliseconds(small.round),
      'a round of what another process changed': milliseconds(large.foreign),
      'that in a store of a hundredth': milliseconds(small.foreign),
      'the plan of those that the added rule may fire on': seconds(added.first),
      "SQL's own query": seconds(added.query),
      'the plan of those alone': seconds(added.those),
      'the rest in slices': seconds(added.rest),
    },
    rows: [
      atMost(
        'c1',
        `A round in which ${changed} of ${size} stored opportunities changed, against a full evaluation of all of them, both with what they leave on each written; the changes came through the process that makes the round, as a server's do, and taking them is not counted`,
        large.round / large.full,
        0.01,
      ),
      shown('c1-foreign', 'The same where another process brought the changes', large.foreign / large.full),
      atMost(
        'c2',
        `That round, against the same round in a store of a hundredth of the size`,
        large.round / small.round,
        1.5,
      ),
      shown('c2-foreign', 'The same where another process brought the changes', large.foreign / small.foreign),
      atMost(
        'd1',
        `After a rule was added of which ${changed} of ${size} match: the plan of those, against SQL's own query for them plus the planning of those alone`,
        added.first / (added.query + added.those),
        2,
      ),
      atMost(
        'd2',
        'All the rest given their new due in slices, against a full evaluation',
        added.rest / large.full,
        1.2,
      ),
    ],
  }
}

async function measureRounds(ground: Ground, name: string, size: number, changed: number, rules: Program) {
  await ground.fill(name, pipeline(size))
  const store = await openStore(ground.url(name))
  const another = await openStore(ground.url(name))
  const program = await inForce(store, rules, NOW)
  const full = await time(() => carryOut(store, program, NOW))
  await ground.rest(name)
  const [rounds, foreign]: [number[], number[]] = [[], []]
  for (let round = 0; round <= 2 * ROUNDS; round += 1) {
    const now = NOW + (round + 1) * MINUTE
    const isForeign = round % 2 === 1
    const source = round === 2 * ROUNDS ? 'referral' : null
    await change(isForeign ? another : store, program, now, { ids: idsAllOver(size, changed, round), source })
    const took = await time(() => carryOut(store, program, now))
    if (round > 0) (isForeign ? foreign : rounds).push(took)
  }
  await another.close()
  return { store, full, round: median(rounds), foreign: median(foreign) }
}

/** Takes what an import would say of some opportunities: that they were touched, and where they are from. */
async function change(
  store: Store,
  { vocabulary, wakes, digest }: Program,
  now: Instant,
  { ids, source }: { ids: readonly string[]; source: string | null },
): Promise<void> {
  const values = { last_activity: now - MINUTE, ...(source === null ? {} : { source }) }
  const batch = ids.map((id, line) => ({ record: 'opportunities' as const, id, line, values }))
  const bringing = { source: 'crm', as: 'history', by: 'import:crm', now } as const
  const taken = await store.write((tx) => take(tx, store, batch, bringing, { vocabulary, wakes, digest }))
  if (taken.some(({ outcome }) => outcome !== 'changed')) throw new Error('Not all of them changed.')
}

async function inForce(store: Store, program: Program, now: Instant): Promise<Program> {
  const process = { id: `bench-${now}`, command: 'bench', clock: now }
  const number = await store.bringIntoForce(broughtBy(program), process, now)
  await store.release(process)
  return { ...program, number }
}

/** Opportunities all over a store of so many, others in each round. */
const idsAllOver = (size: number, changed: number, round: number): string[] =>
  Array.from({ length: changed }, (_, i) => {
    const n = Math.floor((i * size) / changed + round) % size
    return `opportunity-${String(n).padStart(8, '0')}`
  })

async function measureAddedRule(store: Store, rules: Program, now: Instant) {
  const program = await inForce(store, rules, now)
  const rule = program.rules.find(({ id }) => id === 'referral-left-alone')
  if (!rule) throw new Error('The added rule is missing.')
  const { vocabulary } = program
  const ask = () => store.idsWhere({ subject: 'opportunity', when: rule.when, now, vocabulary, people: new Map() })
  const planThose = (families: readonly SubjectRef[]) => plan(store, program, now, { among: families })
  const found = await store.familiesOf(await ask())
  const { query, those, first } = await inTurns(3, {
    query: ask,
    those: () => planThose(found),
    first: async () => planThose(await store.familiesOf(await ask())),
  })
  const rest = await time(() => carryOut(store, program, now))
  return { query, those, first, rest }
}
