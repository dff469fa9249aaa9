import type { SubjectRef } from '../../domain/subjects.js'
import { peopleUnder } from '../../engine/snapshots.js'
import { grouped } from '../../lib/grouped.js'
import { inRounds, type Turn } from '../../lib/in-rounds.js'
import { StoreError } from '../../store/errors.js'
import { freeKey, keepAnswer, takeKey } from '../../store/requests.js'
import type { Tx } from '../../store/session.js'
import { readPeople } from '../../store/spending.js'
import type { Store } from '../../store/store.js'
import { answerBefore } from '../once.js'
import type { Answer, Circumstances, RequestKey } from '../operation.js'
import { Refusal } from '../problem-details.js'
import { ownersSeen } from '../sight.js'
import { type Granted, takeWishes, type Wish } from './wishes.js'

/** A wish, with the call that has it. */
export interface Recording {
  asked: Omit<Circumstances, 'ports'>
  wish: Wish
  /** What the same call made again is answered, where the first was broken off before its answer. */
  later(granted: Granted): Answer
}

/** What was granted, with the family that it touched; or the answer that the same call was given before. */
export type Recorded = { granted: Granted; family: SubjectRef | null } | { before: Answer }

export type Recorder = (recording: Recording) => Promise<Recorded>

/**
 * Records wishes, each whole or not at all, with the idempotency key of its call. Where one connection writes, those that come
 * while others are being recorded share a transaction and its statements: fifty cost little more than one. Each is answered as
 * if it had come alone, in some order; one that is not granted is a Refusal. Where many write at the same time each has a
 * transaction of its own: nobody waits for the families of another. `turn` is when a round may begin.
 */
export function openRecorder(store: Store, turn?: Turn): Recorder {
  if (!store.writesAlone) return inCompanyOfNone(store)
  return inRounds<Recording, Recorded>(async (round) => {
    const answers = new Map<Recording, Recorded | Error>()
    for (const recordings of apart(round)) {
      const given = await recordAll(store, recordings)
      for (const [i, recording] of recordings.entries()) answers.set(recording, given[i] as Recorded | Error)
    }
    return round.map((recording) => answers.get(recording) as Recorded | Error)
  }, turn).ask
}

const inCompanyOfNone =
  (store: Store): Recorder =>
  async (recording) => {
    const [answer] = await recordAll(store, [recording])
    if (answer instanceof Error) throw answer
    return answer as Recorded
  }

/** So many share a transaction: 20 ms of work, and others want to write too. */
const MOST = 64

/** In one transaction of those that wish for the same record, or bring the same key, there is one: the next sees what it left. */
function apart(round: readonly Recording[]): Recording[][] {
  const turns: { names: Set<string>; recordings: Recording[] }[] = []
  for (const recording of round) {
    const names = namesOf(recording)
    let turn = turns.find((one) => one.recordings.length < MOST && !names.some((name) => one.names.has(name)))
    if (!turn) {
      turn = { names: new Set(), recordings: [] }
      turns.push(turn)
    }
    for (const name of names) turn.names.add(name)
    turn.recordings.push(recording)
  }
  return turns.map(({ recordings }) => recordings)
}

function namesOf({ asked: { key }, wish: { said } }: Recording): string[] {
  const names = said.id === undefined ? [] : [`record ${said.record}/${said.id}`]
  return key === null ? names : [...names, `key ${key.caller}/${key.key}`]
}

/** What one of them breaks by a mistake of ours is its own affair: then each is recorded by itself. */
async function recordAll(store: Store, recordings: readonly Recording[]): Promise<(Recorded | Error)[]> {
  try {
    return await store.write((tx) => takeAll(tx, store, recordings))
  } catch (error) {
    if (error instanceof StoreError || recordings.length === 1) return recordings.map(() => error as Error)
    const answers: (Recorded | Error)[] = []
    for (const recording of recordings) answers.push(...(await recordAll(store, [recording])))
    return answers
  }
}

async function takeAll(tx: Tx, store: Store, recordings: readonly Recording[]): Promise<(Recorded | Error)[]> {
  const brought = await readPeople(tx)
  const answers = new Map<Recording, Recorded | Error>()
  for (const group of alike(recordings)) {
    const fresh: Recording[] = []
    for (const recording of group) {
      const before = await answeredBefore(tx, recording)
      if (before) answers.set(recording, before)
      else fresh.push(recording)
    }
    const [first] = fresh
    if (!first) continue
    const { caller, program } = first.asked
    const people = peopleUnder(program, brought)
    const now = Math.max(...fresh.map(({ asked }) => asked.now))
    const asking = { caller, program, store, now, people, owners: ownersSeen(caller, people) }
    const { results, families } = await takeWishes(
      tx,
      asking,
      fresh.map(({ wish }) => wish),
    )
    for (const [i, recording] of fresh.entries()) {
      const result = results[i] as Granted | Refusal
      const { key } = recording.asked
      if (key) await settleKey(tx, key, result, recording)
      answers.set(recording, result instanceof Refusal ? result : { granted: result, family: families[i] ?? null })
    }
  }
  return recordings.map((recording) => answers.get(recording) as Recorded | Error)
}

/** Those of one caller, under one program, that wish for records of one kind are taken together. */
const alike = (recordings: readonly Recording[]): Recording[][] => [
  ...grouped(recordings, ({ asked: { caller, program }, wish }) =>
    JSON.stringify([wish.said.record, caller.id, caller.sees, program.digest]),
  ).values(),
]

async function answeredBefore(
  tx: Tx,
  { asked: { key, now } }: Recording,
): Promise<{ before: Answer } | Refusal | null> {
  if (!key) return null
  try {
    const before = answerBefore(await takeKey(tx, key, now))
    return before && { before }
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

/** A call that is refused may be made again with its key. */
const settleKey = (tx: Tx, key: RequestKey, result: Granted | Refusal, { later }: Recording): Promise<void> =>
  result instanceof Refusal ? freeKey(tx, key) : keepAnswer(tx, key, JSON.stringify(later(result)))
