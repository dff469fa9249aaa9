import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { runCli } from '../../src/cli/run.js'
import { DEFAULT_CALENDAR, makeCalendar, parseInstant } from '../../src/lib/calendar.js'

/** What a call printed, and how it ended. */
export interface Ran {
  code: number
  out: string
  err: string
}

/** The instant at which every call of these tests is made, unless it says another. */
const NOW = '2026-03-16T09:00-04:00'

const fixture = join(import.meta.dirname, 'fixture')
const clock = parseInstant(NOW, makeCalendar(DEFAULT_CALENDAR)) as number

/** How many secrets were made: they differ, and are the same in every run. */
let secrets = 0

/** A folder of its own with the small company in it, as the working directory until `leave`. */
export function enterCompany(): { dir: string; leave: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'linewalker-cli-'))
  const before = process.cwd()
  cpSync(fixture, dir, { recursive: true })
  process.chdir(dir)
  return {
    dir,
    leave: () => {
      process.chdir(before)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** The company for each test, entered before it and left after; `fill` is what happens in it first. */
export const useCompany = (fill?: () => unknown): void => hang(beforeEach, afterEach, fill)

/** One company for all tests of a block, or of a file. */
export const shareCompany = (fill?: () => unknown): void => hang(beforeAll, afterAll, fill)

type Hook = (does: () => unknown) => void

function hang(before: Hook, after: Hook, fill?: () => unknown): void {
  let company: ReturnType<typeof enterCompany> | null = null
  before(async () => {
    company = enterCompany()
    await fill?.()
  })
  after(() => company?.leave())
}

export interface Looks {
  width?: number
  colours?: boolean
  env?: Record<string, string>
  /** The call is asked to end as soon as it has said this. */
  until?: string
}

/** Runs the command line in this process, as into a pipe of 120 columns. */
export async function linewalker(args: readonly string[], looks: Looks = {}): Promise<Ran> {
  const ran: Ran = { code: 0, out: '', err: '' }
  let end: (() => Promise<void>) | null = null
  const endWhenSaid = () => {
    const { until } = looks
    if (end === null || until === undefined || !(ran.out.includes(until) || ran.err.includes(until))) return
    void end()
    end = null
  }
  ran.code = await runCli(args, {
    output: {
      out: (text) => {
        ran.out += text
        endWhenSaid()
      },
      err: (text) => {
        ran.err += text
        endWhenSaid()
      },
      errIsTerminal: false,
      width: looks.width ?? 120,
      colours: looks.colours ?? false,
    },
    env: looks.env ?? {},
    clock: () => clock,
    user: 'robin',
    secret: (bytes) => createHash('sha512').update(String(++secrets)).digest().subarray(0, bytes).toString('base64url'),
    onInterrupt: (cleanup) => {
      end = cleanup
      endWhenSaid()
    },
  })
  return ran
}

/** Imports the small company's files; people stand in its rules. */
export async function importCompany(): Promise<Ran[]> {
  const ran: Ran[] = []
  for (const kind of ['accounts', 'opportunities', 'activities', 'changes']) {
    ran.push(await linewalker(['import', kind, `csv/${kind}.csv`, '--source', 'crm']))
  }
  return ran
}

/** A call with all that it printed, as a golden file holds it. */
export const transcript = (command: string, { code, out, err }: Ran): string =>
  [`$ linewalker ${command}`, out, err === '' ? '' : `--- standard error\n${err}`, `--- exit ${code}\n`]
    .filter(Boolean)
    .join('\n')
