/** Metrics as the text of OpenMetrics 1.0. */
import type { Metrics } from '../../contract/metrics.js'
import type { Distribution } from './bounded.js'
import { type HistogramMetric, type Labels, METRICS, type NumberMetric } from './catalogue.js'

/** The limits of buckets in microseconds: powers of two, where our own buckets end. From 1 µs to 67 s. */
const MICROSECONDS = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26].map((power) => 2 ** power)
/** Those of how many there are of something. */
const NUMBERS = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 4_096]

/** @param mostReceivers - how many receivers have series of their own; the others are counted together */
export function prometheusText(metrics: Metrics, bus: string, mostReceivers: number): string {
  const lines: string[] = []
  for (const metric of METRICS) {
    const { name, type, unit, help } = metric
    lines.push(`# TYPE ${name} ${type}`)
    if (unit !== undefined) lines.push(`# UNIT ${name} ${unit}`)
    lines.push(`# HELP ${name} ${help}`)
    if (metric.type === 'histogram') lines.push(...histogramLines(metric, metrics, bus, mostReceivers))
    else lines.push(...numberLines(metric, metrics, bus, mostReceivers))
  }
  lines.push('# EOF', '')
  return lines.join('\n')
}

function numberLines(metric: NumberMetric, metrics: Metrics, bus: string, most: number): string[] {
  const name = metric.type === 'counter' ? `${metric.name}_total` : metric.name
  return metric.samples(metrics, most).map(([labels, value]) => `${name}${written(bus, labels)} ${value}`)
}

function histogramLines(metric: HistogramMetric, metrics: Metrics, bus: string, most: number): string[] {
  const { name, unit } = metric
  return metric.samples(metrics, most).flatMap(([labels, values]) => {
    const limits =
      unit === 'seconds'
        ? MICROSECONDS.map((limit) => [limit / 1e3, limit / 1e6])
        : NUMBERS.map((limit) => [limit, limit])
    const lines = limits.map(([limit = 0, shown = 0]) => {
      // OpenMetrics wants a limit as a floating-point number, written one way only.
      const le = Number.isInteger(shown) ? `${shown}.0` : `${shown}`
      return `${name}_bucket${written(bus, { ...labels, le })} ${values.countUpTo(limit)}`
    })
    const all = written(bus, labels)
    return [
      ...lines,
      `${name}_bucket${written(bus, { ...labels, le: '+Inf' })} ${values.count}`,
      `${name}_count${all} ${values.count}`,
      `${name}_sum${all} ${sumOf(values, unit)}`,
    ]
  })
}

function sumOf({ sum }: Distribution, unit: HistogramMetric['unit']): number {
  return unit === 'seconds' ? sum / 1_000 : sum
}

function written(bus: string, labels: Labels): string {
  const pairs = Object.entries({ bus, ...labels }).map(([name, value]) => `${name}="${escaped(value)}"`)
  return `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
