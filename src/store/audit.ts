import type { Instant } from '../lib/instant.js'
import type { AuditRow } from '../sql/telling.js'
import { toJson } from './rows.js'
import type { Session, Tx } from './session.js'

/** Something that a person did: to what (as people write it), with what is needed to understand it later. */
export interface Deed {
  at: Instant
  by: string
  act: string
  of: string
  detail?: unknown
}

/** Writes down what a person did, in the transaction in which it is done. */
export async function audit(tx: Tx, { detail = null, ...deed }: Deed): Promise<void> {
  await tx
    .insertInto('audit')
    .values({ ...deed, detail: toJson(detail) })
    .execute()
}

/** What people did, oldest first. */
export const readAudit = (session: Session): Promise<(Omit<AuditRow, 'seq'> & { seq: number })[]> =>
  session.read((tx) => tx.selectFrom('audit').selectAll().orderBy('seq').execute())
