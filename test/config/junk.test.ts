import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatProblem } from '../../src/config/formats.js'
import { loadRules } from '../../src/config/load.js'
import { createPlaces } from '../../src/config/places.js'
import { shapeSchema } from '../../src/config/schema.js'
import { createShapeCheck } from '../../src/config/shape.js'
import { folder, texts } from './folder.js'

const here = new URL('.', import.meta.url).pathname
const good = folder(`${here}language`)

/** Whatever is loaded, there is a program or a problem, and every problem stands somewhere and says something. */
function holdsTogether(files: Parameters<typeof loadRules>[0]): void {
  const { program, rules, problems } = loadRules(files)
  expect(program === null).toBe(problems.length > 0)
  expect(rules === null).toBe(problems.length > 0)
  for (const { place, message, hint } of problems) {
    expect(place.line).toBeGreaterThan(0)
    expect(place.column).toBeGreaterThan(0)
    expect(message).toMatch(/\S/)
    expect(`${message}${hint}`).not.toMatch(/\[object|NaN|Symbol\(/)
  }
}

const WORDS = [
  'rules',
  'people',
  'when',
  'any',
  'not',
  'for',
  'opportunity',
  'stage',
  'null',
  '~',
  '&a',
  '*a',
  '<<',
  '!!set',
]
const SIGNS = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ': ',
  ',',
  '-',
  '- ',
  '\n',
  '\n  ',
  '\n    ',
  '"',
  "'",
  '#',
  '|',
  '>',
  '%',
  '@',
  '\t',
  '{{',
  '}}',
]
const piece = fc.oneof(fc.constantFrom(...WORDS, ...SIGNS), fc.string({ maxLength: 4 }), fc.integer().map(String))

describe('the loader never throws', () => {
  it('on junk', () => {
    const junk = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(piece, { maxLength: 60 }).map((p) => p.join('')),
    )
    fc.assert(
      fc.property(fc.array(junk, { maxLength: 3 }), (parts) =>
        holdsTogether(texts(Object.fromEntries(parts.map((text, i) => [`${i}.yaml`, text])))),
      ),
      { seed: 41, numRuns: 300 },
    )
  })

  it('on rules in which a piece of text was cut out, doubled or replaced', () => {
    const edit = fc.record({
      file: fc.nat(2),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      size: fc.nat(30),
      put: piece,
    })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const files = good.map((file) => ({ ...file }))
        for (const { file, at, size, put } of edits) {
          const one = files[file % files.length]
          if (!one) continue
          const start = Math.floor(at * one.text.length)
          one.text = one.text.slice(0, start) + put + one.text.slice(start + size)
        }
        holdsTogether(files)
      }),
      { seed: 42, numRuns: 80 },
    )
  })

  it('on names that every object has', () => {
    for (const name of ['constructor', 'to_string', 'toString', '__proto__', 'hasOwnProperty', 'valueOf']) {
      const section = `{ ${name}: { ${name}: 1 } }`
      holdsTogether(
        texts({
          'a.yaml': `${name}: 1\nrules: ${section}\npeople: ${section}\npipelines: ${section}\nchannels: ${section}\nthresholds: { a: { by: ${name}, ${name}: 3 } }\nfields: { ${name}: 1, account: ${section} }`,
          'b.yaml': `rules: { one: { for: account, when: { ${name}: ${name}, fields.${name}: 1 }, then: [{ ${name}: 1 }, { assign: ${name} }] } }`,
        }),
      )
    }
  })

  it('on rules that are nested very deeply', () => {
    const nested = (open: string, close: string) =>
      texts({ 'a.yaml': `rules: ${open.repeat(5000)}${close.repeat(5000)}` })
    holdsTogether(nested('[', ']'))
    holdsTogether(nested('{a: ', '}'))
    holdsTogether(
      texts({ 'a.yaml': `rules:\n${Array.from({ length: 900 }, (_, i) => `${' '.repeat(i + 1)}a:\n`).join('')}` }),
    )
  })
})

describe('the check of shapes', () => {
  const schema = shapeSchema()
  const check = createShapeCheck(schema)
  const value = loadRules(good).rules as Record<string, unknown>

  it('says something exactly where the validator refuses, and keeps only what it takes', () => {
    const bad = fc.constantFrom<unknown>(null, 7, -1.5, 'soon', true, [], {}, [null], { odd: 1 }, ['a', 3], {
      type: 'email',
    })
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), bad, fc.boolean(), (stream, put, isNewKey) => {
        const pick = (size: number): number => (stream.next().value as number) % size
        const copy = structuredClone(value)
        let here: Record<string, unknown> = copy
        for (;;) {
          const keys = Object.keys(here)
          const key = keys[pick(keys.length)] as string
          const next = here[key]
          const canDescend = typeof next === 'object' && next !== null && Object.keys(next).length > 0
          if (canDescend && pick(4) > 0) here = next as Record<string, unknown>
          else {
            if (isNewKey && !Array.isArray(here)) here[`${key}s`] = put
            else here[key] = put
            break
          }
        }
        const places = createPlaces()
        const { value: mended, complaints } = check.mend(copy, places)
        expect(complaints.length > 0).toBe(!check.isValid(copy))
        expect(complaints.length).toBeLessThan(4)
        // What stands in for something broken is hushed.
        const { complaints: again } = check.mend(mended, places)
        expect(again).toEqual([])
      }),
      { seed: 43, numRuns: 400 },
    )
  })
})

it('gives every problem in one line of text and at most one of hint', () => {
  const { problems } = loadRules(
    texts({ 'a.yaml': 'rules: { a: { for: x, title: "two\\nlines", "od\\nd": 1, then: "l\\nm" } }' }),
  )
  for (const problem of problems) expect(formatProblem(problem).split('\n').length).toBeLessThan(3)
})
