import { expect, it } from 'vitest'
import { FORMATS, formatProblem, formatProblems } from '../../src/config/formats.js'
import { resolveSecrets, secretsIn } from '../../src/config/secrets.js'

const problems = [
  {
    place: { file: 'rules/a, b.yaml', line: 12, column: 9 },
    message: 'There is no fact "x".',
    hint: '100% sure:\nno.',
  },
  { place: { file: 'rules/c.yaml', line: 1, column: 1 }, message: 'The file is empty.' },
]
const warnings = [
  { place: { file: 'rules/c.yaml', line: 3, column: 5 }, message: 'It never holds.', hint: 'Look again.' },
  { place: { file: 'rules/c.yaml', line: 7, column: 3 }, message: 'They go round.', kind: 'ping-pong' },
]

const kinds = new Map([['ping-pong', 'A circle of rules.']])

it.each(FORMATS)('prints problems and warnings as %s', async (format) => {
  await expect(`${formatProblems(problems, warnings, format, kinds)}\n`).toMatchFileSnapshot(
    `golden-formats/${format}.txt`,
  )
})

it('prints nothing for people where nothing is wrong, and whole values for programs', () => {
  expect(formatProblems([], [], 'text')).toBe('')
  expect(formatProblems([], [], 'github')).toBe('')
  expect(JSON.parse(formatProblems([], [], 'json'))).toEqual({ problems: [], warnings: [] })
  expect(JSON.parse(formatProblems([], [], 'sarif')).runs[0].results).toEqual([])
})

it('puts the hint on an indented line of its own', () => {
  expect(formatProblem(warnings[0] as (typeof warnings)[0])).toBe('rules/c.yaml:3:5  It never holds.\n    Look again.')
})

it('fills secrets in from the environment and names those that are not set', () => {
  const text = 'https://${ HOST }/${PATH_1}?${PATH_1}'
  expect(secretsIn(text)).toEqual(['HOST', 'PATH_1'])
  expect(resolveSecrets(text, { HOST: 'h', PATH_1: 'p' })).toEqual({ text: 'https://h/p?p', unset: [] })
  expect(resolveSecrets(text, { HOST: '' }).unset).toEqual(['HOST', 'PATH_1'])
  expect(resolveSecrets('plain $HOST ${{ x }}', {})).toEqual({ text: 'plain $HOST ${{ x }}', unset: [] })
})
