import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatProblem } from '../../src/config/formats.js'
import { loadRules } from '../../src/config/load.js'
import { folder } from './folder.js'

const here = new URL('.', import.meta.url).pathname

describe('each broken rules folder is told by place, sentence and next step', () => {
  for (const sin of readdirSync(`${here}mistakes`).sort()) {
    test(sin, async () => {
      const files = folder(`${here}mistakes/${sin}`, '.')
        .map(({ path, text }) => ({ path: path.slice(2), text }))
        .map((file) => (sin === 'big-file' ? { ...file, text: file.text + '# and so on\n'.repeat(100_000) } : file))
      const { program, problems } = loadRules(files)
      expect(program).toBeNull()
      expect(problems).not.toEqual([])
      await expect(`${problems.map(formatProblem).join('\n')}\n`).toMatchFileSnapshot(`golden/${sin}.txt`)
    })
  }
})
