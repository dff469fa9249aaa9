import { analyse } from '../../src/analysis/analyse.js'
import { WORLD } from '../../src/analysis/world.js'
import { formatProblem } from '../../src/config/formats.js'
import { loadRules } from '../../src/config/load.js'
import { sayWitness } from '../../src/reports/witness-words.js'

/** A Wednesday in March 2026. */
export const NOW = Date.UTC(2026, 2, 18, 15)

/** What is said of rules over the world of the examples: each warning in one line, and the lines of its proof. */
export async function saidOf(text: string, now = NOW, world = WORLD) {
  const { program, rules, problems, locate } = loadRules([
    { path: 'world.yaml', text: world },
    { path: 'rules.yaml', text: text.trimStart() },
  ])
  if (!program || !rules) throw new Error(problems.map(formatProblem).join('\n'))
  const warnings = await analyse(program, rules, now)
  return Promise.all(
    warnings.map(async (warning) => {
      const place = formatProblem(locate(warning)).split(' ')[0]?.replace('rules.yaml:', '')
      return {
        said: `${place} ${warning.kind}: ${warning.message}`,
        hint: warning.hint,
        shown: await sayWitness(program, warning.witness),
      }
    }),
  )
}

/** Only the sentences. */
export const sentencesOf = async (text: string): Promise<string[]> => (await saidOf(text)).map(({ said }) => said)
