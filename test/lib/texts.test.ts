import { describe, expect, test } from 'vitest'
import { parseTemplate } from '../../src/lib/texts.js'

const render = (source: string, values: Record<string, unknown> = {}) => {
  const { template, error } = parseTemplate(source)
  if (!template) throw new Error(error)
  return template.render(values)
}

describe('variables', () => {
  test.each([
    ['{{ name }} of {{ account.name }}', ['name', 'account.name']],
    ['{{ a | append: b.c }}', ['a', 'b.c']],
    [
      '{% if amount > limit and owner.active %}{{ x }}{% elsif y %}{% endif %}',
      ['amount', 'limit', 'owner.active', 'y', 'x'],
    ],
    ['{% for line in list limit: n %}{{ line.text }}{{ forloop.index }}{% endfor %}', ['list', 'n']],
    ['{% assign z = q.k %}{{ z }}{% capture w %}{{ v }}{% endcapture %}{{ w }}', ['q.k', 'v']],
    ['{% case stage %}{% when other %}x{% endcase %}', ['stage', 'other']],
    ['{{ row["Deal Name"] }}', ['row.Deal Name']],
    ['plain', []],
  ])('%s', (source, expected) => {
    expect(parseTemplate(source).template?.variables).toEqual(expected)
  })
})

describe('what is missing', () => {
  test.each([
    ['{{ name }}', 'unknown'],
    ['{{ name | upcase }}', 'unknown'],
    ['{{ name | default: "nobody" }}', 'nobody'],
    ['{{ owner }}/{{ owner.name }}', 'unknown/unknown'],
    ['{% if owner %}yes{% else %}no{% endif %} {{ owner.name }}', 'no unknown'],
    ['{{ constructor }} {{ toString }}', 'unknown unknown'],
  ])('%s prints %s', (source, expected) => {
    expect(render(source, { name: null })).toBe(expected)
  })
})

describe('values', () => {
  test('may be flat, with a value and parts of the same name', () => {
    const values = { owner: 'dana', 'owner.name': 'Dana Ruiz', amount: 1200.5 }
    expect(render('{{ owner }} is {{ owner.name }}, {{ amount }}', values)).toBe('dana is Dana Ruiz, 1200.5')
    expect(render('{% if owner == "dana" and amount > 1000 %}{{ owner.name | upcase }}{% endif %}', values)).toBe(
      'DANA RUIZ',
    )
  })
  test('may be nested, with any key', () => {
    expect(render('{{ row["Deal Name"] }} for {{ a.b.c }}', { row: { 'Deal Name': 'X' }, a: { b: { c: 3 } } })).toBe(
      'X for 3',
    )
  })
  test('are printed as they are', () => {
    expect(render('{{ a }} {{ b }} {{ c }}', { a: '<b>&', b: false, c: [1, 'x'] })).toBe('<b>& false 1, x')
  })
  test('days can be written otherwise, in no zone but their own', () => {
    expect(
      render('{{ d | date: "%d.%m.%Y" }} {{ t | date: "%H:%M" }}', { d: '2026-03-01', t: '2026-03-01 08:30' }),
    ).toBe('01.03.2026 08:30')
  })
})

describe('errors are sentences', () => {
  const USUAL = ' Usual ones are upcase, capitalize, default, date, round, join, truncate.'
  test.each([
    ['{{ name', 'Output "{{ name" not closed.'],
    ['{% foo %}', 'Tag "foo" not found.'],
    ['{% if a %}', 'Tag {% if a %} not closed.'],
    ['{% include "/etc/passwd" %}', 'Tag "include" not found.'],
    ['{% render "/etc/passwd" %}', 'Tag "render" not found.'],
  ])('%s', (source, error) => {
    expect(parseTemplate(source)).toEqual({ error })
  })
  test.each([
    ['Dear {{ name | upcaes }}', 'There is no filter "upcaes". Did you mean "upcase"?', '| upcaes'],
    ['{{ name |upper }}', 'There is no filter "upper". Did you mean "upcase"?', '|upper'],
    ['{{ list | sample }}', `There is no filter "sample".${USUAL}`, '| sample'],
    ['{{ list | frobnicate }}', `There is no filter "frobnicate".${USUAL}`, '| frobnicate'],
    ['{{ name | upcase }} {{ owner|  up }}', `There is no filter "up".${USUAL}`, '|  up'],
  ])('%s points at the filter', (source, error, near) => {
    expect(parseTemplate(source)).toEqual({ error, near })
  })
  test('a text cannot ask the clock', () => {
    expect(() => render('{{ "now" | date: "%Y" }}')).toThrow('"now" is no day')
  })
  test('nor run for ever, nor fill the memory', () => {
    expect(() => render('{% for i in (1..100000000) %}x{% endfor %}')).toThrow('memory alloc limit exceeded')
    expect(parseTemplate('x'.repeat(30_000)).error).toMatch('limit exceeded')
  })
})
