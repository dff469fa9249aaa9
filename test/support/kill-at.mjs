import Sqlite from 'better-sqlite3'
import pg from 'pg'

/**
 * Loaded before a program: kills it at the statement of that number, before the database has it or right after it was sent.
 * Without a number it counts, and says how many there were.
 */
const { KILL_AT = '0', KILL_WHEN = 'before' } = process.env
let count = 0

const kill = () => process.kill(process.pid, 'SIGKILL')
const counted = (statement) =>
  function (...args) {
    count += 1
    const isIt = count === Number(KILL_AT)
    if (isIt && KILL_WHEN === 'before') kill()
    const result = statement.apply(this, args)
    if (isIt) kill()
    return result
  }

const database = new Sqlite(':memory:')
const statements = Object.getPrototypeOf(database.prepare('select 1'))
for (const name of ['run', 'all']) statements[name] = counted(statements[name])
database.close()
pg.Client.prototype.query = counted(pg.Client.prototype.query)

process.on('exit', () => {
  if (KILL_AT === '0') process.stderr.write(`statements: ${count}\n`)
})
