import {
  actsTable,
  type BacktestChange,
  type BacktestReport,
  backtestHtml,
  backtestJson,
  backtestTable,
  changesTable,
  DAY,
  headBacktest,
  markdownTable,
  type Program,
  runBacktest,
  sayBacktest,
  sayChanges,
  sayInstant,
  type Table,
  UNKNOWABLE,
  verdictsTable,
} from '../../index.js'
import { type Call, type CliCommand, printJson, printLines, textOf } from '../command.js'
import { databaseOf, instantIn, programIn, reading, ruleNamed, rulesFolderOf } from '../environment.js'
import { CallError, FINE, INTERRUPTED } from '../errors.js'
import { counted, showProgress } from '../progress.js'
import { formatTable, wrapped } from '../tables.js'
import { checkWritable, writeWhole } from '../write-whole.js'
import { rulesAt } from './backtest-base.js'

const PATIENCE = 10_000

/** Replays the stored history against the rules. */
export const backtest: CliCommand = {
  usage: 'backtest [rules...]',
  summary: 'Show what rules would have done over the stored history, and whether they were right; changes nothing.',
  args: { rules: { says: 'only these rules and moves (default: all)' } },
  options: [
    { flags: '--since <instant>', says: 'from when on (default: a year before the end)' },
    { flags: '--until <instant>', says: 'up to when (default: now)' },
    { flags: '--against <dir>', says: 'compare with the rules of another folder' },
    { flags: '--base <revision>', says: 'compare with these rules as they were in a revision of git' },
    { flags: '--markdown', says: 'print Markdown, for a comment on a pull request' },
    { flags: '--html <file>', says: 'write a page with charts' },
  ],
  examples: [
    'linewalker backtest quiet-proposal',
    'linewalker backtest --since 2026-01-01 --html backtest.html',
    'linewalker backtest --base main --markdown',
  ],
  run: (call) =>
    reading(call, async (store, program, now) => {
      const { from, to } = stretchOf(call, program, now)
      if (call.json && call.options.markdown === true) throw new CallError('Name --markdown or --json, not both.')
      const html = textOf(call.options, 'html')
      if (html !== undefined) await checkWritable(html, 'The page')
      const base = await baseOf(call)
      // A rule that a change takes out is one of the other rules only.
      const rules = [...program.rules, ...(base?.program.rules ?? [])]
      const only = call.args.map((name) => ruleNamed({ ...program, rules }, name).id)
      const ending = new AbortController()
      let finish = () => {}
      const finished = new Promise<void>((resolve) => {
        finish = resolve
      })
      const stop = () => {
        ending.abort()
        return finished
      }
      call.onInterrupt(stop, { patience: PATIENCE, says: 'What was replayed so far follows; nothing was changed.' })
      try {
        const progress = showProgress(call, 'Replaying', counted('families'))
        const { report, changes } = await runBacktest(store, program, {
          from,
          to,
          known: now,
          only,
          base: base?.program ?? null,
          database: databaseOf(call),
          signal: ending.signal,
          onProgress: progress.to,
        }).finally(progress.end)
        if (report.complete && report.families === 0)
          throw new CallError('There is nothing to replay: the database has no accounts and no opportunities.')
        if (report.families === 0 && !call.json) {
          const page = html === undefined ? '' : ', and no page is written'
          call.output.err(`Broken off before anything was replayed: there is nothing to show${page}.\n`)
          return INTERRUPTED
        }
        // Before anything is printed: a reader that has seen enough of it ends the process.
        if (html !== undefined) {
          const comparison = changes && base ? { base: base.name, changes } : null
          await writeWhole(html, await backtestHtml(report, comparison, program), 'The page')
          call.output.err(`The page is ${html}.\n`)
        }
        if (call.json) printJson(call, backtestJson(report, changes, program))
        else print(call, program, report, changes, base?.name ?? null)
        return report.complete ? FINE : INTERRUPTED
      } finally {
        finish()
      }
    }),
}

function stretchOf(call: Call, program: Program, now: number) {
  const to = instantIn(call, 'until', program) ?? now
  const from = instantIn(call, 'since', program) ?? to - 365 * DAY
  const { calendar } = program.vocabulary
  if (to > now)
    throw new CallError(`--until lies ahead of ${sayInstant(now, calendar)}: nobody knows what happens then.`)
  if (from >= to) {
    const [since, until] = [sayInstant(from, calendar), sayInstant(to, calendar)]
    throw new CallError(`--since has to lie before --until, and ${since} does not lie before ${until}.`)
  }
  return { from, to }
}

async function baseOf(call: Call): Promise<{ program: Program; name: string } | null> {
  const [against, revision] = [textOf(call.options, 'against'), textOf(call.options, 'base')]
  if (against !== undefined && revision !== undefined) throw new CallError('Name --against or --base, not both.')
  if (against !== undefined) return { program: await programIn(call, against), name: against }
  if (revision === undefined) return null
  return { program: await rulesAt(call, rulesFolderOf(call), revision), name: revision }
}

function print(
  call: Call,
  program: Program,
  report: BacktestReport,
  changes: readonly BacktestChange[] | null,
  base: string | null,
): void {
  const inMarkdown = call.options.markdown === true
  const show = inMarkdown ? markdownTable : (table: Table) => formatTable(table, call.output)
  const { calendar } = program.vocabulary
  const head = headBacktest(report, calendar)
  const broken = (text: string) => (inMarkdown ? [text] : wrapped(text, call.output, 2))
  const [heading, strong] = [
    base === null ? 'What the rules would have done' : `What changes against ${base}`,
    inMarkdown ? '### ' : '',
  ]
  printLines(call, ...(inMarkdown ? [`${strong}${heading}`, '', `${head}.`] : broken(`${heading}: ${head}.`)), '')
  if (changes) {
    printLines(
      call,
      changes.length === 0 ? 'Nothing differs: no finding, no message, no act.' : show(changesTable(changes)),
    )
    const verdicts = verdictsTable(changes)
    if (verdicts.rows.length > 0) printLines(call, '', show(verdicts))
  } else {
    const [found, acts] = [backtestTable(report), actsTable(report)]
    const tables = [found, acts].filter(({ rows }) => rows.length > 0)
    printLines(call, ...tables.flatMap((table, i) => (i === 0 ? [show(table)] : ['', show(table)])))
  }
  const sentences = changes ? sayChanges(report, changes, calendar) : sayBacktest(report)
  if (sentences.length > 0) printLines(call, '', ...sentences.flatMap((one) => broken(inMarkdown ? `- ${one}` : one)))
  if (inMarkdown) {
    const unknown = UNKNOWABLE.map((one) => `- ${one}`)
    printLines(call, '', '<details><summary>What history cannot know</summary>', '', ...unknown, '', '</details>')
  }
}
