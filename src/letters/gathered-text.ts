import type { ReadBlock, ReadLetter } from './gathered.js'
import type { ReadLine } from './gathered-line.js'
import type { Way } from './gathered-ways.js'

const WIDTH = 72

/** Breaks a text between words, so that it is read in a narrow window; words that are longer stay whole. */
export function wrap(text: string, indent = '', width = WIDTH): string {
  return text
    .split('\n')
    .map((paragraph) => {
      const lines: string[] = []
      let line = ''
      for (const word of paragraph.split(/\s+/)) {
        if (line !== '' && indent.length + line.length + 1 + word.length > width) {
          lines.push(line)
          line = word
        } else line = line === '' ? word : `${line} ${word}`
      }
      return [...lines, line].map((one) => `${indent}${one}`.trimEnd()).join('\n')
    })
    .join('\n')
}

/** The text part of a gathered letter; it says all that the HTML part says. */
export function gatheredText(letter: ReadLetter): string {
  const { greeting, intro, sections, more, tasks, resolved, notes, foot, ways } = letter
  const blocks = [greeting, ...(intro.length === 0 ? [] : [intro.map((text) => wrap(text)).join('\n')])]
  for (const { title, counts, groups } of sections) {
    blocks.push(`${title.toUpperCase()}${counts === null ? '' : ` (${counts})`}`)
    for (const { title: account, blocks: those } of groups) {
      if (account !== null) blocks.push(account)
      blocks.push(...those.map((block) => blockText(block, groups.length === 1 && account === null)))
    }
  }
  if (more !== null) blocks.push(wrap(more))
  const list = (items: readonly string[]) => items.map((item) => `- ${wrap(item, '  ').trimStart()}`)
  const said = (text: string | null) => (text === null ? [] : [text])
  if (tasks) {
    const items = tasks.items.flatMap(({ says, id }) => [...list([says]), `  ${id}`])
    blocks.push([tasks.title.toUpperCase(), ...said(tasks.says), ...items, ...said(tasks.more)].join('\n'))
  }
  if (resolved) blocks.push([resolved.title, ...list(resolved.items), ...said(resolved.more)].join('\n'))
  if (notes.length > 0) blocks.push(notes.map((note) => wrap(note)).join('\n'))
  const how = wrap(foot.join(' '))
  const may = waysText(ways)
  blocks.push(`-- \n${[how, ...may].join('\n')}`)
  return `${blocks.join('\n\n')}\n`
}

/** What one may do: a sentence, and beneath it the commands, each whole on a line. */
export const waysText = (ways: readonly Way[]): string[] =>
  ways.flatMap(({ says, commands }) => [wrap(says), ...commands.map((command) => `  ${command}`)])

/** One reason stands behind the name; of several each has its own line to begin with. */
function blockText({ name, account, amount, lines }: ReadBlock, withLevel: boolean): string {
  const [only, ...others] = lines
  const head = [name, account, amount].filter((part) => part !== null).join(', ')
  const item = (text: string) => `* ${wrap(text, '  ').trimStart()}`
  if (only && others.length === 0) {
    const marks = [...(withLevel ? [only.level] : []), ...only.tags].join(', ')
    return [item(marks === '' ? head : `${head} [${marks}]`), ...saysText(only, only.says)].join('\n')
  }
  const parts = lines.flatMap((line) => saysText(line, `[${[line.level, ...line.tags].join(', ')}] ${line.says}`))
  return [item(head), ...parts].join('\n')
}

function saysText({ why, because, since, finding }: ReadLine, says: string): string[] {
  const body = [says, why, because, since].filter((text) => text !== null && text !== '')
  return [...body.map((text) => wrap(text as string, '  ')), `  ${finding}`]
}
