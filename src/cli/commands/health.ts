import {
  sayCount as count,
  GROUPED_BY,
  type GroupedBy,
  groupsTable,
  type HealthReport,
  healthJson,
  levelsTable,
  type Program,
  readHealth,
  readView,
  type Snapshot,
  type Store,
  sayAsOf,
  viewJson,
  viewTable,
  worstTable,
} from '../../index.js'
import { type Call, type CliCommand, printJson, printLines, textOf } from '../command.js'
import { named, ownerOf, reading } from '../environment.js'
import { FINE } from '../errors.js'
import { LIMIT, limitOf } from '../limit.js'
import { printList } from '../lists.js'
import { paintFor } from '../output.js'
import { formatTable } from '../tables.js'

/** Shows how healthy the pipeline is, or a saved view of it. */
export const health: CliCommand = {
  usage: 'health',
  summary: 'Show how healthy the pipeline is, or a saved view of it.',
  options: [
    { flags: '--view <name>', says: 'a saved view: its rows, with what is wrong coloured' },
    { flags: '--owner <id>', says: "only one owner's" },
    { flags: '--by <group>', says: 'count by', choices: GROUPED_BY },
    LIMIT('opportunities', '10, of a view all'),
  ],
  examples: [
    'linewalker health',
    'linewalker health --by team',
    'linewalker health --view this-quarter-and-next --owner dana',
  ],
  run: (call) =>
    reading(call, async (store, program, now) => {
      const owner = await ownerOf(call, store, program)
      const keep = (snapshot: Snapshot) =>
        owner === undefined || (snapshot.opportunity ?? snapshot.account)?.owner === owner
      const name = textOf(call.options, 'view')
      return name === undefined
        ? wholePipeline(call, store, program, now, keep)
        : savedView(call, store, program, now, name, keep)
    }),
}

async function savedView(
  call: Call,
  store: Store,
  program: Program,
  now: number,
  name: string,
  keep: (s: Snapshot) => boolean,
) {
  const limit = limitOf(call, Number.POSITIVE_INFINITY)
  const view = named('view', name, program.views)
  const report = await readView(store, program, view, now, keep)
  if (call.json) {
    printJson(call, viewJson(report, program))
    return FINE
  }
  const at = sayAsOf(now, program.vocabulary.calendar)
  printLines(call, paintFor(call.output).bold(`${report.title}, as of ${at}`), '')
  printList(call, viewTable(report, view), limit, 'row', 'No row: nothing is as this view asks.')
  return FINE
}

async function wholePipeline(call: Call, store: Store, program: Program, now: number, keep: (s: Snapshot) => boolean) {
  const limit = limitOf(call, 10)
  const by = (textOf(call.options, 'by') as GroupedBy | undefined) ?? 'owner'
  if (!program.health) call.output.err('The rules have no section "health": no opportunity has one.\n')
  const report = await readHealth(store, program, now, by, keep)
  if (call.json) printJson(call, healthJson(report, program))
  else tell(call, program, report, limit)
  return FINE
}

function tell(call: Call, program: Program, report: HealthReport, limit: number): void {
  const paint = paintFor(call.output)
  const { healthy, at_risk, poor } = report.levels
  const all = healthy.count + at_risk.count + poor.count
  printLines(call, paint.bold(`Health of the pipeline, as of ${sayAsOf(report.at, program.vocabulary.calendar)}`), '')
  if (all === 0) {
    printLines(
      call,
      report.without > 0
        ? `No opportunity has a health: ${count(report.without, 'opportunity', 'opportunities')} are not what the section "health" speaks of.`
        : textOf(call.options, 'owner') === undefined
          ? 'There are no opportunities; "linewalker import opportunities" reads them.'
          : `${textOf(call.options, 'owner')} owns no opportunity.`,
    )
    return
  }
  printLines(call, formatTable(levelsTable(report), call.output), '')
  printLines(call, formatTable(groupsTable(report, program.vocabulary), call.output))
  if (report.worst.length === 0) {
    printLines(call, '', 'Nothing is wrong with any of them.')
    return
  }
  if (limit === 0) return
  printLines(call, '', formatTable(worstTable(report.worst.slice(0, limit)), call.output))
  if (report.worst.length > limit) {
    printLines(
      call,
      paint.quiet(
        `and ${report.worst.length - limit} more; --limit all shows them, --view NAME a saved view (${[...program.views.keys()].join(', ')})`,
      ),
    )
  }
}
