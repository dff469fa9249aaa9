import { sql } from 'kysely'
import type { SubjectRef } from '../domain/subjects.js'
import type { LetterRow, NoticeRow } from '../sql/telling.js'
import type { Session } from './session.js'

/** A notice, and what became of the letter that gathered it, written when; null where none has. */
export type NoticeTold = NoticeRow & {
  letter_at: number | null
  letter_state: LetterRow['state'] | null
  letter_reason: string | null
}

/** All that a rule has to tell of a subject, told or not: notices and exact letters, oldest first. */
export interface Told {
  notices: NoticeTold[]
  letters: LetterRow[]
}

/** What a rule has to tell of a subject. */
export const toldOf = (session: Session, rule: string, { kind, id }: SubjectRef): Promise<Told> =>
  session.read(async (tx) => {
    const notices =
      await sql<NoticeTold>`select n.*, l.at as letter_at, l.state as letter_state, l.reason as letter_reason
      from notices as n left join letters as l on l.id = n.letter
      where n.kind = ${kind} and n.subject = ${id} and n.rule = ${rule} order by n.at, n.id`.execute(tx)
    const letters = await tx
      .selectFrom('letters')
      .selectAll()
      .where('kind', '=', kind)
      .where('subject', '=', id)
      .where('rule', '=', rule)
      .orderBy('at')
      .orderBy('id')
      .execute()
    return { notices: notices.rows, letters }
  })
