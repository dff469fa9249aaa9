import { startNights } from './daily.js'
import { programOf } from './program.js'

/** Nightly runs over so many opportunities by these rules: it says `ready` after the first of them, and once it is told to go on what the others took. */
const [rules, size, seed] = process.argv.slice(2)
if (rules === undefined)
  throw new Error('It is told which rules, over how many opportunities, and from which seed these are made.')
const nights = await startNights(await programOf(rules), Number(size), Number(seed))
process.once('message', async () => {
  process.send?.(await nights())
})
process.send?.('ready')
