import { isNestedDeeper } from '../lib/nesting.js'
import { Refusal } from './problem-details.js'

/** So deep may lists and objects be nested: no record needs more, and what reads them goes down with them. */
const DEEPEST = 24

const isJson = (type: string) => type === 'application/json' || /^application\/[a-z0-9.-]+\+json$/.test(type)

/** The media type of a content-type header, without its parameters; null where there is none. */
export const mediaType = (header: string | undefined): string | null =>
  header?.split(';', 1)[0]?.trim().toLowerCase() || null

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
