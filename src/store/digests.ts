import type { HistoryEntry } from '../domain/effects.js'
import type { Instant } from '../lib/instant.js'
import type { Digest } from '../notices/digests.js'
import type { LetterRow } from '../sql/telling.js'
import { insertNew, remove, upsert } from './bulk.js'
import * as rows from './rows.js'
import type { Session } from './session.js'
import { checkRunning } from './settings.js'

/** A digest whose time has come: the last run that is not in the future, and whether an earlier one was missed or it is late. */
export interface DueDigest<D> {
  digest: D
  slot: Instant
  /** The run that was expected first; before `slot` where the process was down at more than one. */
  expected: Instant
}

/** What a digest said in numbers. */
export interface SentDigest<Numbers> {
  at: Instant
  numbers: Numbers
}

/** The schedules of digests: each runs once, whoever runs it, also when nobody was there at its hour. */
export const digestsIn = (session: Session) => ({
  /**
   * Takes what is declared to the schedules, and gives the digests whose time has come. A new one begins with its next run, as
   * does one that is declared anew; but a run that was due before is still made up for.
   */
  dueDigests: async <D extends Digest>(declared: readonly D[], now: Instant): Promise<DueDigest<D>[]> => {
    const known = new Map((await schedules(session)).map((row) => [row.name, row]))
    const names = new Set(declared.map(({ name }) => name))
    const gone = [...known.values()].filter(({ name }) => !names.has(name))
    const fresh = declared
      .filter(({ name, spec }) => known.get(name)?.spec !== spec)
      .map(({ name, spec, schedule }) => {
        const due = known.get(name)?.next ?? Number.POSITIVE_INFINITY
        return { name, spec, next: due <= now ? due : schedule.next(now) }
      })
    if (gone.length + fresh.length > 0) {
      await session.writeAlone(async (tx) => {
        await remove(tx, session, 'schedules', ['name'], gone)
        await upsert(tx, session, 'schedules', ['name'], fresh)
      })
    }
    for (const row of fresh) known.set(row.name, row)
    const anew = new Set(fresh.map(({ name }) => name))
    return declared.flatMap((digest) => {
      const expected = known.get(digest.name)?.next ?? Number.POSITIVE_INFINITY
      if (expected > now) return []
      // As it was declared when it was due: of the runs of another schedule none was missed.
      const last = anew.has(digest.name) ? null : digest.schedule.last(now)
      return [{ digest, expected, slot: Math.max(last ?? expected, expected) }]
    })
  },
  /** When the next digest comes; null where none is declared. */
  nextDigest: async (): Promise<Instant | null> => (await schedules(session))[0]?.next ?? null,
  /** What the last digest of this name said to a person; null before the first. */
  lastDigest: <Numbers>(name: string, person: string): Promise<SentDigest<Numbers> | null> =>
    session.read(async (tx) => {
      const row = await tx
        .selectFrom('digests')
        .select(['at', 'numbers'])
        .where('name', '=', name)
        .where('person', '=', person)
        .orderBy('slot', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row ? { at: row.at, numbers: JSON.parse(row.numbers) as Numbers } : null
    }),
  /** Writes the letters of a run, with their numbers, and when it comes again. False where another process has done it. */
  sendDigest: (
    { digest: { name, spec, schedule }, slot }: Pick<DueDigest<Digest>, 'digest' | 'slot'>,
    letters: readonly { letter: LetterRow; person: string; numbers: unknown }[],
    now: Instant,
  ): Promise<boolean> =>
    session.writeAlone(async (tx) => {
      await checkRunning(tx)
      const row = await tx.selectFrom('schedules').selectAll().where('name', '=', name).executeTakeFirst()
      if (!row || row.spec !== spec || row.next > slot) return false
      const sent = letters.map(({ person, numbers }) => ({ name, person, slot, at: now, numbers: rows.json(numbers) }))
      await insertNew(tx, session, 'digests', sent)
      await insertNew(
        tx,
        session,
        'letters',
        letters.map(({ letter }) => letter),
      )
      await tx
        .updateTable('schedules')
        .set({ next: schedule.next(now + 1) })
        .where('name', '=', name)
        .execute()
      return true
    }),
  /** Accounts that changed their bin since an instant, in the order in which it was learned. */
  movesSince: (since: Instant): Promise<HistoryEntry[]> =>
    session.read(async (tx) => {
      const found = await tx
        .selectFrom('history')
        .selectAll()
        .where('kind', '=', 'account')
        .where('fact', '=', 'bin')
        .where('at', '>', since)
        .orderBy('seq')
        .execute()
      return found.map(rows.history.decode)
    }),
})

const schedules = (session: Session) =>
  session.read((tx) => tx.selectFrom('schedules').selectAll().orderBy('next').orderBy('name').execute())
