import type { YAMLError } from 'yaml'
import type { Place, Problem } from '../lib/problem.js'

const QUOTES = 'Put the whole text in quotes: "… {{ name }} …".'

/** The problem behind an error of the YAML reader, in the words of someone who writes rules. */
export function syntaxSlip(error: YAMLError, text: string, placeAt: (offset: number) => Place): Problem {
  const { code, pos } = error
  const template = unquotedTemplate(text, pos[0])
  if (template !== null) return problem(placeAt(template), 'A text with {{ … }} needs quotes here.', QUOTES)

  const place = placeAt(pos[0])
  const flow = /^Flow (map|sequence)/.exec(error.message)?.[1]
  if (flow) {
    const [what, begin, end] = flow === 'map' ? ['map', '{', '}'] : ['list', '[', ']']
    const opening = placeAt(openBracket(text, pos[0], begin, end))
    return problem(opening, `The ${what} that begins here does not end.`, `Close it with "${end}".`)
  }
  switch (code) {
    case 'TAB_AS_INDENT':
      return problem(place, 'The line is indented with a tab.', 'YAML takes spaces only: two for each level.')
    case 'MULTIPLE_DOCS':
      return problem(
        place,
        'The file holds several documents ("---").',
        'Give each a file of its own, or take "---" out.',
      )
    case 'BLOCK_AS_IMPLICIT_KEY':
      if (error.message.includes('sequence')) {
        return problem(
          place,
          'A list begins where a key is expected.',
          'Give every entry of the list a dash, or none of them.',
        )
      }
      return (lineAt(text, pos[0]).match(/:(\s|$)/g) ?? []).length > 1
        ? problem(place, 'A second ": " stands on one line.', 'Put a text with a colon in quotes, or begin a new line.')
        : wavering(placeAt(nextLine(text, pos[0])))
    case 'BAD_INDENT':
      return wavering(place)
    case 'MULTILINE_IMPLICIT_KEY':
      return problem(
        place,
        'A key is expected here: a name, a colon and a space.',
        'For example "title: A quiet deal".',
      )
    case 'MISSING_CHAR':
      return missing(error, text, placeAt)
    case 'BAD_SCALAR_START': {
      const sign = text[pos[0]] ?? ''
      return problem(place, `A text that begins with ${sign} needs quotes.`, `Write "${sign}…".`)
    }
    case 'BAD_DQ_ESCAPE':
      return problem(
        place,
        'A backslash means nothing before this letter.',
        "In single quotes ('…') it is just a backslash.",
      )
    case 'BAD_ALIAS':
    case 'ALIAS_PROPS':
      return problem(place, 'This alias cannot be read.', 'A text that begins with * or & needs quotes.')
    case 'RESOURCE_EXHAUSTION':
      return problem(placeAt(0), 'The file is nested too deeply.', 'A rules file has a few levels, not hundreds.')
    default:
      return problem(
        place,
        'The line is not YAML from here on.',
        'Mostly a quote, a bracket or a comma is missing just before, or a text needs quotes.',
      )
  }
}

const wavering = (place: Place): Problem =>
  problem(
    place,
    'The line is indented differently from its neighbours.',
    'Keys of one map begin in the same column; entries of a list all begin with a dash.',
  )

const lineAt = (text: string, offset: number): string => {
  const end = text.indexOf('\n', offset)
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, end < 0 ? undefined : end)
}

/** Where the text of the next line begins. */
function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end < 0 ? offset : end + 1 + (/^ */.exec(text.slice(end + 1))?.[0].length ?? 0)
}

/** The last bracket before the offset that is not closed; quotes are not looked at. */
function openBracket(text: string, offset: number, begin: string, end: string): number {
  let depth = 0
  for (let i = offset - 1; i >= 0; i -= 1) {
    if (text[i] === end) depth += 1
    else if (text[i] === begin && depth-- === 0) return i
  }
  return offset
}

function missing(error: YAMLError, text: string, placeAt: (offset: number) => Place): Problem {
  const quote = /closing (["'])/.exec(error.message)?.[1]
  if (quote) {
    return problem(placeAt(openQuote(text, quote)), 'A text in quotes does not end.', `Close it with ${quote}.`)
  }
  return problem(
    placeAt(error.pos[0]),
    'A key is expected here: a name, a colon and a space.',
    'Is the space after the colon missing?',
  )
}

/** The first quote that opens a value and is not closed on its line. */
function openQuote(text: string, quote: string): number {
  const opens = new RegExp(`(?<=[:\\-,\\[{]\\s+|[\\[{])${quote}(?=[^${quote}\\n]*$)`, 'gm')
  return opens.exec(text)?.index ?? Math.max(0, text.lastIndexOf(quote))
}

/** Where a `{{` stands outside of quotes on the line of an error. */
function unquotedTemplate(text: string, offset: number): number | null {
  const begin = text.lastIndexOf('\n', offset - 1) + 1
  const blank = lineAt(text, offset).replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, (quoted) => ' '.repeat(quoted.length))
  const found = blank.indexOf('{{')
  return found < 0 || found > offset - begin + 1 ? null : begin + found
}

/** The hint for a value that should have been a number. */
export function numberHint(text: string): string | undefined {
  const bare = text.replaceAll(/[,_'’\s]/g, '')
  if (/^\d{1,3}([,_'’ ]\d{3})+(\.\d+)?$/.test(text)) return `Write ${bare}, without separators.`
  if (/^\d{1,3}(\.\d{3}){2,}$/.test(text)) return `Write ${text.replaceAll('.', '')}, without separators.`
  if (/^[$€£]\s*[\d,.]+$/.test(text)) return `Write ${bare.slice(1)}; the currency is its own fact.`
  if (/^\d+(\.\d+)?\s*%$/.test(text)) return `Write ${text.replace(/\s*%/, '')}.`
  if (/^\d+(\.\d+)?[km]$/i.test(text)) return 'Write the number in full.'
  if (/^-?\d+(\.\d+)?$/.test(text)) return `Write ${text} without quotes.`
  return undefined
}

/** The hint for a value that should have been true or false. */
export const flagHint = (text: string): string | undefined =>
  /^(yes|on|y)$/i.test(text) ? 'Write true.' : /^(no|off|n)$/i.test(text) ? 'Write false.' : undefined

/** The hint for a text that begins with `{{` and so became a map in a map. */
export const TEMPLATE_HINT = QUOTES

const problem = (place: Place, message: string, hint?: string): Problem => ({
  place,
  message,
  ...(hint ? { hint } : {}),
})
