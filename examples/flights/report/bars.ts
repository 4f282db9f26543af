/** A horizontal bar chart in plain text. */
import type { Paints } from './terminal.js'

/** One bar. */
export interface Bar {
  readonly label: string
  readonly value: number
  /** What stands behind the bar: the value as people read it. */
  readonly text: string
}

/** A column can be filled by eighths. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const FULL = '█'
/** A bar shorter than this tells nothing. */
const FEWEST_COLUMNS = 8

/**
 * The lines of a chart, none wider than `columns`: the longest bar takes what labels and texts leave. Labels that are
 * too long are cut. A value that is not positive has no bar.
 */
export function bars(chart: readonly Bar[], columns: number, paints: Paints): string[] {
  const textWidth = Math.max(0, ...chart.map(({ text }) => text.length))
  const longestLabel = Math.max(0, ...chart.map(({ label }) => label.length))
  const labelWidth = Math.min(longestLabel, Math.max(1, columns - textWidth - FEWEST_COLUMNS - 2))
  const barWidth = Math.max(0, columns - labelWidth - textWidth - 2)
  const most = Math.max(0, ...chart.map(({ value }) => value))

  return chart.map(({ label, value, text }) => {
    const bar = most === 0 ? '' : filled((value / most) * barWidth)
    const shown = cut(label, labelWidth).padEnd(labelWidth)
    return `${shown} ${paints.yellow(bar.padEnd(barWidth))} ${text.padStart(textWidth)}`
  })
}

/** So many columns filled, to the next eighth. */
function filled(columns: number): string {
  const eighths = Math.max(0, Math.round(columns * 8))
  return FULL.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`
}
