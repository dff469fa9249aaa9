import { describe, expect, test } from 'vitest'
import { analyse } from '../../src/analysis/analyse.js'
import { KINDS } from '../../src/analysis/kinds/index.js'
import type { WarningKind } from '../../src/analysis/warning.js'
import { WORLD } from '../../src/analysis/world.js'
import { formatProblem } from '../../src/config/formats.js'
import { loadRules } from '../../src/config/load.js'
import { sayWitness } from '../../src/reports/witness-words.js'

const NOW = Date.UTC(2026, 2, 18, 15)

/** The warnings of rules over the world of the examples, as `check --show` prints them. */
async function shownOf(text: string) {
  const files = [
    { path: 'rules/world.yaml', text: WORLD },
    { path: 'rules/example.yaml', text: text.trimStart() },
  ]
  const { program, rules, problems, locate } = loadRules(files)
  if (!program || !rules) throw new Error(problems.map(formatProblem).join('\n'))
  const warnings = await analyse(program, rules, NOW)
  const shown = await Promise.all(
    warnings.map(async (warning) => {
      const proof = (await sayWitness(program, warning.witness)).map((line) => `    ${line}`)
      return [formatProblem(locate(warning)), ...proof].join('\n')
    }),
  )
  return { kinds: [...new Set(warnings.map(({ kind }) => kind))], shown: shown.join('\n\n') }
}

const heading = ({ id }: WarningKind): string => `${id.charAt(0).toUpperCase()}${id.slice(1).replaceAll('-', ' ')}`

const section = (kind: WarningKind, shown: string): string =>
  [
    `## ${heading(kind)}`,
    '',
    kind.summary,
    '',
    '```yaml',
    kind.example.trim(),
    '```',
    '',
    '```text',
    shown,
    '```',
  ].join('\n')

const INTRODUCTION = `# What \`check\` warns of

Rules may load and still not mean what somebody meant. \`linewalker check\` reasons about them before they run, and warns of the
faults below. Warnings alone end with 0.

Every warning is proved before it is told: there is a subject (the *witness*) on which the engine does what the sentence says, and
\`linewalker check --show\` prints it, with what happens to it. What can neither be proved nor shown is not told: no warning does
not mean that there is no fault. What it reasons about, and where it is silent:

- *Never* means by the rules alone, and whatever other rules do: where another rule may write first, or a text may fail, nothing is
  said to end itself, to be refused or to be overruled. A limit that holds a rule, a baseline and a snooze are people's doing, and
  are not counted; nor is what was held back while its account was in a bin to avoid.
- A circle is told only if it goes on to the end of two years and nothing in it, or beside it, is counted out or outlived by then
  or later: a circle that asks for few setbacks, a young age or a date in this month ends, however late. One that goes round at
  once is told all the same, since the chain is broken off; "for ever" is said only where time does not end it.
- That a stage forbids a status makes a rule that looks for it impossible only where sources say what they bring, and none brings
  the status; nor the stage, unless no stage at all allows the status: what somebody has closed where that is allowed, a source may
  still move to where it is not. Elsewhere such records may come, and a rule that looks for them is meant so: nothing is told.
- Of whom the rules declare under \`people\`, what they say stands against every import, and what they leave open may be anything.
- How long a condition holds is known of the time in a stage, a status or a bin of which there is only one, of the age of what is
  open, and of what was created within a span, also where a level of health (\`health.age: at_risk\`) says so. Clocks of the account
  of an opportunity are not counted, unless \`account.id\` says which one it is: it may go to another account, with other clocks. Of
  dates that people move, such as the close date, nothing is told: a condition "in this month" may hold for years. Business days
  count as the fewest days that they can be: five of them are never under a week where people work from Monday to Friday. What
  leaves its place and is back before the rules look again, and clocks that a source corrects, are not counted.
- Facts are set against each other where that is certain: the stage and its pipeline, the bin and its group, touches and their
  kinds, an account and what is known of it. Clocks of different facts are not: that an opportunity is younger than the time in its
  stage is possible in imported data, so that no rule is impossible for it. But nothing is shown on such a record: what needs one
  that is longer in its stage, its status, its bin or its owner's hands than it is old is not told.
- A table of thresholds with one line of many, and no "else" (\`{ by: stage, discovery: 40 days }\`), means that one and says nothing
  of the others: no line is missing there. A hole is told where the lines name more than one, and not all that may come.
- Whom a notice reaches is judged by the people as the rules have them. Where a rule asks something of the owners themselves
  (\`owner.active: false\`) nothing is told of the owner: tomorrow it may be another one. Nor of what is said on resolving: by then
  there may be one. Where people come from a source, or none are declared, only an owner that is missing is certain. An import
  may bring an owner whom nobody has declared: such a person is active, but has no address and no manager.

With \`--db\`, the texts of every condition are also compared with what the records say: \`enterprise\`, where the data say
\`Enterprise\` (\`unknown-value\`). The records are the proof: \`--show\` counts them. Where a list names at least one
text that the data have, of the others only misspellings are told. A segment, team or person that exists is never told, even if
no opportunity has it. What the rules themselves declare is known before any record has it: the reasons of a pipeline, the
currencies with a rate, what the \`map\`, the \`else\` or the fixed \`value\` of a source yields, and what any rule writes. Of a fact
into which a rule writes a text with variables nothing is told.

The examples stand over a small company of two pipelines and two people. (This page is written by a test.)
`

describe('every kind of warning', () => {
  test('the world of the examples has no fault', async () => {
    expect(await shownOf('views: {}')).toEqual({ kinds: [], shown: '' })
  })

  test('is found in its own example, alone, with its proof; and has its section in the docs', async () => {
    const sections: string[] = []
    for (const kind of KINDS) {
      expect(kind.summary).toMatch(/^[A-Z].*\.$/)
      const { kinds, shown } = await shownOf(kind.example)
      expect(kinds, kind.id).toEqual([kind.id])
      sections.push(section(kind, shown))
    }
    await expect(`${[INTRODUCTION, ...sections].join('\n\n').replaceAll('\n\n\n', '\n\n')}\n`).toMatchFileSnapshot(
      '../../docs/analysis.md',
    )
  })
})
