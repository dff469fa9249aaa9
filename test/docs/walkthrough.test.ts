import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { generateCompany } from '../../examples/brightwater/generate.js'
import { linewalker } from '../cli/support.js'
import { type Block, blocksOf, isExcerpt } from './pages.js'

const root = join(import.meta.dirname, '../..')
const back = process.cwd()
let folder = ''

function enter(): void {
  folder = mkdtempSync(join(tmpdir(), 'linewalker-docs-'))
  process.chdir(folder)
}

afterEach(() => {
  process.chdir(back)
  rmSync(folder, { recursive: true, force: true })
})

const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** A transcript as pairs of a command (without `linewalker`) and what it is to print. */
const callsIn = ({ text }: Block): { command: string; printed: string }[] =>
  text
    .split(/^\$ linewalker /m)
    .slice(1)
    .map((call) => {
      const [command = '', ...printed] = call.split('\n')
      return { command, printed: printed.join('\n') }
    })

const words = (command: string): string[] =>
  command.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', '')) ?? []

async function run(command: string): Promise<string> {
  const { out, err } = await linewalker(words(command), { width: Number.POSITIVE_INFINITY })
  return out + err
}

/** What a block shows is what its commands print (nothing shown: anything); where it is not, the whole of it is told. */
async function follow(block: Block, behind = ''): Promise<string> {
  let all = ''
  for (const { command, printed } of callsIn(block)) {
    const said = await run(`${command}${behind}`)
    if (printed.trim() !== '' && !isExcerpt(printed, said))
      expect(printed, `${block.page}:${block.line}, ${command}`).toBe(said)
    all += said
  }
  return all
}

describe('what the pages show is what happens', () => {
  test('the first five minutes, and the guide in the same folder', async () => {
    enter()
    await run('init')
    const blocks = [...blocksOf('README.md'), ...blocksOf('docs/guide.md')]
    let said = ''
    for (const block of blocks) {
      if (/\.(csv|ya?ml)$/.test(block.note)) write(block.note, block.text)
      if (block.lang === 'console' && block.note === '') said += await follow(block)
    }
    const excerpts = blocks.filter(({ note }) => note === 'excerpt')
    expect(excerpts.length).toBeGreaterThan(0)
    for (const { text } of excerpts) expect(isExcerpt(`…\n${text}…`, said), text).toBe(true)
  })

  test('Brightwater', async () => {
    enter()
    mkdirSync('rules')
    for (const from of [join(root, 'rules'), join(root, 'examples/brightwater/rules')])
      for (const file of readdirSync(from)) cpSync(join(from, file), join('rules', file))
    for (const [file, text] of Object.entries(generateCompany({ seed: 7, today: '2026-11-20' }))) write(file, text)
    for (const kind of ['people', 'accounts', 'contacts', 'opportunities', 'activities', 'changes'])
      await run(`import ${kind} ${kind}.csv --source crm --at 2026-11-20T09:00`)
    const shown = blocksOf('README.md').filter(({ note }) => note === 'brightwater')
    expect(shown).toHaveLength(1)
    for (const block of shown) await follow(block, ' --at 2026-11-20T10:00')
  })
})
