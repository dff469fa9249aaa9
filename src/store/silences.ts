import type { Acted } from '../domain/acts.js'
import { digest } from '../lib/digest.js'
import type { Instant } from '../lib/instant.js'
import { isInForce, MATCHERS, type Matchers, type Silence, sayMatchers } from '../notices/silences.js'
import { audit, type Deed, readAudit } from './audit.js'
import { StoreError } from './errors.js'
import type { Session, Tx } from './session.js'
import { lookAgain } from './waiting.js'

/** What silences match, until when and why. */
export interface SilenceAsked extends Partial<Matchers> {
  until: Instant
  comment: string
}

/** What people do with silences; each act is written down in the audit, and every notice that waits is looked at again. */
export const silencesOf = (session: Session) => ({
  /** Adds a silence; the same one twice is one. Throws where it matches everything, ends in the past or says nothing. */
  silence: async (asked: SilenceAsked, by: string, now: Instant): Promise<Silence> => {
    const silence = madeOf(asked, by, now)
    return session.writeAlone(async (tx) => {
      const known = await tx.selectFrom('silences').selectAll().where('id', '=', silence.id).executeTakeFirst()
      if (known) return decode(known)
      await tx
        .insertInto('silences')
        .values({ ...silence, ended_by: null })
        .execute()
      const { comment, until } = silence
      await audit(tx, {
        at: now,
        by,
        act: 'silence',
        of: silence.id,
        detail: { ...matchersOf(silence), comment, until },
      })
      await lookAgain(tx)
      return silence
    })
  },
  /** Ends a silence before its time. */
  endSilence: (id: string, by: string, now: Instant): Promise<Acted> =>
    session.writeAlone(async (tx) => {
      const row = await tx.selectFrom('silences').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) return 'unknown'
      if (!isInForce(decode(row), now)) return 'already'
      await tx.updateTable('silences').set({ ended_at: now, ended_by: by }).where('id', '=', id).execute()
      await audit(tx, { at: now, by, act: 'end_silence', of: id })
      await lookAgain(tx)
      return 'done'
    }),
  /** The silences that are in force, or all there ever were; the one that ends first comes first. */
  silences: (now: Instant, which: 'in_force' | 'all' = 'in_force'): Promise<Silence[]> =>
    session.read(async (tx) => {
      const all = await readSilences(tx)
      return which === 'all' ? all : all.filter((silence) => isInForce(silence, now))
    }),
  /** What people did, oldest first. */
  audit: () => readAudit(session),
  /** Writes down what a person did that is written down nowhere else. */
  note: (deed: Deed): Promise<void> => session.write((tx) => audit(tx, deed)),
})

function madeOf(asked: SilenceAsked, by: string, now: Instant): Silence {
  const { until, comment, rule = null, owner = null, team = null, account = null, severity = null } = asked
  const matchers = { rule, owner, team, account, severity }
  if (sayMatchers(matchers) === '')
    throw new StoreError('refused', `A silence names what it silences: ${MATCHERS.join(', ')}, or several of them.`)
  if (!(Number.isFinite(until) && until > now))
    throw new StoreError('refused', 'A silence ends at an instant that is still to come.')
  if (comment.trim() === '') throw new StoreError('refused', 'A silence says why: its comment is empty.')
  const id = digest({ ...matchers, until, comment, by, now }).slice(0, 8)
  return { id, ...matchers, until, comment: comment.trim(), by, at: now, ended_at: null }
}

const matchersOf = ({ rule, owner, team, account, severity }: Matchers) => ({ rule, owner, team, account, severity })

const decode = ({ ended_by: _, ...silence }: Silence & { ended_by: string | null }): Silence => silence

/** All silences, the one that ends first at the front. */
export async function readSilences(tx: Tx): Promise<Silence[]> {
  const rows = await tx.selectFrom('silences').selectAll().orderBy('until').orderBy('id').execute()
  return rows.map(decode)
}
