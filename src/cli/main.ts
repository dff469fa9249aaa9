#!/usr/bin/env node
import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { userInfo } from 'node:os'
import { INTERRUPTED, TERMINATED } from './errors.js'
import { outputOf } from './output.js'
import { runCli } from './run.js'

/** A reader that closed its end has seen enough: that is no failure. Any other is told where it can be. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE')
    writeSync(2, `What was to be printed cannot be written (${error.code}); it is not whole.\n`)
  process.exit(error.code === 'EPIPE' ? 0 : 2)
})
process.stderr.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2))

const { stdout, stderr, env } = process

const output = outputOf(stdout, stderr, env)

const cleanups: (() => Promise<void>)[] = []
let patience = 2_000
let says = 'What was committed stands, nothing is half-written; the same command goes on from there.'

const interrupt = (code: number) => () => {
  // A second signal ends it at once; what was committed stands, and a transaction is either whole or not there.
  process.once('SIGINT', () => process.exit(code))
  output.err(`\nInterrupted. ${says}\n`)
  const tooLong = new Promise((resolve) => setTimeout(resolve, patience))
  const cleaned = Promise.allSettled(cleanups.map((cleanup) => cleanup()))
  void Promise.race([cleaned, tooLong]).then(() => process.exit(code))
}

process.once('SIGINT', interrupt(INTERRUPTED))
process.once('SIGTERM', interrupt(TERMINATED))

const userName = (): string => {
  try {
    return userInfo().username
  } catch {
    return 'somebody'
  }
}

process.exitCode = await runCli(process.argv.slice(2), {
  output,
  env,
  clock: () => Date.now(),
  user: env.LINEWALKER_USER || userName(),
  secret: (bytes) => randomBytes(bytes).toString('base64url'),
  onInterrupt: (cleanup, manner = {}) => {
    cleanups.push(cleanup)
    patience = Math.max(patience, manner.patience ?? 0)
    says = manner.says ?? says
  },
})
