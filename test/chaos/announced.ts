import type { LetterRow } from '../../src/sql/telling.js'
import type { Announcement } from '../../src/store/announcements.js'
import type { Store } from '../../src/store/store.js'

/** The whole log, read on from page to page; of PostgreSQL once nothing on the server is under way any more. */
export async function readLog(store: Store): Promise<Announcement[]> {
  const log: Announcement[] = []
  for (;;) {
    const more = await store.announcementsAfter(log.at(-1)?.seq ?? 0, 100)
    if (more.length === 0) return log
    log.push(...more)
  }
}

/** Each move and each end and beginning of a finding is in the log once, and has a letter. */
export async function announcedOnce(
  store: Store,
  log: readonly Announcement[],
  letters: ReadonlyMap<string, LetterRow>,
): Promise<string[]> {
  const moves = await store.read((tx) =>
    tx.selectFrom('history').select(['seq', 'id']).where('fact', '=', 'stage').orderBy('seq').execute(),
  )
  const findings = await store.findings()
  const wanted = [
    ...moves.map(({ id, seq }) => `opportunity/${id}/stage/${seq}`),
    ...findings.flatMap(({ rule, kind, id, episode, opened_at, resolved_at }) => [
      ...(opened_at === null ? [] : [`${rule}/${kind}/${id}/${episode}/opened`]),
      ...(resolved_at === null ? [] : [`${rule}/${kind}/${id}/${episode}/resolved`]),
    ]),
  ]
  const ids = new Set(log.map(({ id }) => id))
  return [
    ...wanted.filter((id) => !ids.has(id)).map((id) => `${id} was not announced.`),
    ...(log.length === wanted.length ? [] : [`${wanted.length} were to be announced, and ${log.length} were.`]),
    ...log.filter(({ id }) => !letters.has(`event/crm/${id}`)).map(({ id }) => `No letter tells of ${id}.`),
  ]
}
