import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** A fenced block of a page: `lang` and `note` are the words behind the fence. */
export interface Block {
  page: string
  /** The line on which its text begins. */
  line: number
  lang: string
  note: string
  text: string
}

/** The pages that people read: README.md and docs/, without the decisions and the generated reference. */
export const PAGES: readonly string[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md') && name !== 'reference.md')
    .sort()
    .map((name) => `docs/${name}`),
]

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Every fenced block of a page, in order. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = []
  let open: Block | null = null
  for (const [i, line] of textOf(page).split('\n').entries()) {
    const fence = /^```(\S*)\s*(.*)$/.exec(line)
    if (!fence) {
      if (open) open.text += `${line}\n`
    } else if (open) {
      blocks.push(open)
      open = null
    } else open = { page, line: i + 2, lang: fence[1] ?? '', note: fence[2] ?? '', text: '' }
  }
  return blocks
}

/** Do the lines shown stand in what was printed, in order? A line `…` stands for any number of lines. */
export function isExcerpt(shown: string, printed: string): boolean {
  const wanted = linesOf(shown)
  const there = linesOf(printed)
  const from = (i: number, j: number): boolean => {
    if (i === wanted.length) return j === there.length
    if (wanted[i] === '…') return from(i + 1, j) || (j < there.length && from(i, j + 1))
    return wanted[i] === there[j] && from(i + 1, j + 1)
  }
  return from(0, 0)
}

const linesOf = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd())
