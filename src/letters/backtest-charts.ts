import { BarChart, CustomChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { LIVES, type RuleBacktest } from '../reports/backtest/backtest.js'
import { sayRatio } from '../reports/outcomes/lift-words.js'
import { mayBeChance, type Ratio } from '../reports/outcomes/ratio.js'
import { Html, html } from './html.js'
import { GRID, SIGNAL } from './signal.js'

echarts.use([BarChart, CustomChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer])

/** Drawn for a desk and for a phone: which of them is seen is the page's matter. */
const WIDTHS = { wide: 960, narrow: 358 }
type Width = keyof typeof WIDTHS
const TEXT = {
  // In single quotes: it stands within an attribute.
  fontFamily: "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif",
  fontSize: 13,
  color: '#1f2430',
}
/** Told apart also by those who see few colours (Okabe and Ito). */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#7a6a00']
const OTHERS = '#5a6272'
const LINES = { lineStyle: { color: GRID } }
const QUIET = '#b6bcc8'

type Option = Parameters<echarts.ECharts['setOption']>[0]

const both = (draw: (width: Width) => Html): Html =>
  html`<div class="wide">${draw('wide')}</div><div class="narrow">${draw('narrow')}</div>`

function svgOf(width: Width, height: number, option: Option): Html {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTHS[width], height })
  chart.setOption({ animation: false, silent: true, textStyle: TEXT, ...option })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return new Html(svg)
}

/** What echarts gives whoever draws a row of data. */
interface Drawing {
  value(column: number): number | string
  coord(point: readonly (number | string)[]): number[]
}

interface Stack {
  name: string
  colour: string
  counts: ReadonlyMap<string, number>
}

/** The rules that find most stand by name, each in its own colour in every chart of a page; the others together. */
function stacksOf(
  rules: readonly RuleBacktest[],
  of: (rule: RuleBacktest) => Readonly<Record<string, number>>,
): Stack[] {
  const stacks = [...rules]
    .sort((a, b) => b.opened - a.opened)
    .map((rule, i) => ({ name: rule.rule, colour: COLOURS[i] ?? OTHERS, counts: new Map(Object.entries(of(rule))) }))
  const speaks = ({ counts }: Stack) => [...counts.values()].some((n) => n > 0)
  const others = stacks.slice(COLOURS.length).filter(speaks)
  const together = new Map<string, number>()
  for (const { counts } of others) for (const [key, n] of counts) together.set(key, (together.get(key) ?? 0) + n)
  const named = stacks.slice(0, COLOURS.length).filter(speaks)
  const name = others.length === 1 ? (others[0]?.name ?? '') : `${others.length} others`
  return others.length === 0 ? named : [...named, { name, colour: OTHERS, counts: together }]
}

/** Stacked bars over time; null where there is nothing to show. */
function stacked(stacks: readonly Stack[], keys: readonly string[]): Html | null {
  if (stacks.length === 0 || keys.length === 0) return null
  return both((width) => stackedIn(width, stacks, keys))
}

function stackedIn(width: Width, stacks: readonly Stack[], keys: readonly string[]): Html {
  // One rule needs no legend: the page names it. On a phone each rule has a line of it.
  const rows = stacks.length === 1 ? 0 : width === 'narrow' ? stacks.length : 3
  const below = rows * 20
  return svgOf(width, 260 + below, {
    legend: {
      show: rows > 0,
      bottom: 0,
      left: width === 'narrow' ? 0 : 'center',
      orient: width === 'narrow' ? 'vertical' : 'horizontal',
      itemWidth: 14,
      itemHeight: 10,
      itemGap: 6,
      textStyle: TEXT,
      data: stacks.map((one) => one.name),
    },
    grid: { left: width === 'narrow' ? 40 : 56, right: 16, top: 16, bottom: 32 + below },
    xAxis: { type: 'category', data: [...keys], axisLabel: TEXT, axisTick: { show: false } },
    yAxis: { type: 'value', minInterval: 1, axisLabel: TEXT, splitLine: LINES },
    series: stacks.map(({ name, colour, counts }) => ({
      ...{ name, type: 'bar', stack: 'all', barMaxWidth: 44, itemStyle: { color: colour } },
      data: keys.map((key) => counts.get(key) ?? 0),
    })),
  })
}

/** Findings opened in each month, by rule. */
export function openedChart(rules: readonly RuleBacktest[], months: readonly string[]): Html | null {
  return stacked(
    stacksOf(rules, ({ byMonth }) => byMonth),
    months,
  )
}

/** Messages in each week, by rule. */
export function messagesChart(rules: readonly RuleBacktest[], weeks: readonly string[]): Html | null {
  return stacked(
    stacksOf(rules, ({ messages }) => messages.byWeek),
    weeks,
  )
}

const LENGTHS = [
  ...LIVES.map((days, i) => `${i === 0 ? 'under 1' : `${LIVES[i - 1]} to ${days}`} d`),
  `over ${LIVES.at(-1)} d`,
]

