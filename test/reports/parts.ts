import type { Incoming } from '../../src/domain/incoming.js'
import type { Snapshot } from '../../src/facts/fact.js'
import type { Deed } from '../../src/reports/deeds/deeds.js'
import { recordsOf } from '../../src/reports/deeds/done.js'

/** What is sent where a strict part of the deeds is done, or a part of what they send: a deed, a record or a value less. */
export function parts(deeds: readonly Deed[], snapshot: Snapshot): Incoming[][] {
  const fewer = deeds.map((deed) =>
    recordsOf(
      deeds.filter((one) => one !== deed),
      snapshot,
    ),
  )
  const records = recordsOf(deeds, snapshot)
  const withoutOne = records.map((record) => records.filter((one) => one !== record))
  const withoutValue = records.flatMap((record) => {
    if (record.record !== 'opportunities' && record.record !== 'accounts') return []
    const names = Object.keys(record.values)
    if (names.length < 2 || names.includes('account')) return []
    return names.map((name) => {
      const values = Object.fromEntries(Object.entries(record.values).filter(([one]) => one !== name))
      return records.map((one) => (one === record ? { ...record, values } : one))
    })
  })
  return [...fewer, ...withoutOne, ...withoutValue]
}
