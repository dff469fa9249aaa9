import { expect, it } from 'vitest'
import { healthSvg, pngOf } from '../../src/letters/chart.js'

const bar = (name: string) => [{ name, levels: { healthy: 1, at_risk: 2, poor: 3 } }]

it('draws a name without what no XML may carry', () => {
  const odd = pngOf(healthSvg(bar('Da\u000bna\u001f \ufffe\ud800Ruiz')))
  expect(odd?.equals(pngOf(healthSvg(bar('Dana Ruiz'))) ?? Buffer.alloc(0))).toBe(true)
})

it('gives nothing where a picture cannot be drawn', () => {
  expect(pngOf('<svg xmlns="http://www.w3.org/2000/svg"><text>\u0001</text></svg>')).toBe(null)
})
