import type { ReadDigest } from './digest.js'
import { wrap } from './gathered-text.js'

/** The text part of a digest; what the picture shows stands in it as a list. */
export function digestText(digest: ReadDigest): string {
  const { greeting, intro, levels, changeTitle, bars, lists, advice, foot } = digest
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
  for (const { title, entries, more } of lists) {
    const items = entries.map(({ name, tag, says }) =>
      [`* ${wrap(`${name}${tag ? ` [${tag}]` : ''}`, '  ').trimStart()}`, ...says.map((text) => wrap(text, '  '))].join(
        '\n',
      ),
    )
    blocks.push([title.toUpperCase(), ...items, ...(more === null ? [] : [more])].join('\n'))
  }
  if (advice.length > 0) {
    const books = advice.map(({ title, practice, says }) =>
      [
        title,
        ...(practice === null ? [] : [wrap(practice)]),
        ...says.map(({ name, text }) => `- ${wrap(`${name}: ${text}`, '  ').trimStart()}`),
      ].join('\n'),
    )
    blocks.push(['COACHING', ...books].join('\n'))
  }
  blocks.push(`-- \n${wrap(foot)}`)
  return `${blocks.join('\n\n')}\n`
}
