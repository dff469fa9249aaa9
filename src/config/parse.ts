import { type Document, isMap, LineCounter, type ParsedNode, parseDocument, type YAMLError } from 'yaml'
import type { Place, Problem } from '../lib/problem.js'
import { syntaxSlip } from './hints.js'

/** The largest file that is read, in bytes. */
export const MAX_BYTES = 1024 * 1024

/** One file of the rules folder. `path` is written as people should see it. */
export interface RulesText {
  path: string
  text: string
}

/** A file as YAML, with its places. `isWhole` is false where what was read of it is only a part. */
export interface ParsedFile extends RulesText {
  document: Document.Parsed | null
  isWhole: boolean
  problems: Problem[]
  /** The place of an offset in the text. */
  placeAt(offset: number): Place
}

/** How a file is spoken of: what it is, and a line with which it may begin. */
interface FileWords {
  isMap: string
  begin: string
}

const OF_RULES: FileWords = { isMap: 'A rules file is a map of sections', begin: 'rules:' }

/** Reads a text as YAML 1.2. Never throws: junk, other encodings and files that are too large are problems. */
export function parseFile({ path, text }: RulesText, words: FileWords = OF_RULES): ParsedFile {
  const lines = new LineCounter()
  const problems: Problem[] = []
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.max(0, offset))
    return { file: path, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const refused = (message: string, hint?: string, place: Place = { file: path, line: 1, column: 1 }): ParsedFile => ({
    path,
    text,
    document: null,
    isWhole: false,
    problems: [{ place, message, ...(hint ? { hint } : {}) }],
    placeAt,
  })

  if (Buffer.byteLength(text) > MAX_BYTES) {
    return refused('The file is larger than 1 MiB.', 'Split it: all files of the rules folder are read together.')
  }
  const junk = text.search(JUNK)
  if (junk >= 0) {
    const before = text.slice(0, junk).split('\n')
    const place = { file: path, line: before.length, column: (before.at(-1) ?? '').length + 1 }
    return text[junk] === '\ufffd'
      ? refused(
          'The file is not UTF-8: this letter cannot be read.',
          'Save it as UTF-8, not as Latin-1 or Windows-1252.',
          place,
        )
      : refused('The file is not text: it holds control characters.', 'Save it as UTF-8 text.', place)
  }

  let document: Document.Parsed
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, logLevel: 'error' })
  } catch {
    return refused('The file cannot be read as YAML.', 'Its parts are nested too deeply, or it is not YAML at all.')
  }
  const error = first(document.errors)
  if (error) problems.push(syntaxSlip(error, text, placeAt))
  else if (isNothing(document.contents)) {
    problems.push({
      place: placeAt(0),
      message: 'The file is empty.',
      hint: `Declare a section in it, such as "${words.begin}", or delete it.`,
    })
  } else if (!isMap(document.contents)) {
    problems.push({
      place: placeAt(document.contents?.range[0] ?? 0),
      message: `${words.isMap}; this one is not.`,
      hint: `Begin a line with the name of a section and a colon, such as "${words.begin}".`,
    })
  }
  return { path, text, document, isWhole: problems.length === 0, problems, placeAt }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const JUNK = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/

/** YAML goes on after an error, and what it says then is mostly noise: one file, one error. */
const first = (errors: readonly YAMLError[]): YAMLError | undefined =>
  [...errors].sort((a, b) => a.pos[0] - b.pos[0])[0]

const isNothing = (contents: ParsedNode | null): boolean =>
  contents === null ||
  ('value' in contents && contents.value === null && contents.srcToken === undefined) ||
  ('source' in contents && contents.source === '')
