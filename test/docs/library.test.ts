import { expect, test } from 'vitest'
import { main } from '../../examples/library.js'
import * as library from '../../src/index.js'
import { blocksOf, textOf } from './pages.js'

const blocks = blocksOf('docs/library.md')

test('the page shows the example whole, as it stands in its file', () => {
  expect(blocks.filter(({ note }) => note === 'examples/library.ts').map(({ text }) => text)).toEqual([
    textOf('examples/library.ts'),
  ])
})

test('and what it says when it runs', async () => {
  const said: string[] = []
  await main((line) => said.push(line))
  expect(blocks.filter(({ note }) => note === 'it says').map(({ text }) => text)).toEqual([`${said.join('\n')}\n`])
})

test('what the page names is what is exported first', () => {
  const [, first = ''] = /^\/\/ What docs\/library\.md documents\.\n(.*?)\n\n/ms.exec(textOf('src/index.ts')) ?? []
  const exported = [...first.matchAll(/\{ (.*?) \}/g)].flatMap(([, names = '']) => names.split(', '))
  const page = textOf('docs/library.md')
  const listed = [...page.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? [])
  const errors = page.match(/\b\w+Error\b/g) ?? []
  expect(listed.length).toBeGreaterThan(15)
  expect(new Set(exported)).toEqual(new Set([...listed, ...errors]))
  for (const name of exported) expect(library, name).toHaveProperty(name)
})
