import { refuseOpportunity } from '../../domain/legality.js'
import type { Account, Opportunity } from '../../domain/subjects.js'
import { NOT_ASSESSED, type Snapshot } from '../../facts/fact.js'
import { requiredMissing } from '../../facts/table.js'
import type { Work } from './work.js'

/** Why what a person or the API leaves behind on an opportunity is not allowed; null where it is. */
export function refuseChange(work: Work, before: Opportunity | null, after: Opportunity): string | null {
  const { vocabulary } = work.meaning
  const stage = vocabulary.pipelines.get(after.pipeline)?.stages.find(({ name }) => name === after.stage)
  const account = work.accounts.get(after.account ?? '') ?? null
  const missing = requiredMissing(stage?.requires ?? [], snapshot(work, after, account))
  return refuseOpportunity(before, after, missing, vocabulary)
}

/** Why an account may not be in the bin into which a person or the API puts it; null where it may. */
export function refuseAccount(work: Work, before: Account | null, after: Account): string | null {
  if (before?.bin === after.bin) return null
  const line = work.meaning.vocabulary.assemblyLine
  const bin = line?.bins.get(after.bin)
  if (line && !bin) return `There is no bin ${after.bin}.`
  const missing = requiredMissing(bin?.requires ?? [], snapshot(work, null, after))
  return missing.length > 0 ? `Bin ${after.bin} requires ${missing.join(', ')}.` : null
}

/** Enough of a snapshot for what a stage or a bin may require of one row. */
const snapshot = (work: Work, opportunity: Opportunity | null, account: Account | null): Snapshot => ({
  kind: opportunity ? 'opportunity' : 'account',
  now: work.bringing.now,
  vocabulary: work.meaning.vocabulary,
  people: work.meaning.people ?? new Map(),
  account,
  opportunity,
  opportunities: opportunity ? [opportunity] : [],
  assessed: NOT_ASSESSED,
  accountAssessed: null,
})
