/** What a person reads at the end of a run. */
import type { CloseReport } from 'busbar'
import type { Airport } from '../contract.js'
import type { FailuresByCode } from '../failures.js'
import type { RunResult, WorkerResult } from '../result.js'
import { DelayStatistics } from '../statistics.js'
import { bars } from './bars.js'
import { milliseconds, percent, quantity, whole } from './numbers.js'
import { table } from './table.js'
import type { Paints } from './terminal.js'

/** How many airports the chart has, and how many flights of the data one needs to be in it. */
const WORST = 10
const MIN_FLIGHTS = 30

/** The lines of the report. The chart is as wide as `columns` allows; the tables need 72. */
export function report(
  result: RunResult,
  airports: ReadonlyMap<string, Airport>,
  columns: number,
  paints: Paints,
): string[] {
  // One column stays free: a full line makes some terminals wrap.
  const width = columns - 1
  return [
    paints.bold(title(result)),
    '',
    ...table(messages(result), paints),
    '',
    ...table(threads(result), paints),
    '',
    ...account(result, paints),
    '',
    ...worst(result, airports, width, paints),
    '',
    ...table(closing(result), paints),
    ...abandoned(result, paints),
  ]
}

function title({ published, workers, elapsedMs }: RunResult): string {
  const seconds = (elapsedMs / 1000).toFixed(2)
  return `${quantity(published, 'flight')} through one bus over ${quantity(workers.length + 1, 'thread')} in ${seconds} s`
}

function messages({ published, requests, notifications, elapsedMs }: RunResult): string[][] {
  const rate = (count: number): string => (elapsedMs > 0 ? whole((count / elapsedMs) * 1000) : '–')
  const { p50, p99, max } = requests.latencyMs
  return [
    ['', 'sent', 'per second', 'p50', 'p99', 'longest'],
    ['flights', whole(published), rate(published)],
    ['requests', whole(requests.sent), rate(requests.sent), ...[p50, p99, max].map(milliseconds)],
    ['notifications', whole(notifications.sent), rate(notifications.sent)],
  ]
}

function threads({ counted: total, workers }: RunResult): string[][] {
  const rows = workers.map(({ worker, counted }) => {
    const name = `worker ${worker}`
    if (counted === undefined) return [name, 'terminated']
    const { flights, lookups, alerts, failures } = counted
    return [name, whole(flights), percent(flights, total), ...[lookups, alerts, failures].map(whole)]
  })
  return [['', 'flights', 'share', 'requests', 'notifications', 'failures'], ...rows]
}

/** What became of everything that was sent. */
function account(result: RunResult, { green, red }: Paints): string[] {
  const { published, counted, unrouted, lost, equalsPlainLoop, requests, notifications, workers } = result
  const ended = (failed: FailuresByCode): string[] => {
    return Object.entries(failed).map(([code, count]) => `  ${red(whole(count))} ended with ${code}`)
  }
  const lines = [
    `${quantity(published, 'flight')}: ${whole(counted)} counted`,
    ...(unrouted > 0 ? [`  ${red(whole(unrouted))} had no subscriber left`] : []),
    ...(lost > 0 ? [`  ${red(whole(lost))} went down with a worker`] : []),
    `${quantity(requests.sent, 'request')}: ${whole(requests.answered)} answered`,
    ...ended(requests.failed),
    ...(requests.wrong > 0 ? [`  ${red(whole(requests.wrong))} of the answers were wrong`] : []),
    `${quantity(notifications.sent, 'notification')}: ${whole(notifications.accepted)} accepted`,
    ...ended(notifications.failed),
  ]
  for (const { worker, error } of workers) {
    if (error !== undefined) lines.push(red(`worker ${worker} broke off: ${error}`))
  }
  if (workers.some(({ counted: statistics }) => statistics === undefined)) return lines
  const verdict = equalsPlainLoop
    ? `${green('✔')} the statistics equal those of a plain loop in one thread`
    : `${red('✖')} the statistics differ from those of a plain loop in one thread`
  return [...lines, verdict]
}

function worst(
  result: RunResult,
  airports: ReadonlyMap<string, Airport>,
  columns: number,
  paints: Paints,
): string[] {
  const statistics = new DelayStatistics()
  statistics.addAll(result.airports)
  const minFlights = MIN_FLIGHTS * result.rounds
  const ranked = statistics.worst(WORST, minFlights)
  const heading = paints.dim(`the longest mean delays of airports with ${whole(minFlights)} flights or more`)
  if (ranked.length === 0) return [heading, 'there is no such airport']
  const digits = Math.max(...ranked.map(({ flights }) => whole(flights).length))
  const chart = ranked.map(({ code, meanDelay, flights }) => ({
    label: `${code} ${airports.get(code)?.city ?? ''}`,
    value: meanDelay,
    text: `${meanDelay.toFixed(1)} min  ${whole(flights).padStart(digits)} flights`,
  }))
  return [heading, ...bars(chart, columns, paints)]
}

function closing({ workers, close }: RunResult): string[][] {
  const row = (name: string, report: CloseReport | undefined): string[] => {
    if (report === undefined) return [name, 'terminated']
    const left = report.abandoned.reduce((sum, { running, queued }) => sum + running + queued, 0)
    const counts = [report.drained, left, report.requestsFailed].map(whole)
    return [name, ...counts, milliseconds(report.elapsed)]
  }
  return [
    ['closing', 'drained', 'abandoned', 'requests failed', 'took'],
    row('main', close),
    ...workers.map(({ worker, close: report }: WorkerResult) => row(`worker ${worker}`, report)),
  ]
}

function abandoned({ workers, close }: RunResult, { red }: Paints): string[] {
  const named = [
    { name: 'main', report: close },
    ...workers.map(({ worker, close: report }) => ({ name: `worker ${worker}`, report })),
  ]
  return named.flatMap(({ name, report }) => {
    return (report?.abandoned ?? []).map(({ pattern, running, queued }) => {
      return `  ${red('abandoned')} in ${name}, ${pattern}: ${whole(running)} running, ${whole(queued)} queued`
    })
  })
}
