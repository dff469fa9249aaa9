import type { SubjectKind } from '../domain/subjects.js'
import type { People, Vocabulary } from '../domain/vocabulary.js'
import type { Instant } from '../lib/instant.js'
import type { Dialect } from './dialect.js'

/**
 * How a query is read: over `opportunities as o` left-joined to `accounts as a` (subject `opportunity`), or over
 * `accounts as a` alone (subject `account`).
 */
export interface SqlReading {
  readonly dialect: Dialect
  readonly now: Instant
  readonly subject: SubjectKind
  readonly vocabulary: Vocabulary
  readonly people: People
}
