import type { SubjectKind } from './subjects.js'

/** The facts whose change is an event and whose past changes can be told, by the kind of subject that has them. */
export const CHANGE_FACTS_OF = {
  opportunity: ['stage', 'status', 'owner', 'amount', 'close_date'],
  account: ['bin', 'owner'],
} as const satisfies Record<SubjectKind, readonly string[]>

/** The same of either kind. */
export const CHANGE_FACTS = [...CHANGE_FACTS_OF.opportunity, 'bin'] as const
export type ChangeFact = (typeof CHANGE_FACTS)[number]

/** Is a change of the fact an event? */
export const isChangeFact = (fact: string): fact is ChangeFact => (CHANGE_FACTS as readonly string[]).includes(fact)
