import { PLURAL, type SubjectKind, type SubjectRef } from '../domain/subjects.js'
import type { EngineStore } from '../engine/store.js'
import type { Instant } from '../lib/instant.js'
import { accessOf } from './access.js'
import { actsOf } from './acts.js'
import { announcementsIn } from './announcements.js'
import { commit } from './commit.js'
import type { Connections } from './connections.js'
import { deleteSubject } from './deletion.js'
import { digestsIn } from './digests.js'
import { due, familiesOf, nextDue } from './due.js'
import { gauges } from './gauges.js'
import { type Heard, heardOf } from './hearing.js'
import { counts, heldByRule } from './held.js'
import { hooksOf } from './hooks.js'
import { inForceOf } from './in-force.js'
import { lettersOf } from './letters.js'
import { livesOf } from './lives.js'
import { noticesOf } from './notices.js'
import { familiesTouched } from './pages/named.js'
import { type SubjectsAsked, subjectsPage } from './pages/subjects.js'
import { pagesOf } from './pages/telling.js'
import { type Asked, idsWhere } from './query.js'
import { readsOf } from './reads.js'
import { requestsOf } from './requests.js'
import type { Session } from './session.js'
import { killSwitch } from './settings.js'
import { settle } from './settle.js'
import { silencesOf } from './silences.js'
import { heldRuleDigests, intentsSince, people, sizes, spent } from './spending.js'
import { toldOf } from './told.js'

/** Puts the parts of the store together over opened connections. */
export const assemble = (connections: Connections, unheard: Session) => {
  const { session, onChange } = heardOf(unheard, connections)
  return partsOf(connections, session, onChange)
}

const partsOf = (connections: Connections, session: Session, onChange: Heard['onChange']) => ({
  ...session,
  /** Where it is, for sentences to people. */
  place: connections.place,
  /** Does one connection of this process write, one transaction after the other? */
  writesAlone: connections.writesAlone,
  /** A number that changes when another process has written. */
  changesElsewhere: connections.changesElsewhere,
  onChange,
  close: connections.close,
  ...engineStore(session),
  ...inForceOf(session),
  ...readsOf(session),
  ...actsOf(session),
  ...lettersOf(session),
  ...killSwitch(session),
  ...noticesOf(session),
  ...digestsIn(session),
  ...silencesOf(session),
  ...hooksOf(session),
  ...announcementsIn(session),
  ...requestsOf(session),
  ...pagesOf(session),
  ...accessOf(session),
  ...livesOf(session),
  gauges: (now: Instant) => gauges(session, now),
  nextDue: (program: number) => nextDue(session, program),
  heldByRule: () => heldByRule(session),
  toldOf: (rule: string, subject: SubjectRef) => toldOf(session, rule, subject),
  counts: () => counts(session),
  intentsSince: (since: Instant) => intentsSince(session, since),
  familiesOf: (opportunities: readonly string[]) => familiesOf(session, opportunities),
  /** The families of subjects, each once. */
  familiesOfSubjects: (subjects: readonly SubjectRef[]) =>
    session.read((tx) =>
      familiesTouched(
        tx,
        session,
        subjects.map(({ kind, id }) => ({ record: PLURAL[kind], id })),
      ),
    ),
  subjectsPage: (asked: SubjectsAsked) => subjectsPage(session, asked),
  idsWhere: (asked: Asked) => idsWhere(session, asked),
  deleteSubject: (kind: SubjectKind, id: string, by: string, now: Instant) => deleteSubject(session, kind, id, by, now),
})

/** The store: all that the rooms to its right ask of the database. */
export type Store = ReturnType<typeof assemble>

const engineStore = (session: Session): Omit<Required<EngineStore>, 'programs'> => ({
  due: (now, program, which, quiet) => due(session, { now, program, which: which ?? 'due' }, quiet),
  settle: (run, quietUnder, hear) => settle(session, run, quietUnder, hear),
  people: () => people(session),
  heldRules: () => heldRuleDigests(session),
  spent: (since) => spent(session, since),
  sizes: (most) => sizes(session, most),
  commit: (families, run) => commit(session, families, run),
})
