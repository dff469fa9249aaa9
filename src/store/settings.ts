import type { Instant } from '../lib/instant.js'
import { StoppedError } from './errors.js'
import type { Asked, Session, Tx } from './session.js'

type Name = 'stopped' | 'last_commit_at' | 'notices_under' | 'subscriptions'

export async function readSetting(db: Asked, key: Name): Promise<unknown> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst()
  return row ? JSON.parse(row.value) : null
}

export async function writeSetting(tx: Tx, key: Name, value: unknown): Promise<void> {
  await tx
    .insertInto('settings')
    .values({ key, value: JSON.stringify(value) })
    .onConflict((c) => c.column('key').doUpdateSet((e) => ({ value: e.ref('excluded.value') })))
    .execute()
}

/** The kill switch: who stopped commits and letters, and when; null while it is off. */
export interface Stopped {
  by: string
  at: Instant
}

/** Throws where the kill switch is on. Every transaction that acts begins with it. */
export async function checkRunning(tx: Tx): Promise<void> {
  const stopped = (await readSetting(tx, 'stopped')) as Stopped | null
  if (stopped) throw new StoppedError(stopped.by, stopped.at)
}

export const killSwitch = (session: Session) => ({
  /** Stops commits and letters at once, in every process. */
  stop: (by: string, now: Instant): Promise<void> =>
    session.writeAlone((tx) => writeSetting(tx, 'stopped', { by, at: now } satisfies Stopped)),
  resume: (): Promise<void> => session.writeAlone((tx) => writeSetting(tx, 'stopped', null)),
  stopped: (): Promise<Stopped | null> => session.ask((db) => readSetting(db, 'stopped')) as Promise<Stopped | null>,
  /** The instant of the last run that was committed; null before the first. */
  lastCommitAt: (): Promise<Instant | null> =>
    session.ask((db) => readSetting(db, 'last_commit_at')) as Promise<Instant | null>,
})
