import { openStore } from '../../src/store/open.js'
import { collect, NOW, opening, run } from './plans.js'

/** Commits every family of the store at the URL given, then says so; a test kills it on the way. */
const store = await openStore(process.argv[2] as string)
const states = await collect(store.due(NOW, 1))
process.stdout.write('ready\n')
const plans = states.map(({ family }) => opening(family.opportunities[0]!, { kind: 'account', id: family.account!.id }))
const report = await store.commit(plans, run())
process.stdout.write(`${JSON.stringify(report)}\n`)
await store.close()
