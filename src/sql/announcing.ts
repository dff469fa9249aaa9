import type { Generated } from 'kysely'
import type { SubjectKind } from '../domain/subjects.js'

/** What a webhook channel may subscribe to. */
export type Topic = 'opened' | 'resolved' | 'moves' | 'status'

/** The types of what is announced, as CloudEvents call them, and the topic that each belongs to. */
export const TOPIC_OF = {
  'linewalker.finding.opened': 'opened',
  'linewalker.finding.resolved': 'resolved',
  'linewalker.account.moved': 'moves',
  'linewalker.opportunity.moved': 'moves',
  'linewalker.opportunity.status_changed': 'status',
} as const satisfies Record<string, Topic>

export type AnnouncementType = keyof typeof TOPIC_OF

/** Something that happened, for whoever listens. Read it in the order of `tx`, then `seq`. */
export interface AnnouncementRow {
  seq: Generated<number>
  /** The number of the transaction that wrote it; 0 where transactions take turns. */
  tx: number
  id: string
  type: AnnouncementType
  kind: SubjectKind
  subject: string
  /** When it happened, and when it was written. */
  at: number
  learned_at: number
  /** JSON. */
  data: string
}

/** The step of a letter that carries an announcement. */
export const ANNOUNCED = 'announced'
