import { Webhook } from 'standardwebhooks'
import { type Effect, type HistoryEntry, isStateEffect } from '../../src/domain/effects.js'
import { webhookId } from '../../src/letters/channels/webhook.js'
import type { IntentRow } from '../../src/sql/tables.js'
import type { LetterRow } from '../../src/sql/telling.js'
import type { Store } from '../../src/store/store.js'
import type { httpReceiver, smtpReceiver } from '../letters/receivers.js'
import { announcedOnce, readLog } from './announced.js'
import type { Told } from './run.js'
import { SECRET } from './world.js'

/** What is wrong, in sentences, and how much there was of everything. */
export interface Verdict {
  wrong: string[]
  counts: Record<string, number>
}

export interface Evidence {
  store: Store
  told: Told
  crm: Awaited<ReturnType<typeof httpReceiver>>
  smtp: Awaited<ReturnType<typeof smtpReceiver>>
}

/** No effect lost, no state effect twice, webhooks at least once and identical, emails at most once or uncertain, history complete. */
export async function judge({ store, told, crm, smtp }: Evidence): Promise<Verdict> {
  const wrong: string[] = []
  const intents = await store.intents()
  const { letters } = await store.letters()
  const tasks = new Map((await store.tasks()).map((task) => [task.id, task]))
  const opportunities = await rowsOf(store)
  const history = (await Promise.all(opportunities.map(({ id }) => store.history('opportunity', id)))).flat()

  const letterOf = new Map(letters.map((letter) => [letter.id, letter]))
  const log = await readLog(store)

  wrong.push(...effectsOnce(intents, letterOf, tasks, history))
  wrong.push(...(await announcedOnce(store, log, letterOf)))
  wrong.push(...everyPayment(intents, told))
  wrong.push(...chained(history, opportunities), ...saidAll(history, told))
  wrong.push(...webhooks(letters, crm))
  wrong.push(...emails(letters, smtp))

  const count = (state: LetterRow['state'], type: LetterRow['type']) =>
    letters.filter((letter) => letter.state === state && letter.type === type).length
  return {
    wrong,
    counts: {
      intents: intents.length,
      tasks: tasks.size,
      history: history.length,
      announced: log.length,
      webhooksDelivered: count('delivered', 'webhook'),
      webhooksWithdrawn: count('withdrawn', 'webhook'),
      webhookHits: crm.hits.length,
      emailsDelivered: count('delivered', 'email'),
      emailsUncertain: count('uncertain', 'email'),
      emailsDead: count('dead', 'email'),
      emailsReceived: smtp.received.length,
    },
  }
}

function groupBy<T, K>(list: readonly T[], key: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one])
  return groups
}

const rowsOf = (store: Store) => store.read((tx) => tx.selectFrom('opportunities').selectAll().execute())

const keyOf = ({ rule, kind, id, episode, step }: IntentRow) => [rule, kind, id, episode, step].join('/')

function effectsOnce(
  intents: readonly IntentRow[],
  letters: ReadonlyMap<string, LetterRow>,
  tasks: ReadonlyMap<string, unknown>,
  history: readonly HistoryEntry[],
): string[] {
  const causes = groupBy(history, ({ cause }) => cause)
  const keys = new Set(intents.map(keyOf))
  const wrong = [...causes.keys()]
    .filter((cause) => cause !== null && !keys.has(cause))
    .map((cause) => `History knows ${cause}, and no intent does.`)
  for (const intent of intents) {
    const key = keyOf(intent)
    const effects = JSON.parse(intent.effects) as Effect[]
    const state = effects.filter(isStateEffect).length
    const rows = causes.get(key)?.length ?? 0
    if (rows !== state) wrong.push(`${key} has ${state} state effects and ${rows} rows of history.`)
    effects.forEach((effect, i) => {
      const id = `${key}#${i + 1}`
      const there = effect.kind === 'create_task' ? tasks.has(id) : letters.has(id)
      const written = ['create_task', 'call_webhook', 'send_email'].includes(effect.kind)
      if (written && !there) wrong.push(`${effect.kind} of ${id} is lost.`)
    })
  }
  return wrong
}

/** Each payment is an event that `paid` judged, once. */
function everyPayment(intents: readonly IntentRow[], { payments }: Told): string[] {
  const judged = intents.filter(({ rule }) => rule === 'paid').map(({ episode }) => episode)
  const missing = [...payments.keys()].filter((id) => !judged.some((episode) => episode.includes(id)))
  return [
    ...missing.map((id) => `The payment ${id} was not judged.`),
    ...(judged.length === payments.size ? [] : [`${payments.size} payments, ${judged.length} intents of theirs.`]),
  ]
}

