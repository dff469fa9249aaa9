import { nightly } from './daily.js'
import { programOf } from './program.js'

/** Nightly runs over so many opportunities by these rules, in a process of its own: it answers with what they took. */
const [rules, size] = process.argv.slice(2)
if (rules === undefined) throw new Error('It is told which rules, and over how many opportunities.')
process.send?.(await nightly(await programOf(rules), Number(size)))
