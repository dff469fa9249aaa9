import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { record } from '../../src/app.js'
import type { Said } from '../../src/intake/record.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import { type HttpAnswer, httpReceiver, type SmtpScript, smtpReceiver } from '../letters/receivers.js'
import { type Chance, chance } from '../support/chance.js'
import { judge, type Verdict } from './judge.js'
import { chaosProgram, SECRET } from './world.js'

export interface ChaosOptions {
  url: string
  seed: number
  changes: number
  kills: number
  /** Milliseconds: how long a loop lives at most once it works. */
  life: number
  /** Hears how far it is. */
  say?: (line: string) => void
}

/** What the parent said and was taken. */
export interface Told {
  payments: Map<string, string>
  amounts: { opportunity: string; amount: number }[]
}

const CHILD = join(import.meta.dirname, 'child.ts')
const OPPORTUNITIES = 40

/**
 * Kills a loop at so many seeded random moments while changes come in and are walked, committed and delivered to real
 * receivers that fail now and then; then lets one loop finish in peace, and judges what came of it all.
 */
export async function runChaos({
  url,
  seed,
  changes,
  kills,
  life,
  say = () => undefined,
}: ChaosOptions): Promise<Verdict> {
  const at = chance(seed)
  const crm = await httpReceiver(() => whimOfHttp(at))
  const smtp = await smtpReceiver(whimsOfSmtp(at))
  const store = await openStore(url, { create: true })
  const told: Told = { payments: new Map(), amounts: [] }
  const env = {
    ...process.env,
    CRM_URL: crm.url,
    CRM_SECRET: SECRET,
    SMTP_URL: `${smtp.url}?tls.rejectUnauthorized=false`,
  }
  const start = () =>
    spawn(process.execPath, ['--import', 'tsx', CHILD, url], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    await setUp(store)
    let made = 0
    for (let kill = 1; kill <= kills; kill += 1) {
      const child = start()
      const dead = once(child, 'exit')
      // One in eight dies while it starts; the others in the middle of their work.
      if (at.often(1 / 8)) await pause(at.int(100, 900))
      else {
        await ready(child)
        const until = Math.round((changes * kill) / kills)
        const coming = (async () => {
          for (; made < until; made += 1) await change(store, at, made, told)
        })()
        await pause(at.int(0, life))
        child.kill('SIGKILL')
        await coming
      }
      child.kill('SIGKILL')
      await dead
      if (kill % 20 === 0)
        say(`${kill} kills, ${made} changes, ${crm.hits.length} webhooks, ${smtp.counts.data} emails`)
    }
    for (; made < changes; made += 1) await change(store, at, made, told)
    const last = start()
    const ended = once(last, 'exit')
    await ready(last)
    await settled(store)
    last.stdin?.end()
    const [code] = await ended
    const verdict = await judge({ store, told, crm, smtp })
    return code === 0 ? verdict : { ...verdict, wrong: [...verdict.wrong, `The last loop ended with ${code}.`] }
  } finally {
    await store.close()
    crm.close()
    smtp.close()
  }
}

const ready = (child: ChildProcess): Promise<unknown> => once(child.stdout as NodeJS.ReadableStream, 'data')

async function setUp(store: Store): Promise<void> {
  const program = chaosProgram()
  const said = Array.from(
    { length: OPPORTUNITIES },
    (_, i): Said => ({
      record: 'opportunities',
      id: `o${i}`,
      values: { pipeline: 'main', stage: 'one', owner: 'dana', amount: 1 },
    }),
  )
  await record(store, program, said, { by: 'robin', now: Date.now() })
}

/** A payment, or another amount: each is one transaction of its own. */
async function change(store: Store, at: Chance, n: number, told: Told): Promise<void> {
  const opportunity = `o${at.int(0, OPPORTUNITIES - 1)}`
  const now = Date.now()
  const pays = at.often(0.5)
  const amount = at.int(0, 200)
  const said: Said = pays
    ? { record: 'activities', id: `p${n}`, values: { kind: 'payment', at: new Date(now).toISOString(), opportunity } }
    : { record: 'opportunities', id: opportunity, values: { amount } }
  const [taken] = await record(store, chaosProgram(), [said], { by: 'robin', now })
  if (taken?.outcome === 'rejected') throw new Error(taken.why)
  if (pays) told.payments.set(`p${n}`, opportunity)
  else told.amounts.push({ opportunity, amount })
  await pause(at.int(0, 3))
}

/** Waits until nothing is due, waits or is under way. */
async function settled(store: Store): Promise<void> {
  for (const end = performance.now() + 120_000; performance.now() < end; await pause(100)) {
    const number = (await store.inForce())?.number ?? 0
    const due = await store.nextDue(number)
    const { letters } = await store.letters({ held: true })
    const moving = letters.filter(({ state }) => state === 'waiting' || state === 'sending')
    if ((due === null || due > Date.now()) && moving.length === 0) return
  }
  throw new Error('It has not settled after two minutes.')
}

function whimOfHttp(at: Chance): HttpAnswer {
  const roll = at.int(1, 100)
  if (roll <= 70) return { status: 200 }
  if (roll <= 80) return { status: 500, body: 'not now' }
  if (roll <= 85) return { status: 429, headers: { 'retry-after': '0' } }
  if (roll <= 95) return 'cut'
  return 'silence'
}

function whimsOfSmtp(at: Chance): SmtpScript {
  const sometimes = (percent: number) => at.int(1, 100) <= percent
  return {
    connect: () => (sometimes(5) ? { code: 421, says: 'too many connections' } : undefined),
    rcpt: () => {
      if (sometimes(5)) return { code: 450, says: 'greylisted' }
      if (sometimes(3)) return { code: 550, says: 'no such user' }
      return sometimes(3) ? 'cut' : undefined
    },
    data: () => {
      if (sometimes(5)) return { whim: { code: 451, says: 'try later' }, takes: false }
      if (sometimes(5)) return { whim: 'cut', takes: at.often(0.5) }
      return sometimes(3) ? { whim: 'silence', takes: true } : undefined
    },
  }
}
