import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { record } from '../../src/app.js'
import { loadRules } from '../../src/config/load.js'
import type { Said } from '../../src/intake/record.js'
import { formatInstant } from '../../src/lib/calendar.js'
import { openHttpGuard } from '../../src/lib/http-guard.js'
import type { Instant } from '../../src/lib/instant.js'
import type { Program } from '../../src/program/program.js'
import { goRound } from '../../src/scheduler/open.js'
import { StoreError } from '../../src/store/errors.js'
import { openStore } from '../../src/store/open.js'
import type { Place } from '../support/databases.js'

/** A letter as it lies in the outbox. */
export interface Mailed {
  to: string
  subject: string
  text: string
  html: string
}

/** The program of a text of rules. */
export function programOf(text: string): Program {
  const { program, problems } = loadRules([{ path: 'rules.yaml', text }])
  if (!program) throw new Error(problems.map((p) => `${p.place.line}: ${p.message}`).join('\n'))
  return program
}

/** A real store and the stations of the loop on a clock that is set by hand: it goes from instant to instant, as the loop does. */
export async function virtualTime(place: () => Place, program: Program) {
  const at = place()
  const store = await openStore(at.url, { create: true })
  const http = openHttpGuard()
  const outbox = mkdtempSync(join(tmpdir(), 'linewalker-outbox-'))
  const { calendar } = program.vocabulary
  let now: Instant = Number.NaN
  const say = (instant: Instant) => formatInstant(instant, calendar).slice(0, 16).replace('T', ' ')
  /** Everything that was sent so far, by whom it went to and when, in the order of time. */
  const sent: (Mailed & { at: Instant })[] = []
  const read = new Set<string>()

  async function round(): Promise<void> {
    await goRound({
      store,
      program,
      process: { id: 'me', command: 'loop' },
      clock: () => now,
      http,
      env: {},
      outbox,
      rules: null,
      tell: (event) => {
        if (event.is === 'failed') throw event.error
      },
    }).catch((error: unknown) => {
      // Where the clock was set back the loop waits until it has caught up.
      if (!(error instanceof StoreError) || error.problem !== 'too_early') throw error
    })
    const fresh: (Mailed & { at: Instant })[] = []
    for (const file of readdirSync(outbox).filter((name) => !read.has(name))) {
      read.add(file)
      const { to, subject = '', text = '', html = '' } = await PostalMime.parse(readFileSync(join(outbox, file)))
      fresh.push({ at: now, to: to?.map(({ address }) => address).join(', ') ?? '', subject, text, html })
    }
    sent.push(...fresh.sort((a, b) => (a.to < b.to ? -1 : 1)))
  }

  const next = async (): Promise<Instant | null> => {
    const number = (await store.inForce())?.number ?? 0
    const all = [await store.nextDue(number), await store.nextGathering(), await store.nextLetter(now)]
    const known = all.filter((one) => one !== null)
    return known.length === 0 ? null : Math.min(...known)
  }

  return {
    store,
    sent,
    say,
    /** Sets the clock, also back, and goes round. */
    jump: async (to: Instant) => {
      now = to
      await round()
    },
    /** Goes round at every instant at which something is due, up to and with this one. */
    go: async (to: Instant) => {
      if (Number.isNaN(now)) now = to
      for (let turn = 0; ; turn += 1) {
        if (turn > 500) throw new Error(`It does not get on: it is still ${say(now)}.`)
        await round()
        const due = await next()
        if (due !== null && due <= now) throw new Error(`At ${say(now)} something stays due since ${say(due)}.`)
        if (due === null || due > to) break
        now = due
      }
      now = to
    },
    now: () => now,
    tell: async (...said: Said[]) => {
      const taken = await record(store, program, said, { by: 'robin', now })
      for (const one of taken) if (one.outcome === 'rejected') throw new Error(one.why)
    },
    end: async () => {
      await http.close()
      await store.close()
      await at.remove()
      rmSync(outbox, { recursive: true, force: true })
    },
  }
}

export type VirtualTime = Awaited<ReturnType<typeof virtualTime>>
