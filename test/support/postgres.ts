import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { account, openFolder, type ProcessOwner, programs } from './postgres-binaries.js'

/** A PostgreSQL of its own for the tests, on a socket in a folder of its own, with nothing of worth in it. */
export interface Server {
  /** Of its maintenance database, with all rights. */
  url: string
  stop(): Promise<void>
}

/** Unlike any that a developer has, so that what leans on a server's order of texts, zone or dates is found out; fast; alone. */
const SETTINGS = `
timezone = 'Asia/Kathmandu'
datestyle = 'SQL, DMY'
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 64MB
max_connections = 200
listen_addresses = ''
log_min_messages = fatal
`
const LOCALE = ['--locale-provider=icu', '--icu-locale=en-US', '--locale=C', '--encoding=UTF8']

/** The account `weak` has a password; everybody else comes in as who they say they are. */
const RIGHTS = 'local all weak scram-sha-256\nlocal all all trust\n'

/**
 * Keeps PostgreSQL as long as its own input is open, which is until whoever started it ends, in whatever way; then stops it
 * and takes its folder away. In a session of its own, so that an interrupt from the keyboard leaves it time to.
 */
const GUARD = `
"$1/postgres" -D "$2/data" -k "$2" >"$2/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$2"
`

/** Starts PostgreSQL (0.8 s); an error says why there is none to be had. */
export async function startPostgres(): Promise<Server> {
  const owner = account()
  const folder = openFolder(owner)
  try {
    const bin = programs(folder, owner)
    initialise(bin, folder, owner)
    const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', bin, folder], {
      ...owner,
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const ended = once(guard, 'exit')
    const stop = async () => {
      guard.ref()
      guard.stdin?.end()
      await ended
    }
    await ready(folder).catch(async (error) => {
      await stop()
      throw error
    })
    guard.unref()
    return { url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`, stop }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`PostgreSQL for the tests does not start: ${(error as Error).message}`, { cause: error })
  }
}

function initialise(bin: string, folder: string, owner: ProcessOwner | null): void {
  const data = join(folder, 'data')
  const how = ['--username=postgres', '--auth=trust', '--no-sync', '--no-instructions', ...LOCALE]
  execFileSync(join(bin, 'initdb'), ['-D', data, ...how], { ...owner, cwd: '/', stdio: 'pipe' })
  appendFileSync(join(data, 'postgresql.conf'), SETTINGS)
  writeFileSync(join(data, 'pg_hba.conf'), RIGHTS)
}

/** The last line of the file that it keeps about itself says so. */
async function ready(folder: string): Promise<void> {
  const file = join(folder, 'data', 'postmaster.pid')
  for (const end = performance.now() + 30_000; performance.now() < end; await pause(20)) {
    if (existsSync(file) && /^ready\s*$/m.test(readFileSync(file, 'utf8'))) return
  }
  const log = join(folder, 'log')
  throw new Error(`it is not ready after 30 seconds. ${existsSync(log) ? readFileSync(log, 'utf8') : ''}`)
}
