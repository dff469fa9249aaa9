import {
  type Explanation,
  explain as explainRule,
  explanationJson,
  headline,
  type Program,
  sayAsOf,
  sayInstant,
  saySubject,
  sayUntold,
  treeLines,
  underStore,
} from '../../index.js'
import { type Call, type CliCommand, printJson, printLines } from '../command.js'
import { reading, ruleNamed, subjectNamed } from '../environment.js'
import { CallError, FINE } from '../errors.js'
import { harmless, paintFor } from '../output.js'
import { wrapped } from '../tables.js'

/** Explains one rule on one subject: why, why not, since when, when next, and what would change it. */
export const explain: CliCommand = {
  usage: 'explain <rule> <subject>',
  summary: 'Explain a rule on a subject: why, why not, since when, when next, what would change it.',
  args: {
    rule: { says: 'the name of a rule or of a move' },
    subject: { says: 'an id; account:ID or opportunity:ID where both exist' },
  },
  examples: ['linewalker explain quiet OPP-0042', 'linewalker explain cold-to-working account:acme --at 2026-04-01'],
  run: (call) =>
    reading(call, async (store, program, now) => {
      const [ruleName = '', subjectName = ''] = call.args
      refuseSwapped(program, ruleName, subjectName)
      refuseByHand(program, ruleName)
      const rule = ruleNamed(program, ruleName)
      const subject = await subjectNamed(store, program, subjectName, rule.for)
      const explanation = await explainRule(store, await underStore(store, program), rule, subject, now)
      if (!explanation) throw new CallError(`There is no ${saySubject(subject)} any more.`)
      if (call.json) printJson(call, explanationJson(explanation, program))
      else tell(call, program, explanation)
      return FINE
    }),
}

/** Throws a CallError where the rule stands behind the subject. */
function refuseSwapped({ rules }: Program, first: string, second: string): void {
  const isRule = (name: string) => rules.some(({ id }) => id === name)
  if (isRule(first) || !isRule(second)) return
  throw new CallError(
    `There is no rule "${first}", but there is "${second}": the rule stands first.`,
    `Write "linewalker explain ${second} ${first}".`,
  )
}

/** Throws a CallError for a move that only people make: nothing decides it that could be explained. */
function refuseByHand({ vocabulary, rules }: Program, name: string): void {
  const line = vocabulary.assemblyLine
  if (!line || rules.some(({ id }) => id === name)) return
  const filed = [...line.bins].filter(([, { group }]) => group !== 'avoid').map(([bin]) => bin)
  for (const { from, to } of line.allowed) {
    for (const before of from === 'any' ? ['any', ...filed] : from) {
      const after = to.find((bin) => `${before}-to-${bin}` === name && bin !== before)
      if (after === undefined) continue
      if (rules.some(({ move }) => move?.to === after && move.from.includes(before))) continue
      const say = (bin: string) => line.bins.get(bin)?.label ?? 'any bin'
      throw new CallError(
        `A person makes the move from ${say(before)} to ${say(after)}: it has no "when", so that no rule decides it.`,
      )
    }
  }
}

/** Before each line of a condition: whether it holds. */
const MARGIN = 7

function tell(call: Call, program: Program, explanation: Explanation): void {
  const paint = paintFor(call.output)
  const { rule, subject, tree, witness, life, next, untold, change, coach, at } = explanation
  const say = (instant: number) => sayInstant(instant, program.vocabulary.calendar)
  const print = (...lines: string[]) => printLines(call, ...lines)
  /** A line of the data, broken where the terminal ends; what follows its date stands beneath itself. */
  const put = (line: string, hanging = 2) => print(...wrapped(harmless(line), call.output, hanging))
  print(`${paint.bold(rule.id)}  ${rule.title}`)
  if (rule.why !== null) for (const line of wrapped(rule.why, call.output)) print(paint.quiet(line))
  const named = `${saySubject(subject)}${subject.name === null ? '' : ` (${subject.name})`}`
  put(`on ${named}, as of ${sayAsOf(at, program.vocabulary.calendar)}`)
  print('')
  put(headline(explanation, program), 0)
  if (explanation.unknown !== null) put(explanation.unknown, 0)
  if (rule.mode === 'observe') print('The rule only observes: its effects are withheld.')
  print('')
  for (const { depth, holds, text } of treeLines(tree)) {
    const mark = holds ? paint.good('yes') : paint.tone('poor', 'no ')
    const lines = wrapped(`${'  '.repeat(depth)}${harmless(text)}`, { width: call.output.width - MARGIN }, 2)
    print(...lines.map((line, i) => (i === 0 ? `  ${mark}  ${line}` : `${' '.repeat(MARGIN)}${line}`)))
  }
  print(
    '',
    witness.agrees
      ? 'json-rules-engine, asked independently, agrees.'
      : paint.tone('poor', `json-rules-engine disagrees: it says ${witness.holds ? 'yes' : 'no'}. Nothing is done.`),
  )
  if (change) {
    const say = (deeds: readonly string[]) => deeds.join(', and ')
    const would = rule.is === 'event' ? 'make its condition hold' : `${change.would} it`
    print('')
    put(`What would ${would}: ${say(change.deeds)}.`)
    for (const deeds of change.others) put(`Or: ${say(deeds)}.`)
  } else if (rule.is === 'event') {
    if (!explanation.holds) print('', 'Nothing that was tried of what people do would make its condition hold.')
  } else print('', `Nothing that was tried of what people do would ${explanation.holds ? 'clear' : 'cause'} it.`)
  if (next.length > 0) {
    print('', 'What comes by itself, as the data stand:')
    for (const one of next) put(`  ${say(one.at)}  ${one.what}`, say(one.at).length + 2)
  } else if (rule.is !== 'event' && explanation.unknown === null)
    print('', 'Time alone does not change it within three years.')
  if (life.length > 0) {
    print('', 'What happened:')
    for (const one of life) {
      const [head = ''] = one.what.split('\n')
      put(`  ${say(one.at)}  ${head}`, 4)
      for (const line of one.effects) put(`      ${line}`)
    }
  }
  if (untold.length > 0) {
    print('', 'What it has not told, or not yet:')
    for (const one of untold) put(`  ${say(one.at)}  ${sayUntold(one)}`, 4)
  }
  if (coach) {
    print('')
    put(`Coaching: ${coach.title}.${coach.practice === null ? '' : ` ${coach.practice}`}`)
    for (const said of coach.says) put(`  - ${said}`)
  }
  if (rule.place !== null) print('', paint.quiet(`The rule stands in ${rule.place}.`))
}
