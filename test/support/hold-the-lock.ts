import { setTimeout as pause } from 'node:timers/promises'
import { openStore } from '../../src/store/open.js'

/** Keeps a write transaction open for the milliseconds given, in the database at the URL given. */
const store = await openStore(process.argv[2] as string)
await store.write(async (tx) => {
  await tx.updateTable('accounts').set({ name: 'held' }).execute()
  process.stdout.write('locked\n')
  await pause(Number(process.argv[3]))
})
await store.close()
