import { setTimeout as pause } from 'node:timers/promises'
import { importFile } from '../../src/intake/import-file.js'
import { openStore } from '../../src/store/open.js'
import { fileChunks, NOW, programOf } from './world.js'

/** Imports a file in small bites and says so after each batch; the test that started it kills it on the way. */
const [, , url, path] = process.argv
const store = await openStore(url as string)
const program = programOf(
  'sources: { crm: { opportunities: { id: id, account: account, stage: stage, amount: amount } } }',
)
async function* slowly() {
  for await (const chunk of fileChunks(path as string)) {
    for (let i = 0; i < chunk.length; i += 20_000) {
      yield chunk.subarray(i, i + 20_000)
      await pause(20)
    }
  }
}
await importFile(store, slowly(), {
  record: 'opportunities',
  sourceName: 'crm',
  program,
  now: NOW,
  onProgress: ({ rows }) => void process.stdout.write(`${rows}\n`),
})
