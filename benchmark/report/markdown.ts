/** Results as Markdown: a page for each case, and one that puts all together with the losses first. */
import type { CaseResult, Circumstances, VariantResult } from '../harness/result.js'
import { goalLine, loss, number, ratio } from './figures.js'
import { ordered } from './terminal.js'

/** The page of one case. */
export function casePage(result: CaseResult): string {
  return [`# ${result.title}`, result.about, machine(result.circumstances), ...variants(result)].join('\n\n')
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
  return [
    '# Results',
    'Written by `npm run bench -- --write`. Figures drift from machine to machine and from hour to hour; the ratios are ' +
      'from rounds that were run side by side. Of a ratio more is better, and its range covers the true median with the ' +
      'probability that the rounds allow: 95 % from six rounds on.',
    list('Where Busbar loses', lost, 'Nowhere, beyond noise.'),
    list('Goals that are not reached', missed, 'None.'),
    ...(failed.length === 0 ? [] : [list('What did not do its work', failed, '')]),
    ...results.map((result) =>
      [
        `<a id="${result.case}"></a>\n\n## ${result.title}`,
        result.about,
        machine(result.circumstances),
        ...variants(result),
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

function variants({ variants: all }: CaseResult): string[] {
  return all.map(({ name, unit, per, baseline, rows, goals, losses, failures }) => {
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
    ]
    return [`**${name}**`, ...(lines.length === 0 ? [] : [lines.join('\n')]), table].join('\n\n')
  })
}
