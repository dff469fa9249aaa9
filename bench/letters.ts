import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loadRules } from '../src/config/load.js'
import { newOpportunity } from '../src/domain/change.js'
import { gatherNotices } from '../src/letters/gather.js'
import { startWorker } from '../src/letters/worker.js'
import { openHttpGuard } from '../src/lib/http-guard.js'
import type { Program } from '../src/program/program.js'
import { upsert } from '../src/store/bulk.js'
import { openStore } from '../src/store/open.js'
import * as rows from '../src/store/rows.js'
import type { Store } from '../src/store/store.js'
import { NOW } from './data.js'
import { atLeast, atMost, type Measured, micros } from './rows.js'
import { inTurns, median, time } from './timing.js'

const TURNS = 5
const AT_ONCE = 8
const PEOPLE = 50
const SLICE = 5_000

const RULES = `
calendar: { timezone: UTC, workdays: [mon, tue, wed, thu, fri, sat, sun] }
pipelines: { main: { stages: { open: {} } } }
activities: { touches: [call] }
channels:
  mail: { type: email, from: pipeline@example.com }
  crm: { type: webhook, url: "\${CRM_URL}", secret: "\${CRM_SECRET}", allow_private: true }
notifications: { gather: { at: "08:30" }, at_most: 1000 per day }
rules:
  quiet: { title: It has gone quiet, for: opportunity, when: { status: open }, severity: poor, then: [{ notify: owner }] }
`

function programOf(text: string): Program {
  const { program, problems } = loadRules([{ path: 'bench.yaml', text }])
  if (!program) throw new Error(problems.map(({ message }) => message).join('\n'))
  return program
}

/** Letters that so many deliver at a time to a receiver on this machine, against bare fetches of the same; then gathering. */
export async function measureLetters(folder: string, share: number): Promise<Measured> {
  const program = programOf(RULES)
  const delivery = await measureDelivery(`${folder}/letters.db`, 2_000 / share, program)
  const sizes = [10_000 / share, 100_000 / share] as const
  const [few, many] = [
    await measureGathering(`${folder}/few.db`, sizes[0], program),
    await measureGathering(`${folder}/many.db`, sizes[1], program),
  ]
  return {
    times: {
      ...delivery.times,
      [`a notice gathered among ${sizes[0]}`]: micros(few, 1),
      [`a notice gathered among ${sizes[1]}`]: micros(many, 1),
    },
    rows: [
      delivery.row,
      atMost(
        'gathering',
        `The time it takes to gather a notice, of ${sizes[1]} that wait for ${PEOPLE} people, against the same of ${sizes[0]}: it grows with their number and no faster`,
        many / few,
        1.3,
      ),
    ],
  }
}

async function measureDelivery(path: string, size: number, program: Program) {
  const receiver = createServer((incoming, outgoing) => incoming.resume().on('end', () => outgoing.end()))
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const store = await openStore(`sqlite:${path}`, { create: true, now: NOW })
  const http = openHttpGuard()
  const body = JSON.stringify({ at: new Date(NOW).toISOString(), facts: { id: 'o1', text: 'x'.repeat(500) } })
  let written = 0
  const worker = startWorker({
    store,
    program: () => program,
    clock: () => NOW,
    http,
    env: { CRM_URL: url, CRM_SECRET: 'whsec_c2VjcmV0' },
    outbox: folderOf(path),
    atOnce: AT_ONCE,
  })
  const write = () =>
    store.write(async (tx) => {
      const letters = Array.from({ length: size }, (_, i) => letterOf(`${written + i}`, body))
      written += size
      await upsert(tx, store, 'letters', ['id'], letters)
    })
  const ours: number[] = []
  const bare: number[] = []
  for (let turn = 0; turn <= TURNS; turn += 1) {
    await write()
    const delivering = await time(async () => {
      await worker.ring()
      await worker.idle()
    })
    const fetching = await time(() => fetchAll(url, body, size))
    if (turn > 0) {
      ours.push(delivering)
      bare.push(fetching)
    }
  }
  const { letters } = await store.letters()
  if (letters.some(({ state }) => state !== 'delivered')) throw new Error('A letter was not delivered.')
  await worker.stop()
  await http.close()
  await store.close()
  receiver.closeAllConnections()
  receiver.close()
  const [delivered, fetched] = [median(ours), median(bare)]
  return {
    times: { 'a letter delivered': micros(delivered, size), 'a bare fetch': micros(fetched, size) },
    row: atLeast(
      'letters',
      `The rate at which ${size} signed webhooks are claimed, delivered ${AT_ONCE} at a time and settled, against bare fetches of the same`,
      fetched / delivered,
      0.5,
    ),
  }
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/'))

const letterOf = (id: string, body: string) => ({
  ...{ id, type: 'webhook', channel: 'crm', to: '[]', body, at: NOW },
  ...{ state: 'waiting', attempt: 0, next_at: NOW, withdrawable: 0 },
})

/** Posts so many, so many of them at a time. */
async function fetchAll(url: string, body: string, size: number): Promise<void> {
  let left = size
  const post = async () => {
    while (left > 0) {
      left -= 1
      const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
      await answer.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, post))
}

/** Milliseconds that gathering takes for each of so many notices that wait. */
async function measureGathering(path: string, size: number, program: Program): Promise<number> {
  const store = await openStore(`sqlite:${path}`, { create: true, now: NOW })
  const window = Math.ceil(NOW / DAY) * DAY + 8.5 * HOUR
  for (let from = 0; from < size; from += SLICE) await writeNotices(store, from, Math.min(SLICE, size - from), window)
  let at = window
  const { gather } = await inTurns(2, {
    reset: async () => {
      at += DAY
      await store.write(async (tx) => {
        await tx.updateTable('notices').set({ letter: null, kept_until: 0, kept_why: null }).execute()
        await tx.deleteFrom('letters').execute()
      })
    },
    gather: async () => {
      const { told, letters } = await gatherNotices(store, program, at)
      if (told !== size || letters.length !== PEOPLE) throw new Error(`${told} were told in ${letters.length} letters.`)
    },
  })
  await store.close()
  return gather / size
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

async function writeNotices(store: Store, from: number, count: number, at: number): Promise<void> {
  const list = Array.from({ length: count }, (_, i) => from + i)
  const owner = (i: number) => `u${i % PEOPLE}`
  await store.write(async (tx) => {
    const opportunities = list.map((i) => ({
      ...newOpportunity(`o${i}`, 'main', 'open', 0),
      owner: owner(i),
      amount: i,
    }))
    await upsert(tx, store, 'opportunities', ['id'], opportunities.map(rows.opportunities.encode))
    const of = (i: number) => ({ rule: 'quiet', kind: 'opportunity', episode: 1, severity: 'poor', id: `o${i}` })
    const open = { state: 'open', opened_at: at - HOUR, program: 1, reminded: 0, escalated: 0 }
    await upsert(
      tx,
      store,
      'findings',
      ['kind', 'id', 'rule', 'episode'],
      list.map((i) => ({ ...of(i), ...open })),
    )
    const notice = (i: number) => ({
      ...{ id: `quiet/opportunity/o${i}/1/open#1/${owner(i)}`, rule: 'quiet', kind: 'opportunity', subject: `o${i}` },
      ...{ episode: '1', step: 'open', person: owner(i), text: 'It has gone quiet', urgent: 0, at: at - HOUR },
      ...{ withdrawable: 1, kept_until: 0 },
    })
    await upsert(tx, store, 'notices', ['id'], list.map(notice))
  })
}
