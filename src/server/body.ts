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
  if (isTooDeep(text)) throw new Refusal('malformed-request', `The JSON is nested more than ${DEEPEST} levels deep.`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Refusal('malformed-request', `The body is not JSON: ${(error as Error).message}.`)
  }
}

/** Looks at the text, before anything is made of it. */
function isTooDeep(text: string): boolean {
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i)
    if (quoted) {
      if (c === BACKSLASH) i += 1
      else if (c === QUOTE) quoted = false
    } else if (c === QUOTE) quoted = true
    else if (c === OPEN_LIST || c === OPEN_MAP) {
      depth += 1
      if (depth > DEEPEST) return true
    } else if (c === CLOSE_LIST || c === CLOSE_MAP) depth -= 1
  }
  return false
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [34, 92, 91, 93, 123, 125]