/** What a row of history changed to is what the next one changed from, and what stands now. */
function chained(
  history: readonly HistoryEntry[],
  rows: readonly { id: string; stage: string; next_step: string | null; amount: number | null }[],
): string[] {
  const wrong: string[] = []
  for (const row of rows) {
    for (const fact of ['stage', 'next_step', 'amount'] as const) {
      const changes = history.filter((entry) => entry.id === row.id && entry.fact === fact)
      changes.forEach((entry, i) => {
        const before = changes[i - 1]
        if (before && before.to !== entry.from) wrong.push(`${fact} of ${row.id}: a change between two is missing.`)
      })
      const last = changes.at(-1)
      if (last && last.to !== row[fact])
        wrong.push(`${fact} of ${row.id} is ${row[fact]}, and history ends with ${last.to}.`)
    }
  }
  return wrong
}

/** Every other amount that was said has its row, in its order. */
function saidAll(history: readonly HistoryEntry[], { amounts }: Told): string[] {
  const of = groupBy(amounts, ({ opportunity }) => opportunity)
  return [...of].flatMap(([id, said]) => {
    const wanted = said.map(({ amount }) => amount * 1000).filter((amount, i, all) => amount !== (all[i - 1] ?? 1000))
    const had = history.filter(
      (entry) => entry.id === id && entry.fact === 'amount' && entry.cause === null && entry.from !== null,
    )
    const got = had.map(({ to }) => to)
    return JSON.stringify(got) === JSON.stringify(wanted)
      ? []
      : [`Amounts of ${id}: said ${wanted}, history has ${got}.`]
  })
}

function webhooks(letters: readonly LetterRow[], { hits, answered }: Evidence['crm']): string[] {
  const wrong: string[] = []
  const key = new Webhook(SECRET)
  const hitsOf = groupBy(hits, ({ headers }) => String(headers['webhook-id']))
  const taken = new Set(
    answered.filter(({ status }) => status === 200).map(({ headers }) => String(headers['webhook-id'])),
  )
  const known = new Set<string>()
  for (const letter of letters.filter(({ type }) => type === 'webhook')) {
    const id = webhookId(letter.id)
    known.add(id)
    const got = hitsOf.get(id) ?? []
    if (letter.state !== 'delivered' && letter.state !== 'withdrawn')
      wrong.push(`The webhook ${letter.id} is ${letter.state}: ${letter.reason}`)
    if (letter.state === 'delivered' && !taken.has(id))
      wrong.push(`The webhook ${letter.id} says delivered and was not received.`)
    if (new Set(got.map(({ body }) => body)).size > 1)
      wrong.push(`The webhook ${letter.id} came with different bodies.`)
    if (new Set(got.map(({ headers }) => headers['idempotency-key'])).size > 1)
      wrong.push(`The webhook ${letter.id} came with different keys.`)
    for (const { body, headers } of got) {
      const signed = { 'webhook-id': id, 'webhook-timestamp': String(headers['webhook-timestamp']) }
      const signature = key.sign(id, new Date(Number(signed['webhook-timestamp']) * 1000), body)
      if (signature !== headers['webhook-signature']) wrong.push(`The webhook ${letter.id} was wrongly signed.`)
    }
  }
  return [
    ...wrong,
    ...[...hitsOf.keys()].filter((id) => !known.has(id)).map((id) => `A webhook ${id} came that no letter knows.`),
  ]
}

function emails(letters: readonly LetterRow[], { received }: Evidence['smtp']): string[] {
  const wrong: string[] = []
  const got = groupBy(received, ({ text }) => /^Message-ID: <([^@]*)@/im.exec(text)?.[1] ?? '')
  const known = new Set<string>()
  for (const letter of letters.filter(({ type }) => type === 'email')) {
    const id = webhookId(letter.id).slice('msg_'.length)
    known.add(id)
    const times = got.get(id)?.length ?? 0
    const fits = { delivered: times === 1, uncertain: times <= 1 }[letter.state as 'delivered'] ?? times === 0
    if (!fits) wrong.push(`The email ${letter.id} is ${letter.state} and was received ${times} times.`)
    if (letter.state === 'waiting' || letter.state === 'sending')
      wrong.push(`The email ${letter.id} is still ${letter.state}.`)
  }
  return [
    ...wrong,
    ...[...got.keys()].filter((id) => !known.has(id)).map((id) => `An email ${id} came that no letter knows.`),
  ]
}
