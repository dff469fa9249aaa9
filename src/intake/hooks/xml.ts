import { SaxesParser } from 'saxes'
import { Unreadable } from './hook.js'

/** An element without its prefix. */
export interface Element {
  name: string
  /** Its `xsi:type`, and whether it is `xsi:nil`. */
  type: string | null
  nil: boolean
  text: string
  children: Element[]
}

/** No message of a CRM is deeper. */
const DEEPEST = 16

/**
 * Reads XML. Throws Unreadable where it is not well-formed, declares a document type (there are no entities but XML's own
 * five), or is nested too deeply.
 */
export function parseXml(text: string): Element {
  const parser = new SaxesParser({ xmlns: false, fragment: false, position: false })
  const root: Element = { name: '', type: null, nil: false, text: '', children: [] }
  const open = [root]
  parser.on('error', () => {
    throw new Unreadable('The body is not well-formed XML.')
  })
  parser.on('doctype', () => {
    throw new Unreadable('The body declares a document type; none is read.')
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > DEEPEST) throw new Unreadable(`The body is nested more than ${DEEPEST} levels deep.`)
    const of = (wanted: string) => Object.entries(attributes).find(([key]) => local(key) === wanted)?.[1]
    const element = { name: local(name), type: of('type') ?? null, nil: of('nil') === 'true', text: '', children: [] }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  const add = (more: string) => {
    const inside = open.at(-1)
    if (inside) inside.text += more
  }
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('closetag', () => void open.pop())
  parser.write(text).close()
  const [first] = root.children
  if (!first) throw new Unreadable('The body is not well-formed XML.')
  return first
}

const local = (name: string) => name.replace(/^[^:]*:/, '')
