import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { PAGES, textOf } from './pages.js'

const root = join(import.meta.dirname, '../..')

test('the sentence of the folders names every one', () => {
  const sentence = /`(lib <[^`]*)`/.exec(textOf('CONTRIBUTING.md'))?.[1] ?? ''
  const named = sentence.split(/\s*<\s*/)
  expect(readdirSync(join(root, 'src')).filter((name) => !named.includes(name))).toEqual([])
})

test('files and folders that pages name are there', () => {
  const missing = ['CONTRIBUTING.md', ...PAGES].flatMap((page) =>
    [...textOf(page).matchAll(/`((?:src|test|docs|scripts|schemas|examples)\/[\w./-]*)`/g)]
      .map(([, path]) => path as string)
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${page}: ${path}`),
  )
  expect(missing).toEqual([])
})

test('links between pages lead somewhere, headings included', () => {
  const anchorsOf = (page: string) =>
    [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
      (title as string)
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    )
  const broken = PAGES.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].flatMap(([, path, anchor]) => {
      const target = path ? join(page, '..', path) : page
      if (!existsSync(join(root, target))) return [`${page}: ${path}`]
      return anchor && !anchorsOf(target).includes(anchor) ? [`${page}: ${target}#${anchor}`] : []
    }),
  )
  expect(broken).toEqual([])
})

test('README speaks of commands that there are', () => {
  const names = COMMANDS.map(({ usage }) => usage.split(' ')[0])
  const table = /\| command \| does \|([\s\S]*?)\n\n/.exec(textOf('README.md'))?.[1] ?? ''
  const told = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) =>
    [...(cell as string).matchAll(/`(\w+)/g)].map(([, name]) => name as string),
  )
  expect(told.length).toBeGreaterThan(10)
  for (const name of told) expect(names).toContain(name)
})
