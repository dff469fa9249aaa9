import type { Account, Opportunity } from '../../domain/subjects.js'
import { digest } from '../../lib/digest.js'

/**
 * The version of a record: another one as soon as any of its own facts is another. What time, rules and activities make of it
 * (health, score, findings) is no part of it, so that nobody loses a change to a reminder.
 */
export function versionOf(row: Opportunity | Account): string {
  if ('bin' in row) {
    const { id, name, owner, segment, industry, created, bin, duplicate_of, fields, bin_since } = row
    return digest({ id, name, owner, segment, industry, created, bin, duplicate_of, fields, bin_since })
  }
  const { id, account, name, pipeline, stage, status, reason, amount, currency, owner, source, origin, created } = row
  const { close_date, next_step, fields, stage_since, status_since } = row
  const first = { id, account, name, pipeline, stage, status, reason, amount, currency, owner, source, origin, created }
  return digest({ ...first, close_date, next_step, fields, stage_since, status_since })
}
