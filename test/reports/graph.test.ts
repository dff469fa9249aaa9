import { describe, expect, test } from 'vitest'
import { explainTree } from '../../src/conditions/words.js'
import { loadRules } from '../../src/config/load.js'
import { snapshotOf } from '../../src/engine/snapshots.js'
import { treeLines } from '../../src/reports/explain/words.js'
import { draw } from '../../src/reports/graph.js'
import { day, opportunity, programOf } from '../support/engine.js'

const programFrom = (text: string) => {
  const { program, problems } = loadRules([{ path: 'rules.yaml', text }])
  if (!program) throw new Error(JSON.stringify(problems))
  return program
}

describe('drawings', () => {
  test('what Mermaid would read as its own is written as entities', () => {
    const program = programFrom(`
pipelines:
  end: { label: 'The "end" <b>', stages: { graph: { label: 'a[b]|c' }, end: { label: "line\\nbreak; #1" } }, backwards: refused }
`)
    expect(draw(program, 'pipelines')).toBe(`flowchart LR
  subgraph p1 ["The #34;end#34; #60;b#62; (never backwards)"]
    direction LR
    p1s1["a#91;b#93;#124;c"]
    p1s2["line break; #35;1"]
    p1s1 --> p1s2
  end`)
    expect(draw(program, 'assembly-line')).toBeNull()
  })

  test('automatic moves are solid and named, others dotted, and a disabled one is a move that people may make', () => {
    const program = programFrom(`
assembly_line:
  starts_in: a
  bins: { a: { group: input }, b: { group: working, expected: 5 days }, c: { group: avoid } }
  moves:
    - { from: any, to: b, when: { touches: { at_least: 1 } } }
    - { from: a, to: [b, c] }
    - { from: b, to: a, when: { touches: 0 }, disabled: true }
`)
    expect(
      draw(program, 'assembly-line')
        ?.split('\n')
        .filter((line) => /--|-\./.test(line)),
    ).toEqual(['  start((start)) --> b1', '  any -->|"any-to-b"| b2', '  b1 -.-> b2', '  b1 -.-> b3', '  b2 -.-> b1'])
  })
})

describe('the condition line by line', () => {
  test('shows of a threshold that varies the row that applies, or that there is none', () => {
    const program = programOf(
      `  it: { for: opportunity, when: { time_in_stage: { over: { by: stage, second: 7 days, third: 9 days } } } }`,
    )
    const lines = (stage: string) => {
      const family = { account: null, opportunities: [opportunity('O', { stage, stage_since_known: true })] }
      const snapshot = snapshotOf(program, new Map(), family, { kind: 'opportunity', id: 'O' }, day(8))
      return treeLines(explainTree(program.rules[0]!.when, snapshot))
    }
    expect(lines('second')).toEqual([
      { depth: 0, holds: true, text: 'time in stage over 7 days (stage second): 8 days since 2026-01-01' },
    ])
    expect(lines('first')).toEqual([{ depth: 0, holds: false, text: 'there is no threshold for this stage' }])
  })
})
