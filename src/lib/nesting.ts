/** Are the lists and maps of a JSON text nested deeper than this? Looks at the text, before anything is made of it. */
export function isNestedDeeper(text: string, deepest: number): boolean {
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
      if (depth > deepest) return true
    } else if (c === CLOSE_LIST || c === CLOSE_MAP) depth -= 1
  }
  return false
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [34, 92, 91, 93, 123, 125]
