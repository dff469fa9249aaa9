import { inWords } from '../conditions/words.js'
import type { AssemblyLine, Bin, Pipeline } from '../domain/vocabulary.js'
import { GROUPS } from '../domain/vocabulary.js'
import { formatSpan } from '../lib/span.js'
import type { Program, Rule } from '../program/program.js'

/** What can be drawn. */
export const DRAWINGS = ['assembly-line', 'pipelines'] as const
export type Drawing = (typeof DRAWINGS)[number]

/** Draws the assembly line or the pipelines as a Mermaid flowchart. Null where the rules declare none. */
export function draw(program: Program, what: Drawing): string | null {
  const { assemblyLine, pipelines } = program.vocabulary
  if (what === 'pipelines') return pipelines.size === 0 ? null : drawPipelines([...pipelines.values()])
  return (
    assemblyLine &&
    drawLine(
      assemblyLine,
      program.rules.filter((rule) => rule.is === 'move' && rule.disabled === null),
    )
  )
}

/** Mermaid reads quotes, brackets and line breaks as its own: they become entities. */
const text = (words: string): string =>
  `"${words.replace(/[&"<>#\r\n[\]{}|`]/g, (c) => (c === '\r' || c === '\n' ? ' ' : `#${c.charCodeAt(0)};`))}"`

// Ids of nodes are numbers with a letter: names such as `end` are words of Mermaid.
const nodes = (names: Iterable<string>, letter: string) =>
  new Map([...names].map((name, i) => [name, `${letter}${i + 1}`]))

/**
 * Bins in their groups. A solid arrow is a move that Linewalker makes by itself, labelled with its name; a dotted one is
 * a move that a person may make. What is open to every bin starts from one node of its own.
 */
function drawLine(line: AssemblyLine, moves: readonly Rule[]): string {
  const ids = nodes(line.bins.keys(), 'b')
  const node = (name: string) => ids.get(name) ?? 'any'
  const lines = ['flowchart LR']
  for (const group of GROUPS) {
    const bins = [...line.bins.values()].filter((bin) => bin.group === group)
    if (bins.length === 0) continue
    lines.push(`  subgraph ${group}_group [${text(group)}]`)
    for (const bin of bins) lines.push(`    ${node(bin.name)}[${text(sayBin(bin))}]`)
    lines.push('  end')
  }
  lines.push(`  start((start)) --> ${node(line.startsIn)}`)
  const anyBin = line.allowed.some(({ from }) => from === 'any')
  if (anyBin) lines.push('  any{{any bin but those to avoid}}')
  for (const { from, to } of line.allowed) {
    for (const origin of from === 'any' ? ['any'] : from) {
      for (const target of to) {
        const own = moves.filter((move) => move.move?.to === target && fits(move, origin, from === 'any', line))
        if (own.length === 0) lines.push(`  ${node(origin)} -.-> ${node(target)}`)
        for (const { id } of own) lines.push(`  ${node(origin)} -->|${text(id)}| ${node(target)}`)
      }
    }
  }
  return [...new Set(lines.slice(0, 1)), ...once(lines.slice(1))].join('\n')
}

/** A move written `from: any` starts from every bin that may be left so; another one from the bins it names. */
function fits({ move }: Rule, origin: string, any: boolean, line: AssemblyLine): boolean {
  if (!move) return false
  const every = [...line.bins.values()].filter(({ group, name }) => group !== 'avoid' && name !== move.to)
  const isWritten = line.allowed.some(({ from, to }) => from === 'any' && to.includes(move.to))
  const isAny = isWritten && move.from.length === every.length && every.every(({ name }) => move.from.includes(name))
  return any ? isAny : !isAny && move.from.includes(origin)
}

/** Arrows once each; the lines of subgraphs all stay. */
function once(lines: readonly string[]): string[] {
  const seen = new Set<string>()
  return lines.filter((line) => !/-->|-\.->/.test(line) || (!seen.has(line) && seen.add(line)))
}

const sayBin = ({ label, expected }: Bin): string => (expected ? `${label} (${formatSpan(expected)})` : label)

/** One subgraph a pipeline, its stages in order. */
function drawPipelines(pipelines: readonly Pipeline[]): string {
  const lines = ['flowchart LR']
  pipelines.forEach(({ label, stages, backwards }, p) => {
    lines.push(`  subgraph p${p + 1} [${text(backwards === 'refused' ? `${label} (never backwards)` : label)}]`)
    lines.push('    direction LR')
    stages.forEach(({ label: stage, probability, expected }, s) => {
      const notes = [probability === null ? [] : `${probability} %`, expected ? formatSpan(expected) : []].flat()
      lines.push(`    p${p + 1}s${s + 1}[${text(notes.length > 0 ? `${stage} (${notes.join(', ')})` : stage)}]`)
    })
    stages.slice(1).forEach((_, s) => {
      lines.push(`    p${p + 1}s${s + 1} --> p${p + 1}s${s + 2}`)
    })
    lines.push('  end')
  })
  return lines.join('\n')
}

/** The moves in words, below the drawing: `cold-to-working: touches in bin at least 1`. */
export const sayMoves = (program: Program): string[] =>
  program.rules
    .filter((rule) => rule.is === 'move' && rule.disabled === null)
    .map((rule) => `${rule.id}: ${inWords(rule.when)}`)
