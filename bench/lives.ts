import type { HistoryEntry, Settable } from '../src/domain/effects.js'
import type { Life } from '../src/domain/life.js'
import type { Opportunity } from '../src/domain/subjects.js'
import type { FiledActivity } from '../src/domain/take-activity.js'
import { DAY } from '../src/lib/civil.js'
import type { Instant } from '../src/lib/instant.js'
import { numbersFrom } from '../test/support/chance.js'
import { NOW, pipeline } from './data.js'

/** When the year begins that the bench replays. */
export const YEAR_AGO = NOW - 365 * DAY

const STAGES = ['discovery', 'qualified', 'proposal', 'negotiation', 'verbal']
const KINDS = ['email', 'call', 'meeting']

/**
 * So many opportunities with a year behind them, account by account. Each begins in the months before the year or in its first
 * half, is worked on for one to five months and then won or lost, with about ten events: it moves on in its pipeline, is pushed,
 * is touched every two or three weeks. A tenth is left alone for a third of its life.
 */
export function* lives(size: number, seed = 20_251_118): Generator<Life> {
  const random = numbersFrom(seed)
  for (const { account, opportunities } of pipeline(size)) {
    const history: HistoryEntry[] = []
    const activities: FiledActivity[] = []
    const rows = opportunities.map((row): Opportunity => {
      const created = YEAR_AGO + Math.floor((random() * 350 - 100) * DAY)
      const lasts = Math.floor((30 + random() * 120) * DAY)
      const ended = created + lasts
      const isClosed = ended < NOW
      const tell = (fact: string, from: Settable, to: Settable, share: number) => {
        const at = created + Math.floor(share * lasts)
        if (at > NOW) return false
        const entry = { kind: 'opportunity', id: row.id, fact, from, to, at, learned_at: at } as const
        history.push({ ...entry, by: 'import:crm', cause: null })
        return true
      }
      const first = Math.floor(random() * 2)
      let stage = STAGES[first] as string
      for (const [i, share] of [0.3, 0.6].entries()) {
        const next = STAGES[first + i + 1] as string
        if (tell('stage', stage, next, share)) stage = next
      }
      const [hoped, closes] = [1, 1.3].map((share) => dayOf(created + share * lasts)) as [string, string]
      const isPushed = tell('close_date', hoped, closes, 0.8)
      const status = random() < 0.3 ? 'won' : 'lost'
      if (isClosed) tell('status', 'open', status, 1)
      const pause = random() < 0.1 ? 0.2 + random() * 0.4 : 2
      for (let n = 0; n < 6; n += 1) {
        const share = (n + 0.7 * random()) / 6
        const at = created + Math.floor(share * lasts)
        if (at > NOW || (share > pause && share < pause + 0.33)) continue
        activities.push({
          ...{ id: `${row.id}-${n}`, kind: KINDS[Math.floor(random() * KINDS.length)] as string, at, by: row.owner },
          ...{ opportunity: row.id, account: account.id, contact: null, called_off_at: null, learned_at: at },
          ...{ source: 'crm', by_owner_of_opportunity: 1, by_owner_of_account: 0 },
        })
      }
      return {
        ...row,
        ...{ created, seen: created, stage, stage_since: created, close_date: isPushed ? closes : hoped },
        ...{ pushes: isPushed ? 1 : 0, setbacks: 0, said_last_activity: null, activity: { kinds: {}, planned: [] } },
        ...(isClosed ? { status, status_since: ended } : { status_since: created }),
      }
    })
    history.sort((a, b) => a.at - b.at)
    activities.sort((a, b) => a.at - b.at)
    const since = YEAR_AGO - 500 * DAY
    const settled = { ...account, created: since, seen: since, bin_since: since }
    yield { family: { account: settled, opportunities: rows }, history, activities }
  }
}

const dayOf = (at: Instant): string => new Date(at).toISOString().slice(0, 10)
