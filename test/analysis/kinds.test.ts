import { describe, expect, test } from 'vitest'
import { analyse } from '../../src/analysis/analyse.js'
import { KINDS } from '../../src/analysis/kinds/index.js'
import { WORLD } from '../../src/analysis/world.js'
import { loadRules } from '../../src/config/load.js'

const NOW = Date.UTC(2026, 2, 18, 15)

async function warningsOf(text: string) {
  const files = [
    { path: 'rules/world.yaml', text: WORLD },
    { path: 'rules/example.yaml', text },
  ]
  const { program, rules, problems, locate } = loadRules(files)
  if (!program || !rules) throw new Error(problems.map(({ place, message }) => `${place.line}: ${message}`).join('\n'))
  return (await analyse(program, rules, NOW)).map((warning) => ({ ...warning, ...locate(warning) }))
}

describe('every kind of warning', () => {
  test('the world of the examples has no fault', async () => {
    expect(await warningsOf('views: {}')).toEqual([])
  })

  test.each(KINDS.map((kind) => [kind.id, kind] as const))(
    '%s is found in its own example, and nothing else',
    async (id, kind) => {
      expect(kind.summary).toMatch(/^[A-Z].*\.$/)
      const found = await warningsOf(kind.example)
      expect(new Set(found.map((one) => one.kind))).toEqual(new Set([id]))
      const said = found.map(
        ({ place, message, hint }) => `${place.file}:${place.line}:${place.column}  ${message}\n    ${hint}`,
      )
      await expect(`${kind.example.trim()}\n\n${said.join('\n')}\n`).toMatchFileSnapshot(`golden/${id}.txt`)
    },
  )
})
