import type { Incoming, Taken } from '../../domain/incoming.js'
import { takeOpportunity } from '../../domain/take-opportunity.js'
import { finish } from './finish.js'
import { readSaid } from './said.js'
import { loadAccounts, loadOpportunities, type Work } from './work.js'

export async function takeOpportunities(work: Work, batch: readonly Incoming[]): Promise<Taken[]> {
  await loadOpportunities(
    work,
    batch.map(({ id }) => id),
  )
  await loadAccounts(
    work,
    batch.flatMap(({ values }) => (typeof values.account === 'string' ? values.account : [])),
  )
  const said = await readSaid(work, 'opportunities', batch)
  const taken = batch.map((incoming) => takeOpportunity(work, said, incoming))
  await finish(work, () => said.write())
  return taken
}
