import { setImmediate as breathe } from 'node:timers/promises'

interface Waiting<Call, Answer> {
  call: Call
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/** Calls that are answered in rounds. */
export interface Rounds<Call, Answer> {
  ask(call: Call): Promise<Answer>
  /** Resolves when nobody waits for an answer. */
  idle(): Promise<void>
}

/**
 * Calls that come while others are being worked at wait, and are then worked at together. `work` answers each call of a
 * round, in order; an Error is thrown at whoever called. Where `work` itself throws, all of the round are told so.
 */
export function inRounds<Call, Answer>(
  work: (round: readonly Call[]) => Promise<readonly (Answer | Error)[]>,
): Rounds<Call, Answer> {
  let waiting: Waiting<Call, Answer>[] = []
  let working: Promise<void> | null = null

  async function goRound(): Promise<void> {
    while (waiting.length > 0) {
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
    working = null
  }

  return {
    ask: (call) =>
      new Promise<Answer>((resolve, reject) => {
        waiting.push({ call, resolve, reject })
        working ??= goRound()
      }),
    idle: async () => {
      await working
    },
  }
}
