import { expect, test } from 'vitest'
import { main } from '../../examples/library.js'
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

test('every name that the page lists is exported', async () => {
  const exported = textOf('src/index.ts')
  const named = [...textOf('docs/library.md').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name as string)
  expect(named.length).toBeGreaterThan(5)
  for (const name of named) expect(exported, name).toMatch(new RegExp(`\\b${name}\\b`))
})
