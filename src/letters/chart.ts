import { fileURLToPath } from 'node:url'
import { Resvg } from '@resvg/resvg-js'
import { BarChart } from 'echarts/charts'
import { GridComponent, LegendComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { LEVELS, type Level } from '../domain/subjects.js'
import { CARD, SIGNAL } from './signal.js'

echarts.use([BarChart, GridComponent, LegendComponent, SVGRenderer])

/** One bar: a name and how many opportunities are on each level. */
export interface Bar {
  name: string
  levels: Readonly<Record<Level, number>>
}

/** Ships with the program: without a font every text of a picture would vanish, silently. */
const FONT = fileURLToPath(new URL('../../assets/fonts/DejaVuSans.ttf', import.meta.url))
const FAMILY = 'DejaVu Sans'
const WIDTH = 480
const NAMES: Record<Level, string> = { healthy: 'healthy', at_risk: 'at risk', poor: 'poor' }

/** What XML may not carry, not even escaped: a name that has it would break the whole picture. */
const NOT_XML = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

/** Health by owner (or whatever the bars are) as an SVG picture: one bar each, the worst at the left, its number in it. */
export function healthSvg(bars: readonly Bar[]): string {
  const height = 56 + 30 * bars.length
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  const text = { fontFamily: FAMILY, fontSize: 14, color: '#1f2430' }
  chart.setOption({
    animation: false,
    textStyle: text,
    legend: {
      top: 4,
      left: 0,
      itemHeight: 12,
      itemGap: 24,
      textStyle: text,
      data: [...LEVELS].reverse().map((level) => NAMES[level]),
    },
    grid: { left: 140, right: 16, top: 36, bottom: 8 },
    xAxis: { type: 'value', show: false },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map(({ name }) => name.replace(NOT_XML, '')),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...text, width: 126, overflow: 'truncate' },
    },
    series: [...LEVELS].reverse().map((level) => ({
      name: NAMES[level],
      type: 'bar',
      stack: 'all',
      barWidth: 18,
      itemStyle: { color: SIGNAL[level] },
      label: { show: true, ...text, color: level === 'at_risk' ? '#1f2430' : '#ffffff', formatter: numberOf },
      data: bars.map(({ levels }) => levels[level]),
    })),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

/** A bar of nothing carries no number. */
const numberOf = ({ value }: { value?: unknown }): string => (Number(value) > 0 ? String(value) : '')

/**
 * A picture as PNG, twice as fine as it is shown; null where it cannot be drawn. Scripts that our font lacks are looked for
 * among those of the machine.
 */
export function pngOf(svg: string): Buffer | null {
  try {
    return drawn(svg)
  } catch {
    return null
  }
}

function drawn(svg: string): Buffer {
  const resvg = new Resvg(svg, {
    background: CARD,
    fitTo: { mode: 'width', value: 2 * WIDTH },
    font: { fontFiles: [FONT], loadSystemFonts: OTHER_SCRIPT.test(svg), defaultFontFamily: FAMILY },
  })
  return resvg.render().asPng()
}

/** A sign that is not Latin, Greek or Cyrillic: our font lacks it. */
const OTHER_SCRIPT = /[^\s!-\u052f\u1e00-\u20cf]/
