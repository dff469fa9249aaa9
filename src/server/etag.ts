import { createHash } from 'node:crypto'

/** A short name of a text: another text has another one. */
export const nameOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16)

/** Does a list of entity tags, or `*`, name this one? Strength does not matter: for conditional reads. */
export const namesWeakly = (header: string, etag: string): boolean =>
  header.trim() === '*' || tagsIn(header).some((tag) => plain(tag) === plain(etag))

/** The versions that an `If-Match` header names; null where any will do. A weak tag names none. What stands behind a dot names more than the record. */
export const versionsIn = (header: string): string[] | null =>
  header.trim() === '*'
    ? null
    : tagsIn(header).flatMap((tag) => (tag.startsWith('W/') ? [] : tag.slice(1, -1).split('.', 1)))

const tagsIn = (header: string): string[] => header.match(/(W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? []
const plain = (tag: string) => tag.replace(/^W\//, '')
