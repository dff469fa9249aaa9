import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { isNestedDeeper } from '../lib/nesting.js'
import { Refusal, refused } from './problem-details.js'

/** So deep may lists and objects be nested: no record needs more, and what reads them goes down with them. */
const DEEPEST = 24

const isJson = (type: string) => type === 'application/json' || /^application\/[a-z0-9.-]+\+json$/.test(type)

/** The media type of a content-type header, without its parameters; null where there is none. */
export const mediaType = (header: string | undefined): string | null =>
  header?.split(';', 1)[0]?.trim().toLowerCase() || null

/** In bytes, as all sizes are. */
export const KIB = 1024
export const MIB = 1024 * KIB

/** A size of so many bytes, as a person reads it: in whole MiB, else in KiB. */
export const saySize = (size: number): string => (size % MIB === 0 ? `${size / MIB} MiB` : `${size / KIB} KiB`)

/**
 * Refuses bodies of more than so many bytes. A body that says how long it is need not be counted, because HTTP ends it there; any
 * other is counted as it comes.
 */
export function bodyAtMost(size: number): MiddlewareHandler {
  const onError = () => refused(new Refusal('too-large', `A body here may have ${saySize(size)} at most.`))
  const counted = bodyLimit({ maxSize: size, onError })
  return async (c, next) => {
    const length = c.req.header('content-length')
    if (length === undefined || c.req.header('transfer-encoding') !== undefined) return counted(c, next)
    return Number(length) > size ? onError() : next()
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

/** The bytes of a body as text. What is not UTF-8 is a Refusal: to put signs in its place would lose what was meant. */
export function textOf(bytes: ArrayBuffer): string {
  try {
    return UTF_8.decode(bytes)
  } catch {
    throw new Refusal('malformed-request', 'The body holds bytes that are not UTF-8; send it as UTF-8.')
  }
}

/** The text of a body as what its type says it is: of JSON the value, of one of `types` the text. */
export function readBody(text: string, type: string | null, types: readonly string[]): unknown {
  if (text === '' && type === null) return undefined
  if (type !== null && types.includes(type)) return text
  if (type === null || !isJson(type)) {
    const known = ['application/json', ...types]
    throw new Refusal(
      'unsupported-type',
      `A body of type ${type ?? 'unknown'} is not understood; send ${known.join(' or ')}, and say so in Content-Type.`,
      { allowed: known },
    )
  }
  return text === '' ? undefined : parseJson(text)
}

/** Reads JSON; a text that is none, or too deeply nested, is a Refusal that says where. */
export function parseJson(text: string): unknown {
  if (isNestedDeeper(text, DEEPEST))
    throw new Refusal('malformed-request', `The JSON is nested more than ${DEEPEST} levels deep.`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Refusal('malformed-request', `The body is not JSON: ${(error as Error).message}.`)
  }
}
