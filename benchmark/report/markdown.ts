/** Results as Markdown: a page for each case, and one that puts all together with the losses first. */

import { spread, TOO_NOISY } from '../harness/reference.js'
import type { CaseResult, Circumstances, VariantResult } from '../harness/result.js'
import { growthChart, latencyChart, ratioChart } from './chart.js'
import { goalLine, loss, number, ratio } from './figures.js'
import { ordered } from './terminal.js'

/** The page of one case; its charts are beside it. */
export function casePage(result: CaseResult): string {
  return [`# ${result.title}`, result.about, machine(result.circumstances), ...variants(result, '')].join(
    '\n\n',
  )
}

/** The charts of a case, by the names of their files. */
export function charts(result: CaseResult): Record<string, string> {
  const all: Record<string, string> = {}
  if (result.variants.some(({ size }) => size !== undefined)) {
    all[`${result.case}.svg`] = growthChart(result.title, result.variants)
  }
  for (const variant of result.variants) {
    const name = `${result.case}-${variant.name.replace(/\W+/g, '-')}`
    if (variant.size === undefined) all[`${name}.svg`] = ratioChart(variant)
    const latency = latencyChart(variant)
    if (latency !== undefined) all[`${name}-latency.svg`] = latency
  }
  return all
}

/** The page of all cases. */
export function resultsPage(results: readonly CaseResult[]): string {
  const inEach = (lines: (variant: VariantResult) => string[]): string[] =>
    results.flatMap((result) =>
      result.variants.flatMap((variant) =>
        lines(variant).map((line) => `- [${result.case}](#${result.case}), ${variant.name}: ${line}`),
      ),
    )
  const lost = inEach(({ losses }) => losses.map(loss))
  const missed = inEach(({ goals, unit }) =>
    goals.filter(({ state }) => state !== 'reached').map((goal) => goalLine(goal, unit)),
  )
  const failed = inEach(({ failures }) => failures.map(({ engine, message }) => `${engine}: ${message}`))
  const noisy = inEach(({ reference }) => (spread(reference) > TOO_NOISY ? [steadiness(reference)] : []))
  return [
    '# Results',
    'Written by `npm run bench -- --write`. Figures drift from machine to machine and from hour to hour; the ratios are ' +
      'from rounds that were run side by side. Of a ratio more is better, and its range covers the true median with the ' +
      'probability that the rounds allow: 95 % from six rounds on.',
    list('Where Busbar loses', lost, 'Nowhere, beyond noise.'),
    list('Goals that are not reached', missed, 'None.'),
    list('Where the machine was too noisy to tell', noisy, 'Nowhere.'),
    ...(failed.length === 0 ? [] : [list('What did not do its work', failed, '')]),
    ...results.map((result) =>
      [
        `<a id="${result.case}"></a>\n\n## ${result.title}`,
        result.about,
        machine(result.circumstances),
        ...variants(result, 'results/'),
      ].join('\n\n'),
    ),
  ].join('\n\n')
}

function list(title: string, lines: readonly string[], none: string): string {
  return `## ${title}\n\n${lines.length === 0 ? none : lines.join('\n')}`
}

function machine(at: Circumstances): string {
  const provisional = at.isQuick ? '**A quick run: provisional.** ' : ''
  return (
    `${provisional}${at.at} UTC, commit ${at.commit}, Node.js ${at.node} (V8 ${at.v8}), ${at.platform}, ${at.cpu}, ` +
    `${at.cores} cores, ${at.memoryGb} GB; ${at.rounds} rounds of at least ${at.roundMs} ms; load ${at.load[0]} before, ` +
    `${at.load[1]} after.`
  )
}

/** How steady the machine was meanwhile, in words. */
function steadiness(reference: readonly number[]): string {
  const amount = `${Math.round(spread(reference) * 100)} %`
  const says = `the same work took from ${number(Math.min(...reference))} to ${number(Math.max(...reference))} ms`
  const verdict = spread(reference) > TOO_NOISY ? ': too noisy to tell small differences' : ''
  return `${says}, the middle half of it within ${amount}${verdict}`
}

function variants(result: CaseResult, folder: string): string[] {
  const drawn = charts(result)
  const image = (file: string): string[] =>
    drawn[file] === undefined ? [] : [`![The same as a chart](${folder}${file})`]
  const tables = result.variants.map((variant) => {
    const { name, unit, per, baseline, rows, goals, losses, failures, reference } = variant
    const file = `${result.case}-${name.replace(/\W+/g, '-')}`
    const table = [
      `| | ${unit} per ${per} | min–max | × ${baseline} | |`,
      '|---|--:|--:|--:|---|',
      ...ordered(rows).map((row) => {
        const isFloor = row.role === 'floor'
        const title = `${row.engine} ${row.version}`.trim()
        const shown = row.role === 'busbar' ? `**${title}**` : title
        const cells = [
          shown,
          number(row.median),
          `${number(row.min)}–${number(row.max)}`,
          isFloor ? '' : ratio(row.ratio),
          isFloor ? '' : row.verdict,
        ]
        return `| ${cells.join(' | ')} |`
      }),
    ].join('\n')
    const lines = [
      ...failures.map(({ engine, message }) => `- failed: ${engine}: ${message}`),
      ...losses.map((one) => `- ${loss(one)}`),
      ...goals.map((goal) => `- goal ${goalLine(goal, unit)}`),
      `- machine: ${steadiness(reference)}`,
    ]
    const images = [...image(`${file}.svg`), ...image(`${file}-latency.svg`)]
    return [`**${name}**`, lines.join('\n'), table, ...images].join('\n\n')
  })
  return [...image(`${result.case}.svg`), ...tables]
}
