import { setImmediate as breathe } from 'node:timers/promises'

interface Waiting<Call, Answer> {
  call: Call
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/** Runs a piece of work when its turn comes. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>

/** Turns that are taken one after the other, in the order in which they are asked for. */
export function oneAtATime(): Turn {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
}

const atOnce: Turn = (work) => work()

/** Calls that are answered in rounds. */
export interface Rounds<Call, Answer> {
  ask(call: Call): Promise<Answer>
  /** Resolves when nobody waits for an answer. */
  idle(): Promise<void>
}

/**
 * Calls that come while others are being worked at wait, and are then worked at together. `work` answers each call of a
 * round, in order; an Error is thrown at whoever called. Where `work` itself throws, all of the round are told so. A round
 * waits for its turn, and takes all who have come by then.
 */
export function inRounds<Call, Answer>(
  work: (round: readonly Call[]) => Promise<readonly (Answer | Error)[]>,
  turn: Turn = atOnce,
): Rounds<Call, Answer> {
  let waiting: Waiting<Call, Answer>[] = []
  let working: Promise<void> | null = null

  async function goRound(): Promise<void> {
    // Whoever is at the door already comes in first.
    await breathe()
    const round = waiting
    waiting = []
    try {
      const answers = await work(round.map(({ call }) => call))
      for (const [i, { resolve, reject }] of round.entries()) {
        const answer = answers[i] as Answer | Error
        if (answer instanceof Error) reject(answer)
        else resolve(answer)
      }
    } catch (error) {
      for (const { reject } of round) reject(error)
    }
  }

  async function goOn(): Promise<void> {
    while (waiting.length > 0) await turn(goRound)
    working = null
  }

  return {
    ask: (call) =>
      new Promise<Answer>((resolve, reject) => {
        waiting.push({ call, resolve, reject })
        working ??= goOn()
      }),
    idle: async () => {
      await working
    },
  }
}
