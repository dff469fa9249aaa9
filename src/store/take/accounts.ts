import type { Incoming, Taken } from '../../domain/incoming.js'
import { takeAccount } from '../../domain/take-account.js'
import { finish } from './finish.js'
import { readSaid } from './said.js'
import { loadAccounts, type Work } from './work.js'

export async function takeAccounts(work: Work, batch: readonly Incoming[]): Promise<Taken[]> {
  await loadAccounts(
    work,
    batch.map(({ id }) => id),
  )
  const said = await readSaid(work, 'accounts', batch)
  const taken = batch.map((incoming) => takeAccount(work, said, incoming))
  await finish(work, () => said.write())
  return taken
}