/** How long findings lived that resolved, by rule. */
export function livesChart(rules: readonly RuleBacktest[]): Html | null {
  const of = ({ lived }: RuleBacktest) => Object.fromEntries(LENGTHS.map((name, i) => [name, lived[i] ?? 0]))
  return stacked(stacksOf(rules, of), LENGTHS)
}

/** How much more (or less) often what was found was won than others like it, with the interval of 95 %. */
export function liftsChart(rules: readonly RuleBacktest[]): Html | null {
  const lifts = rules.flatMap(({ rule, outcomes }) => (outcomes?.lift ? [{ rule, ...outcomes.lift }] : []))
  return lifts.length === 0 ? null : both((width) => liftsIn(width, lifts))
}

/** A power of two as a person says it: `× 8`, `× 1/8`. */
const sayTimes = (power: number): string => `× ${power < 1 ? `1/${Math.round(1 / power)}` : power}`

type Lift = Ratio & { rule: string }

/** What lies beyond is drawn as an arrow: few findings tell little, and would press all others together. */
const FURTHEST = 16

/** The powers of two between which all is drawn. */
function boundsOf(lifts: readonly Lift[]): [number, number] {
  const low = Math.max(1 / FURTHEST, Math.min(0.5, ...lifts.map(({ from }) => from)))
  const high = Math.min(FURTHEST, Math.max(2, ...lifts.map(({ to }) => to ?? FURTHEST)))
  return [2 ** Math.floor(Math.log2(low)), 2 ** Math.ceil(Math.log2(high))]
}

function liftsIn(width: Width, lifts: readonly Lift[]): Html {
  const isNarrow = width === 'narrow'
  const [low, high] = boundsOf(lifts)
  // The numbers stand in a column of their own, where no line runs.
  const grid = isNarrow ? { left: 134, right: 84, top: 16, bottom: 40 } : { left: 250, right: 120, top: 16, bottom: 40 }
  return svgOf(width, 64 + 34 * lifts.length, {
    grid,
    xAxis: {
      ...{ type: 'log', min: low, max: high, logBase: 2 },
      splitLine: LINES,
      axisLabel: { ...TEXT, hideOverlap: true, formatter: sayTimes },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: lifts.map(({ rule }) => rule),
      axisLabel: {
        ...TEXT,
        width: isNarrow ? 122 : 230,
        overflow: isNarrow ? 'break' : 'truncate',
        fontSize: isNarrow ? 12 : 13,
      },
      axisTick: { show: false },
    },
    series: [
      {
        type: 'custom',
        data: lifts.map((_, i) => [i, 1]),
        encode: { x: [1], y: 0 },
        renderItem: (_params: unknown, api: Drawing) => {
          const lift = lifts[Number(api.value(0))] as Lift
          const [, y = 0] = api.coord([1, api.value(0)])
          const x = (at: number) => api.coord([Math.min(Math.max(at, low), high), api.value(0)])[0] ?? 0
          const end = WIDTHS[width] - grid.right + 8
          return { type: 'group', children: drawLift(lift, { x, y, low, high, end }) }
        },
        markLine: {
          z: 1,
          symbol: 'none',
          silent: true,
          label: { show: false },
          lineStyle: { color: QUIET, type: 'solid', width: 2 },
          data: [{ xAxis: 1 }],
        },
      },
    ],
  })
}

/** Where one of them is drawn. */
interface Row {
  x: (at: number) => number
  y: number
  low: number
  high: number
  /** Where its number stands. */
  end: number
}

function drawLift(lift: Lift, { x, y, low, high, end }: Row): object[] {
  const { is, from } = lift
  const to = lift.to ?? Number.POSITIVE_INFINITY
  const colour = mayBeChance(lift) ? OTHERS : to < 1 ? SIGNAL.poor : SIGNAL.healthy
  const arrow = (at: number, way: 1 | -1) => ({
    type: 'polygon',
    shape: {
      points: [
        [at, y],
        [at - way * 8, y - 5],
        [at - way * 8, y + 5],
      ],
    },
    style: { fill: colour },
  })
  return [
    { type: 'line', shape: { x1: x(from), y1: y, x2: x(to), y2: y }, style: { stroke: colour, lineWidth: 3 } },
    ...(from < low ? [arrow(x(low), -1)] : []),
    ...(to > high ? [arrow(x(high), 1)] : []),
    ...(is === null || is < low || is > high
      ? []
      : [{ type: 'circle', shape: { cx: x(is), cy: y, r: 6 }, style: { fill: colour } }]),
    {
      type: 'text',
      style: {
        ...{ x: end, y, text: `× ${sayRatio(lift)}`, fill: TEXT.color, textVerticalAlign: 'middle' },
        font: `13px ${TEXT.fontFamily}`,
      },
    },
  ]
}
