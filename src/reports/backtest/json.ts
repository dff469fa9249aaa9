import { amountInUnits } from '../../domain/money.js'
import { formatInstant } from '../../lib/calendar.js'
import type { Program } from '../../program/program.js'
import type { Episode } from '../../replay/backtest.js'
import type { BacktestReport } from './backtest.js'
import type { BacktestChange } from './changes.js'

/** A backtest as `backtest --json` has it: instants ISO 8601, amounts in units; `compared` is null without other rules. */
export function backtestJson(
  { from, to, known, begins, ...report }: BacktestReport,
  changes: readonly BacktestChange[] | null,
  { vocabulary: { calendar } }: Program,
) {
  const episode = ({ rule: _, kind, id, opened, resolved, amount, ...rest }: Episode) => ({
    subject: { kind, id },
    ...rest,
    amount: amountInUnits(amount),
    opened: formatInstant(opened, calendar),
    resolved: resolved === null ? null : formatInstant(resolved, calendar),
  })
  return {
    from: formatInstant(from, calendar),
    to: formatInstant(to, calendar),
    known: formatInstant(known, calendar),
    begins: begins === null ? null : formatInstant(begins, calendar),
    ...report,
    compared:
      changes?.map(({ added, removed, ...rest }) => ({
        ...rest,
        added: added.map(episode),
        removed: removed.map(episode),
      })) ?? null,
  }
}
