/** A variant as a table for the terminal. */

import { spread, TOO_NOISY } from '../harness/reference.js'
import type { Circumstances, Row, VariantResult } from '../harness/result.js'
import { goalLine, loss, number, ratio } from './figures.js'

/** The table, the losses and the goals. */
export function terminalTable(result: VariantResult, { rounds }: Circumstances): string {
  const { name, unit, per, baseline, rows, failures, goals, losses, reference } = result
  const head = ['', `${unit} per ${per}`, 'min–max', `× ${baseline}`, '']
  const body = ordered(rows).map((row) => [
    row.version === '' ? row.engine : `${row.engine} ${row.version}`,
    number(row.median),
    `${number(row.min)}–${number(row.max)}`,
    row.role === 'floor' ? '' : ratio(row.ratio),
    row.role === 'floor' || row.verdict === 'baseline' ? '' : row.verdict,
  ])
  const lines = [`${name}, ${rounds} rounds`, ...columns([head, ...body])]
  const unsteady = spread(reference)
  if (unsteady > TOO_NOISY) lines.push(`! the machine was too noisy to tell: ±${Math.round(unsteady * 50)} %`)
  for (const { engine, message } of failures) lines.push(`✖ ${engine}: ${message}`)
  for (const one of losses) lines.push(`− ${loss(one)}`)
  for (const goal of goals) lines.push(`${goal.state === 'reached' ? '✔' : '✖'} ${goalLine(goal, unit)}`)
  return lines.join('\n')
}

/** The best first; what is no contender comes last. */
export function ordered(rows: readonly Row[]): Row[] {
  const rank = ({ role, median }: Row): number => (role === 'floor' ? Number.POSITIVE_INFINITY : median)
  return rows.toSorted((a, b) => rank(a) - rank(b))
}

function columns(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  )
  return lines.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return column === 0 || column === 4 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
}
