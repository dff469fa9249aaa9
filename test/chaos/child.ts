import { openHttpGuard } from '../../src/lib/http-guard.js'
import { openLoop } from '../../src/scheduler/open.js'
import { openStore } from '../../src/store/open.js'
import { chaosProgram, LETTERS } from './world.js'

/** The process that is killed: a loop on the store at the URL given. It ends by itself when its input does. */
const store = await openStore(process.argv[2] as string)
const http = openHttpGuard()
const loop = await openLoop({
  store,
  program: chaosProgram(),
  process: { id: `child ${process.pid}`, command: 'loop' },
  clock: () => Date.now(),
  http,
  env: process.env,
  outbox: '/nowhere',
  tell: (event) => {
    if (event.is === 'failed') process.stderr.write(`${event.what}: ${(event.error as Error).stack}\n`)
  },
  rules: null,
  letters: LETTERS,
  longest: 50,
  shortest: 1,
})
process.stdout.write('ready\n')
process.stdin.resume()
process.stdin.once('end', () => void loop.stop())
const why = await loop.ended
await http.close()
await store.close()
process.exit(why === 'asked' ? 0 : 1)
