/** Charts as SVG, drawn by hand: they have to be the same wherever they are made, and a page shows them without a script. */
import type { Row, VariantResult } from '../harness/result.js'
import { number } from './figures.js'

const WIDTH = 860
const LABEL = 260
const BAR = 18
const GAP = 8
const TOP = 34
const BOTTOM = 26
const COLORS: Readonly<Record<Row['role'], string>> = {
  busbar: '#c2410c',
  'javascript core': '#fb923c',
  'hand-written': '#475569',
  peer: '#94a3b8',
  floor: '#e2e8f0',
}

/** Ratios to the baseline, each with the range that covers its median; more is better, and the scale is logarithmic. */
export function ratioChart({ name, unit, baseline, rows }: VariantResult): string {
  const shown = rows
    .filter(({ role }) => role !== 'floor')
    .toSorted((a, b) => b.ratio.median - a.ratio.median)
  const all = shown.flatMap(({ ratio }) => [ratio.low, ratio.high, 1]).filter((value) => value > 0)
  const x = scale(Math.min(...all) / 1.1, Math.max(...all) * 1.1, LABEL, WIDTH - 190)
  const height = TOP + shown.length * (BAR + GAP) + BOTTOM
  const bars = shown.map((row, index) => bar(row, TOP + index * (BAR + GAP), x))
  const one = x(1)
  return svg(height, `${name}: times as ${unit === 'B' ? 'small' : 'fast'} as ${baseline}, logarithmic`, [
    `<line x1="${one}" x2="${one}" y1="${TOP - 6}" y2="${height - BOTTOM + 4}" stroke="#0f172a" stroke-dasharray="3 3"/>`,
    ...bars.flat(),
    text(one, height - 8, '1×', 'middle'),
  ])
}

function bar({ engine, role, ratio, verdict }: Row, y: number, x: (value: number) => number): string[] {
  const [from, to] = [Math.min(x(1), x(ratio.median)), Math.max(x(1), x(ratio.median))]
  const middle = y + BAR / 2
  const [low, high] = [x(ratio.low), x(ratio.high)]
  const mark = verdict === 'too noisy to tell' ? ' (too noisy to tell)' : ''
  return [
    text(LABEL - 8, y + BAR - 5, engine, 'end', role === 'busbar' ? 'bold' : 'normal'),
    `<rect x="${from}" y="${y}" width="${Math.max(1, round(to - from))}" height="${BAR}" fill="${COLORS[role]}"/>`,
    `<line x1="${low}" x2="${high}" y1="${middle}" y2="${middle}" stroke="#0f172a"/>`,
    `<line x1="${low}" x2="${low}" y1="${y + 4}" y2="${y + BAR - 4}" stroke="#0f172a"/>`,
    `<line x1="${high}" x2="${high}" y1="${y + 4}" y2="${y + BAR - 4}" stroke="#0f172a"/>`,
    text(Math.max(to, high) + 6, y + BAR - 5, `${number(ratio.median)}×${mark}`, 'start'),
  ]
}

/** What one operation costs at each size, a line for each engine; both scales are logarithmic. */
export function growthChart(title: string, variants: readonly VariantResult[]): string {
  const sized = variants.flatMap((variant) =>
    variant.size === undefined ? [] : [{ variant, size: variant.size }],
  )
  const first = sized[0]
  if (first === undefined) return svg(TOP, title, [])
  const height = 380
  const costs = sized
    .flatMap(({ variant }) => variant.rows.flatMap(({ min, max }) => [min, max]))
    .filter((cost) => cost > 0)
  const x = scale(first.size, Math.max(first.size * 10, ...sized.map(({ size }) => size)), 70, WIDTH - 240)
  const y = scale(Math.min(...costs) / 1.2, Math.max(...costs) * 1.2, height - 40, 40)
  const engines = [...new Set(sized.flatMap(({ variant }) => variant.rows.map(({ engine }) => engine)))]
  const lines = engines.map(
    (engine): Points =>
      sized.flatMap(({ variant, size }) =>
        variant.rows.filter((row) => row.engine === engine).map((row) => ({ row, size })),
      ),
  )
  const { unit, per } = first.variant
  return svg(height, `${title}: ${unit} per ${per}, logarithmic`, [
    ...decades(y).map((cost) => tick(70, y(cost), `${number(cost)}`)),
    ...sized.map(({ size }) => text(x(size), height - 18, size.toLocaleString('en'), 'middle')),
    ...lines.flatMap((points, index) => line(points, index, x, y)),
    ...labels(lines, x, y),
  ])
}

/** What an engine costs at each size. */
type Points = readonly { readonly row: Row; readonly size: number }[]

/** How far apart two lines of text are. */
const LEADING = 15

