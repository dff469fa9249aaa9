import { generateKeyPairSync, sign } from 'node:crypto'
import { parse } from 'yaml'
import type { HookRequest } from '../../../src/intake/hooks/hook.js'
import { receive } from '../../../src/intake/hooks/receive.js'
import { takeWaitingHooks } from '../../../src/intake/hooks/take-waiting.js'
import { compile } from '../../../src/program/compile.js'
import type { Program } from '../../../src/program/program.js'
import type { World } from '../world.js'

const RULES = `
calendar: { timezone: America/New_York }
fields: { opportunity: { budget: { type: money } } }
pipelines:
  sales:
    stages: { new: {}, talks: {}, offer: { requires: [amount] }, closed: { statuses: [won, lost, abandoned] } }
activities: { touches: [call, email, meeting], others: [note, payment] }
`

/** A program whose sources are these. */
export function hookProgram(sources: string): Program {
  const { program, complaints } = compile({ ...parse(RULES), ...parse(sources) })
  if (!program) throw new Error(JSON.stringify(complaints, null, 2))
  return program
}

/** A request with these headers, by lower-case names. */
export const request = (
  body: string | Buffer,
  headers: Readonly<Record<string, string>>,
  now: number,
  url = 'https://hooks.example.com/hooks/x',
): HookRequest => ({
  method: 'POST',
  url,
  header: (name) => headers[name],
  body: Buffer.isBuffer(body) ? body : Buffer.from(body),
  now,
})

/** Receives a request as the server does, and keeps what is genuine. Gives the ids of the events that are new, or why not. */
export async function bring(w: World, program: Program, source: string, sent: HookRequest) {
  const hook = program.sections.sources?.[source]?.hook
  if (!hook) throw new Error(`There is no hook of ${source}.`)
  const received = receive(source, hook, sent)
  if ('is' in received) return received.is
  return [...(await w.store.keepHook(received.hook, received.events))]
}

/** What became of the events, by id. */
export async function become(w: World) {
  return Object.fromEntries(
    (await w.store.hooks({})).map(({ id, state, reason }) => [id, reason === null ? state : `${state}: ${reason}`]),
  )
}

export const takeAll = (w: World, program: Program, now: number) => takeWaitingHooks(w.store, program, now)

/** A key pair of the test's own, its public half as PEM. */
export function keyPair(kind: 'rsa' | 'ed25519') {
  const { publicKey, privateKey } =
    kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519')
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (body: string) => sign(kind === 'rsa' ? 'sha256' : null, Buffer.from(body), privateKey).toString('base64'),
  }
}
