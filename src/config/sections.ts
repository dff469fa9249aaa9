import { isMap, isScalar, isSeq, type Node } from 'yaml'
import { alternatives, type Schema, typesOf } from './json-schema.js'
import { nounAt } from './nouns.js'

/** What stands behind a key, as far as it must be known before it is read: the keys of a map, else what it is. */
export type Shape = { is: 'map'; keys: readonly string[] } | { is: 'nothing' | 'value' | 'list' }

/** The shape of a value as YAML has it. */
export function shapeOf(node: Node | null): Shape {
  if (node === null || (isScalar(node) && node.value === null && !node.source)) return { is: 'nothing' }
  if (isMap(node)) return { is: 'map', keys: node.items.map(({ key }) => (isScalar(key) ? String(key.value) : '')) }
  return { is: isSeq(node) ? 'list' : 'value' }
}

type Defs = Record<string, Schema>

/** The words of what a section names: of `rules` those of a rule. Empty where it names nothing, or anything. */
function wordsInside(section: Schema, defs: Defs): string[] {
  const elements = alternatives(section, defs).flatMap(({ additionalProperties: element }) =>
    typeof element === 'object' ? alternatives(element, defs) : [],
  )
  return elements.flatMap(({ properties }) => Object.keys(properties ?? {}))
}

const isElement = ({ keys }: { keys: readonly string[] }, words: readonly string[]): boolean =>
  keys.length > 0 && keys.every((key) => words.includes(key))

/**
 * Is what stands at the margin a part of the empty section above it, which only lacks its indentation: a `line` of it, or a
 * `word` of a line that lacks it too?
 */
export function partOf(section: Schema, key: string, shape: Shape, defs: Defs): 'line' | 'word' | null {
  const options = alternatives(section, defs)
  if (options.some(({ properties }) => properties && key in properties)) return 'line'
  const elements = options.flatMap(({ additionalProperties: element }) =>
    typeof element === 'object' ? alternatives(element, defs) : [],
  )
  const words = wordsInside(section, defs)
  if (words.includes(key)) return 'word'
  if (shape.is === 'map') return shape.keys.some((word) => words.includes(word)) ? 'line' : null
  if (shape.is === 'nothing') return elements.length > 0 ? 'line' : null
  const takes = shape.is === 'list' ? ['array'] : ['string', 'number', 'integer', 'boolean']
  return elements.some((element) => typesOf(element).some((type) => takes.includes(type))) ? 'line' : null
}

/** May this stand in the section: no other kind of value, and no line of some section in place of a section? */
export function fits(section: Schema, shape: Shape, defs: Defs): boolean {
  const options = alternatives(section, defs)
  const types = options.flatMap(typesOf)
  if (shape.is !== 'map') return shape.is === 'list' && types.includes('array')
  const words = options.flatMap(({ properties }) => Object.keys(properties ?? {}))
  if (shape.keys.some((key) => words.includes(key))) return true
  const isOpen = options.some(({ additionalProperties }) => typeof additionalProperties === 'object')
  return isOpen && !isElement(shape, wordsInside(section, defs))
}

/** The next step for a line of a section that stands where a section should: `Is it a rule? …`; undefined for anything else. */
export function misplaced(sections: Record<string, Schema>, shape: Shape, defs: Defs): string | undefined {
  if (shape.is !== 'map') return undefined
  for (const [name, section] of Object.entries(sections)) {
    const noun = nounAt([name, '*'])
    if (noun && isElement(shape, wordsInside(section, defs)))
      return `Is it a ${noun}? Put it below "${name}:", indented by two spaces.`
  }
  return undefined
}
