import { peopleUnder } from '../engine/snapshots.js'
import { MINUTE } from '../lib/civil.js'
import type { Instant } from '../lib/instant.js'
import { type Digest, digestsOf, type Recipient, recipientsOf } from '../notices/digests.js'
import { notificationSettings } from '../notices/settings.js'
import type { Program } from '../program/program.js'
import { type LetterRow, newLetter } from '../sql/telling.js'
import type { DueDigest, SentDigest } from '../store/digests.js'
import type { Store } from '../store/store.js'
import { composeDigest } from './digest.js'
import {
  type DigestNumbers,
  type DigestSources,
  digestFor,
  familiesByOwner,
  type Moved,
  movesFrom,
  ownersIn,
} from './digest-data.js'

type DigestStore = Pick<
  Store,
  'due' | 'people' | 'findings' | 'tasks' | 'dueDigests' | 'lastDigest' | 'sendDigest' | 'movesSince'
>

/** A digest that comes later than this after its hour says so. */
const LATE = 30 * MINUTE

/**
 * Writes the letters of every digest whose time has come, one a person, and returns their ids. Each run is written once,
 * whoever gets to it first; of runs that were missed only the latest comes, and says so. Call it when `store.nextDigest()` has
 * come, and once whenever rules came into force, so that new schedules begin.
 */
export async function sendDigests(store: DigestStore, program: Program, now: Instant): Promise<string[]> {
  const due = await store.dueDigests(digestsOf(program), now)
  if (due.length === 0) return []
  const sources = await readSources(store, program, now)
  const within = familiesByOwner(sources.families)
  const owners = ownersIn(sources.families)
  const sent: string[] = []
  const failed = new Map<string, unknown>()
  for (const one of due) {
    const recipients = recipientsOf(one.digest, sources.people, owners)
    const before = new Map<string, Before>()
    for (const { person } of recipients) before.set(person.id, await store.lastDigest(one.digest.name, person.id))
    const moves = await readMoves(store, program, sources.families, [...before.values()], now)
    const letters: { letter: LetterRow; person: string; numbers: DigestNumbers }[] = []
    for (const recipient of recipients) {
      const { id } = recipient.person
      try {
        const to = { ...one, recipient, before: before.get(id) ?? null }
        letters.push(await write(to, { ...sources, moves }, within(recipient.owners), now))
      } catch (error) {
        failed.set(`${one.digest.name} to ${id}`, error)
      }
    }
    // Where none could be written it stays due, for whoever mends what keeps it.
    if (letters.length === 0 && recipients.length > 0) continue
    if (await store.sendDigest(one, letters, now)) sent.push(...letters.map(({ letter }) => letter.id))
  }
  if (failed.size > 0) throw failure(failed)
  return sent
}

type Before = SentDigest<DigestNumbers> | null

/** Said once all others are sent. */
function failure(failed: ReadonlyMap<string, unknown>): Error {
  const [[first, cause] = []] = failed
  const more = failed.size > 1 ? `, and ${failed.size - 1} more` : ''
  const why = cause instanceof Error ? cause.message : String(cause)
  return new Error(`The digest ${first}${more} could not be written: ${why}`, { cause })
}

async function readSources(store: DigestStore, program: Program, now: Instant): Promise<Omit<DigestSources, 'moves'>> {
  const imported = await store.people()
  const families = []
  for await (const family of store.due(now, program.number, 'all')) families.push(family)
  return {
    program,
    people: peopleUnder(program, imported),
    families,
    findings: await store.findings({ state: ['open'] }),
    tasks: await store.tasks({ state: 'open' }),
  }
}

/** The moves of all who get a digest: each is told those since the own last one. */
async function readMoves(
  store: DigestStore,
  program: Program,
  families: DigestSources['families'],
  before: readonly Before[],
  now: Instant,
): Promise<Moved[]> {
  const since = before.reduce((least, one) => Math.min(least, movesFrom(one, now, program)), now)
  const accounts = new Map(families.map(({ family: { account } }) => [account?.id, account?.name ?? account?.id]))
  const bin = (name: unknown) => program.vocabulary.assemblyLine?.bins.get(String(name))?.label ?? String(name)
  const moves = await store.movesSince(since)
  return moves.map(({ id, from, to, at }) => ({
    id,
    account: accounts.get(id) ?? id,
    from: bin(from),
    to: bin(to),
    at,
  }))
}

async function write(
  { digest, slot, expected, recipient, before }: DueDigest<Digest> & { recipient: Recipient; before: Before },
  sources: DigestSources,
  families: DigestSources['families'],
  now: Instant,
) {
  const { person } = recipient
  const late = now - slot > LATE || expected < slot
  const asked = { title: digest.title, show: digest.show, recipient, slot, at: now, late, before }
  const content = await digestFor(asked, sources, families)
  const { title, body, html, attachments } = await composeDigest(content, sources)
  const { via } = notificationSettings(sources.program)
  const isEmail = via.type === 'email'
  const letter: LetterRow = {
    ...newLetter(now),
    id: `digest/${digest.name}/${person.id}/${new Date(slot).toISOString()}`,
    step: 'digest',
    type: via.type,
    channel: via.channel,
    to: JSON.stringify([person.id]),
    title,
    body,
    html: isEmail ? html : null,
    attachments: isEmail ? JSON.stringify(attachments) : null,
    person: person.id,
  }
  return { letter, person: person.id, numbers: content.numbers }
}
