import { startWorker, type Worker, type WorkerOptions } from '../../src/letters/worker.js'
import { openHttpGuard } from '../../src/lib/http-guard.js'
import type { Program } from '../../src/program/program.js'
import { type LetterRow, newLetter } from '../../src/sql/telling.js'
import { openStore } from '../../src/store/open.js'
import type { Place } from '../support/databases.js'
import { programOf } from '../support/engine.js'
import { httpReceiver } from './receivers.js'

export const START = Date.UTC(2026, 2, 2, 9)
const CHANNELS = `
channels:
  mail: { type: email, smtp: "\${SMTP_URL}", from: "Pipeline <pipeline@example.com>" }
  crm: { type: webhook, url: "\${CRM_URL}", secret: "\${SECRET}", allow_private: true }
  slow: { type: webhook, url: "\${SLOW_URL}", allow_private: true }
  deals: { type: slack, url: "\${SLOW_URL}", allow_private: true }
`
export const PROGRAM: Program = programOf('', { more: CHANNELS })

export const letter = (id: string, but: Partial<LetterRow> = {}): LetterRow => ({
  ...newLetter(START),
  id,
  step: null,
  type: 'webhook',
  channel: 'crm',
  to: '[]',
  title: null,
  body: `{"id":"${id}"}`,
  ...but,
})
export const mail = (id: string) =>
  letter(id, { type: 'email', channel: null, to: '["dana@example.com"]', title: id, body: id })

/** A store with letters, a clock that is set by hand, and a worker to be started; `end` stops and closes all of it. */
export async function workerWorld(place: () => Place) {
  const at = place()
  const store = await openStore(at.url, { create: true })
  const http = openHttpGuard()
  const closing: (() => unknown)[] = []
  const workers: Worker[] = []
  const world = {
    now: START,
    at,
    store,
    http,
    closing,
    write: (...letters: LetterRow[]) =>
      store.write(async (tx) => {
        for (const row of letters) await tx.insertInto('letters').values(row).execute()
      }),
    states: async () => Object.fromEntries((await store.letters()).letters.map(({ id, state }) => [id, state])),
    one: async (id: string) => (await store.letters()).letters.find((row) => row.id === id) as LetterRow,
    start(env: Record<string, string>, more: Partial<WorkerOptions> = {}): Worker {
      const worker = startWorker({
        store,
        program: () => PROGRAM,
        clock: () => world.now,
        http,
        env: { SECRET: 'whsec_c2VjcmV0', ...env },
        outbox: '/nowhere',
        timeout: 2_000,
        failed: (error) => {
          throw error
        },
        ...more,
      })
      workers.push(worker)
      return worker
    },
    receive: async (...how: Parameters<typeof httpReceiver>) => {
      const receiver = await httpReceiver(...how)
      closing.push(receiver.close)
      return receiver
    },
    end: async () => {
      for (const worker of workers) await worker.stop()
      await http.close()
      for (const close of closing) await close()
      await store.close()
      await at.remove()
    },
  }
  return world
}

export type WorkerWorld = Awaited<ReturnType<typeof workerWorld>>
