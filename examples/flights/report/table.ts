/** A table in plain text: columns two spaces apart, the first one to the left, all others to the right. */
import type { Paints } from './terminal.js'

/** How far apart columns are. */
const GAP = '  '

/**
 * The lines of a table; the first row is its heading.
 *
 * @example
 * table([['thread', 'flights'], ['worker 1', '10,012']], paints)
 */
export function table(rows: readonly (readonly string[])[], paints: Paints): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) => {
    return Math.max(...rows.map((row) => row[column]?.length ?? 0))
  })
  return rows.map((row, index) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0
      return column === 0 ? cell.padEnd(width) : cell.padStart(width)
    })
    const line = cells.join(GAP).trimEnd()
    return index === 0 ? paints.dim(line) : line
  })
}
