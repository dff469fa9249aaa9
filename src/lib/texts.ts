import { filters as builtins, Drop, Liquid } from 'liquidjs'
import { didYouMean, nearestOfAny } from './nearest.js'

/** A Liquid text, parsed once. The only door to liquidjs. */
export interface Template {
  /** As written. */
  readonly source: string
  /** The dotted names it reads, as written: `account.name`, `rule.title`. */
  readonly variables: readonly string[]
  /** Fills it in. A name whose value is null or undefined prints as `unknown`. Throws where the text fails on these values. */
  render(values: Record<string, unknown>): string
}

const UNKNOWN = 'unknown'

/** A value that also has parts: `{{ owner }}` prints the id, `{{ owner.name }}` the name. */
class Named extends Drop {
  readonly #value: unknown
  constructor(value: unknown, parts: Record<string, unknown>) {
    super()
    this.#value = value
    Object.assign(this, parts)
  }
  override valueOf(): string {
    // liquidjs compares and prints whatever this gives; its type says text only.
    return this.#value as string
  }
}

const plain = (value: unknown): unknown => (value instanceof Named ? value.valueOf() : value)

const print = (value: unknown): string => {
  const v = plain(value)
  if (v === null || v === undefined) return UNKNOWN
  if (Array.isArray(v)) return v.map(print).join(', ')
  return typeof v === 'object' ? (JSON.stringify(v) ?? UNKNOWN) : String(v)
}

/** No clock, no chance, no files: the same values always give the same text. */
const FORBIDDEN_FILTERS = /^(sample|date_to_.*)$/
const FORBIDDEN_TAGS = ['include', 'render', 'layout', 'block']
const DAY = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}))?/

function makeEngine(): Liquid {
  const engine = new Liquid({
    strictFilters: true,
    ownPropertyOnly: true,
    parseLimit: 20_000,
    renderLimit: 500,
    memoryLimit: 1_000_000,
    timezoneOffset: 0,
    templates: {},
    outputEscape: print,
  })
  for (const tag of FORBIDDEN_TAGS) delete engine.tags[tag]
  for (const [name, filter] of Object.entries(builtins)) {
    if (FORBIDDEN_FILTERS.test(name)) delete engine.filters[name]
    else if (typeof filter === 'function' && name !== 'default') {
      const run = filter as (this: unknown, ...args: unknown[]) => unknown
      // What is unknown stays unknown through every filter but `default`.
      engine.registerFilter(name, function (this: unknown, value: unknown, ...args: unknown[]) {
        const known = plain(value)
        if (known === null || known === undefined) return null
        return run.call(this, name === 'date' ? asUtc(known) : known, ...args)
      } as Parameters<Liquid['registerFilter']>[1])
    }
  }
  return engine
}

/** Days and instants come as civil text; read as UTC they print as they are, wherever the process runs. "now" is none. */
function asUtc(value: unknown): string {
  const match = DAY.exec(String(value))
  if (!match) throw new Error(`"${String(value)}" is no day: the filter "date" takes one such as 2026-03-14.`)
  return `${match[1]}T${match[2] ?? '00:00'}:00Z`
}

let shared: Liquid | undefined

/** What filters are called elsewhere. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  upper: 'upcase',
  uppercase: 'upcase',
  lower: 'downcase',
  lowercase: 'downcase',
  title: 'capitalize',
  titlecase: 'capitalize',
  length: 'size',
  len: 'size',
  trim: 'strip',
  default_if_none: 'default',
}
const USUAL = ['upcase', 'capitalize', 'default', 'date', 'round', 'join', 'truncate']

/**
 * Parses a text once. `error` is a sentence without a place, `near` the part of the text of which it speaks. Variables of
 * filters, conditions and loops are among `variables`; what the text itself assigns or loops over is not.
 */
export function parseTemplate(source: string): { template?: Template; error?: string; near?: string } {
  shared ??= makeEngine()
  const engine = shared
  try {
    const parsed = engine.parse(source)
    const segments = engine.globalVariableSegmentsSync(parsed).map(staticNames)
    const variables = [...new Set(segments.map((names) => names.join('.')))]
    const tree = treeOf(segments)
    const render = (values: Record<string, unknown>) => engine.renderSync(parsed, branches(tree, '', values))
    return { template: { source, variables, render } }
  } catch (error) {
    const said = sentence(error)
    const filter = /^Undefined filter: (\S+)\.$/.exec(said)?.[1]
    if (filter === undefined) return { error: said }
    const known = Object.keys(engine.filters)
    const meant = Object.hasOwn(ELSEWHERE, filter) ? ELSEWHERE[filter] : nearestOfAny(filter, known)
    const near = new RegExp(`\\|\\s*${filter.replace(/\W/g, '\\$&')}(?![\\w-])`).exec(source)?.[0]
    const next = didYouMean(meant) || ` Usual ones are ${USUAL.join(', ')}.`
    return { error: `There is no filter "${filter}".${next}`, ...(near === undefined ? {} : { near }) }
  }
}

/** The names up to the first one that is itself looked up: `fields[competitor].x` reads `fields`. */
function staticNames(segments: readonly unknown[]): string[] {
  const end = segments.findIndex((segment) => typeof segment !== 'string')
  return (end < 0 ? segments : segments.slice(0, end)) as string[]
}

function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const [text = ''] = message.split('\n')
  const said = text.replace(/, line:\d+, col:\d+$/, '').replace(/\.$/, '')
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`
}

function treeOf(names: readonly (readonly string[])[]): Tree {
  const tree: Tree = new Map()
  for (const path of names) {
    let at = tree
    for (const name of path) {
      const next = at.get(name) ?? new Map()
      at.set(name, next)
      at = next
    }
  }
  return tree
}

type Tree = Map<string, Tree>

/** Values may be nested or flat (`{ 'owner.name': 'Dana' }`); only the names that the text reads are looked up. */
function branches(tree: Tree, prefix: string, values: Record<string, unknown>): Record<string, unknown> {
  const scope: Record<string, unknown> = {}
  for (const [name, parts] of tree) {
    const flat = prefix + name
    const value = Object.hasOwn(values, flat) ? (values[flat] ?? null) : null
    const nested = typeof value === 'object' && value !== null
    scope[name] = nested || parts.size === 0 ? value : new Named(value, branches(parts, `${flat}.`, values))
  }
  return scope
}
