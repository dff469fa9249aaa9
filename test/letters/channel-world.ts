import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sending, Wire } from '../../src/letters/channels/channel.js'
import { openHttpGuard } from '../../src/lib/http-guard.js'

export const NOW = Date.UTC(2026, 2, 2, 8, 30)

/** What a channel works with, and how all that a test opened is closed. */
export function channelWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'linewalker-outbox-'))
  const http = openHttpGuard()
  const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true }), () => http.close()]
  return {
    folder,
    closing,
    wire: (env: Wire['env'] = {}, patience = 5_000): Wire => ({ http, env, outbox: folder, now: NOW, patience }),
    close: async () => {
      for (const close of closing) await close()
    },
  }
}

export const letter = (but: Partial<Sending> = {}): Sending => ({
  id: 'quiet/opportunity/Acme & Söhne/1/open#1',
  at: NOW,
  to: [{ name: 'Ruiz, Dana', address: 'dana@example.com' }],
  leftOut: [],
  title: 'About Acme',
  body: 'Is it still alive?\n',
  mediaType: 'application/json',
  html: null,
  attachments: [],
  ...but,
})
