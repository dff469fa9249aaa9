import { nearestOfAny } from '../lib/nearest.js'

/** Something is wrong with the whole file, or with how the source maps it: nothing is read. */
export interface ImportProblem {
  message: string
  hint?: string
}

/** The columns that a mapping needs and a file lacks, with those that are there. Of alternatives one must be there. */
export function lackingColumns(
  needed: readonly (readonly string[])[],
  header: readonly string[],
): ImportProblem | undefined {
  const lacking = needed.filter((alternatives) => !alternatives.some((column) => header.includes(column)))
  const twice = needed.flat().filter((column) => header.filter((name) => name === column).length > 1)
  if (twice.length > 0) {
    return { message: `The file has ${list(twice)} more than once; which one is meant cannot be told.` }
  }
  if (lacking.length === 0) return undefined
  const meant = [...new Set(lacking.flat())].flatMap((column) => {
    const near = nearestOfAny(column, header)
    return near === undefined ? [] : [`"${near}" for "${column}"`]
  })
  const absent = [...new Set(lacking.map((names) => names.map((name) => `"${name}"`).join(' or ')))]
  const there = `It has ${some(header.map((name) => `"${name}"`))}.`
  return {
    message: `The file has no column ${some(absent, 'no column ')}.`,
    hint: meant.length > 0 ? `${there} Did you mean ${some(meant)}?` : there,
  }
}

/** So many columns are named; of a wide file nobody reads them all. */
const SHOWN = 10

const some = (texts: readonly string[], before = ''): string => {
  const shown = texts.slice(0, SHOWN).join(`, ${before}`)
  return texts.length > SHOWN ? `${shown} and ${texts.length - SHOWN} more` : shown
}

const list = (names: readonly string[]) => [...new Set(names)].map((name) => `"${name}"`).join(', ')
