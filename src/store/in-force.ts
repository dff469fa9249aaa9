import type { Instant } from '../lib/instant.js'
import { digestsOfRules } from '../program/meaning.js'
import type { Program } from '../program/program.js'
import type { ProgramRow } from '../sql/tables.js'
import type { Subscriptions } from './announcements.js'
import { ProgramHeldError } from './errors.js'
import type { Asked, Session, Tx } from './session.js'
import { readSetting, writeSetting } from './settings.js'

/** The program that the store works under: its number, the digest of its compiled meaning, and since when. */
export interface InForce {
  number: number
  digest: string
  since: Instant
  /** Rule → its digest, so that the next program knows what was edited. */
  rules: Record<string, string>
  /** Rule → the digest of what its verdict rests on; empty where an earlier Linewalker brought the program. */
  bases: Record<string, string>
}

/** A process that is to work under a program: an id of its own, and the command it runs, for people. */
export interface Process {
  id: string
  command: string
  /** The wall clock now, whatever instant the process works at: what tells whether others are alive. */
  clock: Instant
}

/** What the store is told of a program that comes into force. */
export interface ProgramBrought {
  digest: string
  rules: Readonly<Record<string, string>>
  /** None where it is left out: then every verdict counts as edited. */
  bases?: Readonly<Record<string, string>>
  /** Its channels that hear of what is announced; none where it is left out. */
  subscriptions?: Subscriptions
}

/** What the store is told of this program. */
export const broughtBy = ({
  digest,
  rules,
  sections,
}: Pick<Program, 'digest' | 'rules' | 'sections'>): ProgramBrought => ({
  digest,
  ...digestsOfRules({ rules }),
  subscriptions: Object.fromEntries(
    Object.entries(sections.channels ?? {}).flatMap(([name, channel]) =>
      channel.type === 'webhook' && channel.subscribe !== undefined ? [[name, channel.subscribe]] : [],
    ),
  ),
})

/** A process counts as alive while its heartbeat is under this old. */
const ALIVE = 60_000

export const inForceOf = (session: Session) => ({
  /** All that were in force, oldest first. */
  programs: programsOf(session),
  /** The program in force; null before the first. */
  inForce: (): Promise<InForce | null> => session.ask(latest),
  /** Any program that was in force once, by its number. */
  programNumbered: (number: number): Promise<InForce | null> =>
    session.read(async (tx) => {
      const row = await tx.selectFrom('programs').selectAll().where('number', '=', number).executeTakeFirst()
      return row ? told(row) : null
    }),
  /**
   * Brings a program into force and returns its number: the same one while its meaning is the same. Throws ProgramHeldError,
   * which names both, where a living process works under another. From then on this process holds it, until `release` or
   * a minute after its last heartbeat. From then on, too, its channels hear of what they subscribed to.
   */
  bringIntoForce: (program: ProgramBrought, process: Process, now: Instant): Promise<number> =>
    session.writeAlone(async (tx) => {
      const current = await latest(tx)
      if (current?.digest === program.digest) {
        await noteBases(tx, current, program)
        await subscribe(tx, program)
        await beat(tx, process, current.number)
        return current.number
      }
      const holder = current && (await livingHolder(tx, current.number, process))
      if (current && holder) {
        throw new ProgramHeldError(program.digest, {
          number: current.number,
          digest: current.digest,
          process: holder.id,
          command: holder.command,
        })
      }
      const number = (current?.number ?? 0) + 1
      const [rules, bases] = [JSON.stringify(program.rules), JSON.stringify(program.bases ?? {})]
      await tx.insertInto('programs').values({ number, digest: program.digest, since: now, rules, bases }).execute()
      await subscribe(tx, program)
      await beat(tx, process, number)
      return number
    }),
  /** Says that the process lives. Returns false where another program came into force meanwhile: then it must end. */
  heartbeat: (process: Process, program: number): Promise<boolean> =>
    session.write(async (tx) => {
      const current = await latest(tx)
      if (current?.number !== program) return false
      await beat(tx, process, program)
      return true
    }),
  /** Gives up the process's hold on its program. */
  release: (process: Pick<Process, 'id'>): Promise<void> =>
    session.write(async (tx) => {
      await tx.deleteFrom('processes').where('id', '=', process.id).execute()
    }),
})

/** The digest of the program in force, for a transaction that rests on it; null before the first. */
export async function digestInForce(tx: Tx): Promise<string | null> {
  const newest = tx.selectFrom('programs').select('digest').orderBy('number', 'desc').limit(1)
  return (await newest.executeTakeFirst())?.digest ?? null
}

async function latest(db: Asked): Promise<InForce | null> {
  const row = await db.selectFrom('programs').selectAll().orderBy('number', 'desc').limit(1).executeTakeFirst()
  return row ? told(row) : null
}

const told = (row: ProgramRow): InForce => ({
  ...row,
  rules: JSON.parse(row.rules) as Record<string, string>,
  bases: JSON.parse(row.bases ?? '{}') as Record<string, string>,
})

/** A program that was in force stays as it was, once its bases are noted: only those that came since are read. */
function programsOf(session: Session): () => Promise<readonly InForce[]> {
  let known: readonly InForce[] = []
  const last = () => known.findLast(({ bases }) => Object.keys(bases).length > 0)?.number ?? 0
  return async () => {
    const rows = await session.ask((db) =>
      db.selectFrom('programs').selectAll().where('number', '>', last()).orderBy('number').execute(),
    )
    // Whoever asked at the same time may have been answered first.
    const fresh = rows.filter(({ number }) => number > last())
    if (fresh.length > 0) known = [...known.filter(({ number }) => number <= last()), ...fresh.map(told)]
    return known
  }
}

/** A program that an earlier Linewalker brought gets what that did not note: its digest says that it is the same. */
async function noteBases(tx: Tx, { number, bases }: InForce, brought: ProgramBrought): Promise<void> {
  if (Object.keys(bases).length > 0 || !brought.bases) return
  const noted = JSON.stringify(brought.bases)
  await tx.updateTable('programs').set({ bases: noted }).where('number', '=', number).execute()
}

async function subscribe(tx: Tx, { subscriptions = {} }: ProgramBrought): Promise<void> {
  const known = await readSetting(tx, 'subscriptions')
  if (JSON.stringify(known ?? {}) !== JSON.stringify(subscriptions))
    await writeSetting(tx, 'subscriptions', subscriptions)
}

/** A heartbeat of the future is a clock set back: it counts as alive. */
const livingHolder = (tx: Tx, program: number, { id, clock }: Process) =>
  tx
    .selectFrom('processes')
    .selectAll()
    .where('program', '=', program)
    .where('id', '<>', id)
    .where('heartbeat', '>', clock - ALIVE)
    .orderBy('heartbeat', 'desc')
    .executeTakeFirst()

async function beat(tx: Tx, { id, command, clock }: Process, program: number): Promise<void> {
  await tx
    .deleteFrom('processes')
    .where('heartbeat', '<=', clock - ALIVE)
    .execute()
  await tx
    .insertInto('processes')
    .values({ id, program, command, heartbeat: clock })
    .onConflict((c) => c.column('id').doUpdateSet({ program, command, heartbeat: clock }))
    .execute()
}
