import { sayLevel } from '../reports/table.js'
import type { ReadDigest } from './digest.js'
import type { ListTable, Row } from './digest-table.js'
import { waysText, wrap } from './gathered-text.js'

/** The text part of a digest; what the picture shows stands in it as a list. */
export function digestText(digest: ReadDigest): string {
  const { greeting, intro, levels, changeTitle, bars, lists, advice, foot, ways } = digest
  const counted = levels.map(({ name, count, share, value, change }) => {
    const more = [
      share,
      value,
      change === '' ? '' : `${change}${changeTitle && change !== 'as before' ? ` ${changeTitle}` : ''}`,
    ]
    return `  ${`${name}:`.padEnd(9)} ${count.padStart(5)}  ${more.filter((text) => text !== '').join(', ')}`.trimEnd()
  })
  const blocks = [greeting, intro.map((text) => wrap(text)).join('\n'), ['HEALTH', ...counted].join('\n')]
  if (bars.length > 1) blocks.push(['BY OWNER', ...bars.map((bar) => `  ${bar}`)].join('\n'))
  for (const { title, intro: first, entries, table, more } of lists) {
    const items = entries.map(({ name, tag, says }) => itemText(name, tag, says))
    const rows = table ? table.rows.map((row) => rowText(table, row)) : []
    const heading = [title.toUpperCase(), ...(first === null ? [] : [wrap(first)])]
    blocks.push([...heading, ...items, ...rows, ...(more === null ? [] : [more])].join('\n'))
  }
  if (advice.length > 0) {
    const books = advice.map(({ title, practice, says, more }) =>
      [
        title,
        ...(practice === null ? [] : [wrap(practice)]),
        ...says.map(({ name, text }) => `- ${wrap(`${name}: ${text}`, '  ').trimStart()}`),
        ...(more === null ? [] : [`- ${more}`]),
      ].join('\n'),
    )
    blocks.push(['COACHING', ...books].join('\n'))
  }
  blocks.push(['-- ', wrap(foot), ...waysText(ways)].join('\n'))
  return `${blocks.join('\n\n')}\n`
}

const itemText = (name: string, tag: string | null, says: readonly string[]) =>
  [`* ${wrap(`${name}${tag ? ` [${tag}]` : ''}`, '  ').trimStart()}`, ...says.map((text) => wrap(text, '  '))].join(
    '\n',
  )

/** A row of a table as people read it aloud: each cell behind its heading, a wrong one with its level. */
function rowText({ headers }: ListTable, { name, tag, under, cells, notes, code }: Row): string {
  const said = cells.flatMap(({ text, level }, i) =>
    text === '' ? [] : [`${headers[i]?.title}: ${text}${level === null ? '' : ` (${sayLevel(level)})`}`],
  )
  return itemText(
    name,
    tag,
    [under ?? '', said.join(' · '), notes.map((note) => note.text).join(' · '), code ?? ''].filter(Boolean),
  )
}
