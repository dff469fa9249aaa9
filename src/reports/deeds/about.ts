import type { SubjectKind } from '../../domain/subjects.js'
import { binDeeds } from './bins.js'
import { type Asked, type Deed, isCounted } from './deeds.js'
import { siblingDeeds, statusDeeds } from './endings.js'
import { amountDeeds, dateDeeds, fieldDeeds, ownerDeeds } from './fields.js'
import { newDeeds, stageDeeds } from './places.js'
import { planDeeds, touchDeeds } from './touches.js'

type Make = (asked: Asked, side: SubjectKind) => Deed[]

/** Facts that touches are counted by, or seen. */
export const TOUCHED =
  /^(touches|touches_in_bin|time_since_activity|time_since_owner_activity|last_activity|contacts_touched)$|^(activities|last_activity)\./
const PLANNED = /^next_activity(\.|$)/

/** What happens with an opportunity happens with its account too. */
const ofItsOpportunity =
  (make: Make): Make =>
  (asked) =>
    asked.snapshot.opportunity ? make(asked, 'opportunity') : []

/** What people do, and by which facts it is seen. Facts that no line names are fields, or nobody's doing. */
const DEEDS: readonly { facts: RegExp; of?: SubjectKind; make: Make }[] = [
  { facts: TOUCHED, make: touchDeeds },
  { facts: TOUCHED, of: 'account', make: ofItsOpportunity(touchDeeds) },
  { facts: PLANNED, make: planDeeds },
  { facts: PLANNED, of: 'account', make: ofItsOpportunity(planDeeds) },
  { facts: /^owner(\.|$)|^time_since_owner_activity$/, make: ownerDeeds },
  { facts: /^(stage|time_in_stage|setbacks|skips)$/, of: 'opportunity', make: stageDeeds },
  { facts: /^(status|time_in_status|age|reason)$/, of: 'opportunity', make: statusDeeds },
  { facts: /^(amount|amount_drop|currency)$/, of: 'opportunity', make: amountDeeds },
  { facts: /^(close_date|pushes)$/, of: 'opportunity', make: dateDeeds },
  { facts: /^(bin|group|time_in_bin|touches_in_bin)$/, of: 'account', make: binDeeds },
]

/** What changes the facts of an account that are counted from its opportunities. */
const COUNTED: readonly Make[] = [statusDeeds, siblingDeeds, newDeeds]

const OF_ROWS = /^(name|reason|next_step|source|origin|segment|industry|duplicate_of|fields\..*)$/

/** What people do that a fact is seen by; nothing of one that only time, or somebody outside, changes. */
export function deedsAbout(asked: Asked, side: SubjectKind, name: string): Deed[] {
  const made = DEEDS.filter(({ facts, of }) => facts.test(name) && (of === undefined || of === side))
  const fact = side === 'account' ? asked.program.facts.account.get(name) : undefined
  const counted = fact && isCounted(fact) ? COUNTED : []
  const fields = OF_ROWS.test(name) ? fieldDeeds(asked, side, name) : []
  return [...fields, ...[...made.map(({ make }) => make), ...counted].flatMap((make) => make(asked, side))]
}