/** The names of the lines at their ends, pushed apart where those are close; a stroke leads to the one that has moved. */
function labels(lines: readonly Points[], x: Scale, y: Scale): string[] {
  const ends = lines
    .flatMap((points) => points.at(-1) ?? [])
    .map(({ row, size }) => ({ row, fromX: x(size), fromY: y(row.median) }))
    .sort((a, b) => a.fromY - b.fromY)
  let above = Number.NEGATIVE_INFINITY
  const placed = ends.map((end) => {
    above = Math.max(end.fromY, above + LEADING)
    return { ...end, at: above }
  })
  // What was pushed below the ground goes up again, and pushes what is above it.
  let below = y(y.from) + LEADING
  for (const label of placed.toReversed()) {
    label.at = Math.min(label.at, below - LEADING)
    below = label.at
  }
  const column = Math.max(...ends.map(({ fromX }) => fromX)) + 24
  return placed.flatMap(({ row, fromX, fromY, at }) => [
    `<line x1="${fromX + 3}" x2="${column - 4}" y1="${fromY}" y2="${round(at)}" stroke="#cbd5e1"/>`,
    text(column, round(at + 4), row.engine, 'start', row.role === 'busbar' ? 'bold' : 'normal'),
  ])
}

/** Lines of one role differ in this. */
const DASHES = ['', '6 3', '2 3', '8 3 2 3']

function line(points: Points, index: number, x: Scale, y: Scale): string[] {
  const [first] = points
  if (first === undefined) return []
  const { role } = first.row
  const path = points.map(({ row, size }) => `${x(size)},${y(row.median)}`).join(' ')
  const dash = DASHES[index % DASHES.length]
  const color = role === 'floor' ? '#64748b' : COLORS[role]
  return [
    `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2" stroke-dasharray="${dash}"/>`,
    ...points.map(
      ({ row, size }) =>
        `<line x1="${x(size)}" x2="${x(size)}" y1="${y(row.min)}" y2="${y(row.max)}" stroke="${color}"/>`,
    ),
  ]
}

/** Percentiles of latency, a line for each engine that has them. */
export function latencyChart({ name, rows }: VariantResult): string | undefined {
  const known = rows.flatMap((row) => (row.percentiles === undefined ? [] : [{ row, at: row.percentiles }]))
  const first = known[0]
  if (first === undefined) return undefined
  const height = TOP + known.length * (BAR + GAP) + BOTTOM
  const values = known.flatMap(({ at }) => Object.values(at))
  const x = scale(Math.min(...values) / 1.1, Math.max(...values) * 1.1, LABEL, WIDTH - 240)
  return svg(height, `${name}: latency in µs, logarithmic; ${Object.keys(first.at).join(', ')}`, [
    ...known.flatMap(({ row, at }, index) => {
      const y = TOP + index * (BAR + GAP) + BAR / 2
      const all = Object.entries(at)
      const marks = all.map(
        ([percentile, value]) =>
          `<circle cx="${x(value)}" cy="${y}" r="4" fill="${COLORS[row.role]}"><title>${percentile}</title></circle>`,
      )
      const ends = all.map(([, value]) => x(value))
      const whole = `<line x1="${Math.min(...ends)}" x2="${Math.max(...ends)}" y1="${y}" y2="${y}" stroke="#94a3b8"/>`
      const figures = text(WIDTH - 230, y + 4, all.map(([, value]) => number(value)).join(' · '), 'start')
      const isOurs = row.role === 'busbar'
      return [text(LABEL - 8, y + 4, row.engine, 'end', isOurs ? 'bold' : 'normal'), whole, ...marks, figures]
    }),
  ])
}

type Scale = ((value: number) => number) & { readonly from: number; readonly to: number }

function scale(from: number, to: number, start: number, end: number): Scale {
  const factor = (end - start) / Math.log(to / from)
  const at = (value: number): number => round(start + Math.log(Math.max(value, from) / from) * factor)
  return Object.assign(at, { from, to })
}

function decades({ from, to }: Scale): number[] {
  const all: number[] = []
  for (let power = Math.ceil(Math.log10(from)); 10 ** power <= to; power++) all.push(10 ** power)
  return all
}

function tick(x: number, y: number, label: string): string {
  const across = `<line x1="${x}" x2="${WIDTH - 240}" y1="${y}" y2="${y}" stroke="#e2e8f0"/>`
  return across + text(x - 8, y + 4, label, 'end')
}

function text(x: number, y: number, content: string, anchor: string, weight = 'normal'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-weight="${weight}">${escaped(content)}</text>`
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** A drawing, with its title above it, and as what is read out in its place. */
function svg(height: number, title: string, parts: readonly string[]): string {
  const size = `width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" ${size} font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(10, 20, title, 'start', 'bold'),
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
