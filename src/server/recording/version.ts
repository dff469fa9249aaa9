import type { Account, Contact, Opportunity, Person } from '../../domain/subjects.js'
import { digest } from '../../lib/digest.js'

/** What has a version: all records but activities and changes. */
export type Versioned = Opportunity | Account | Contact | Person

/**
 * The version of a record: another one as soon as any of its own facts is another. What time, rules and activities make of it
 * (health, score, findings) is no part of it, so that nobody loses a change to a reminder.
 */
export function versionOf(row: Versioned): string {
  if ('bin' in row) {
    const { id, name, owner, segment, industry, created, bin, duplicate_of, fields, bin_since } = row
    return digest({ id, name, owner, segment, industry, created, bin, duplicate_of, fields, bin_since })
  }
  if ('role' in row) {
    const { id, name, email, role, manager, team, active, timezone } = row
    return digest({ id, name, email, role, manager, team, active, timezone })
  }
  if (!('stage' in row)) {
    const { id, account, name, email } = row
    return digest({ id, account, name, email })
  }
  const { id, account, name, pipeline, stage, status, reason, amount, currency, owner, source, origin, created } = row
  const { close_date, next_step, fields, stage_since, status_since } = row
  const first = { id, account, name, pipeline, stage, status, reason, amount, currency, owner, source, origin, created }
  return digest({ ...first, close_date, next_step, fields, stage_since, status_since })
}
