import { inRounds } from './in-rounds.js'

/**
 * A question that many ask at the same time, put once for all who ask it in the same words. It is put after the last of them has
 * asked, so that nobody is told what was so before.
 */
export function askedTogether<Words extends (string | number)[], Answer>(
  put: (...words: Words) => Promise<Answer>,
): (...words: Words) => Promise<Answer> {
  const { ask } = inRounds<Words, Answer>(async (round) => {
    const answers = new Map<string, Promise<Answer | Error>>()
    for (const words of round) {
      const name = JSON.stringify(words)
      if (!answers.has(name))
        answers.set(
          name,
          put(...words).catch((error: Error) => error),
        )
    }
    return Promise.all(round.map((words) => answers.get(JSON.stringify(words)) as Promise<Answer | Error>))
  })
  return (...words) => ask(words)
}
