/** The metrics of a bus as instruments of OpenTelemetry. */
import {
  type Attributes,
  type BatchObservableResult,
  type MeterProvider,
  metrics,
  type Observable,
} from '@opentelemetry/api'
import type { Metrics } from '../../contract/metrics.js'
import type { Bus } from '../../contract/ports.js'
import { METRICS } from '../../operate/metrics/catalogue.js'

/** How metrics are exported. */
export interface MetricsOptions {
  /** Where they go; default: the provider that is registered with the API. */
  meterProvider?: MeterProvider | undefined
  /** How many receivers have series of their own: an integer from 0 to 16,384; default 500. The others count together. */
  receivers?: number | undefined
}

/** A bus, whatever its contract. */
export type MeasuredBus = Pick<Bus, 'name' | 'metrics'>

const MS_PER_S = 1_000

/** An instrument, and what it is to observe. */
type Observed = readonly [
  instrument: Observable,
  read: (metrics: Metrics, receivers: number) => readonly (readonly [Attributes, number])[],
]

/**
 * Exports the metrics of a bus, of all its threads: to be called in one of them. They have the names of the Prometheus
 * metrics with dots (`busbar.messages.accepted`). What the bus has summed up cannot be handed to an instrument of type
 * histogram: of each there are the counters `.count` and `.sum`.
 *
 * @returns takes it back
 * @example
 * import { exportMetrics } from 'busbar/opentelemetry'
 * const exported = exportMetrics(bus)
 */
export function exportMetrics(bus: MeasuredBus, options: MetricsOptions = {}): Disposable {
  const { meterProvider = metrics.getMeterProvider(), receivers = 500 } = options
  const meter = meterProvider.getMeter('busbar')
  const observed = METRICS.flatMap((metric): Observed[] => {
    const { name, help: description, unit: base } = metric
    const unit = base === 'seconds' ? 's' : base === 'bytes' ? 'By' : '1'
    const dotted = (base === undefined ? name : name.slice(0, -base.length - 1)).replaceAll('_', '.')
    if (metric.type !== 'histogram') {
      const described = { description, unit }
      const isCounter = metric.type === 'counter'
      const make = isCounter ? meter.createObservableCounter : meter.createObservableGauge
      return [[make.call(meter, dotted, described), metric.samples]]
    }
    const { samples } = metric
    const scale = base === 'seconds' ? MS_PER_S : 1
    const counts = meter.createObservableCounter(`${dotted}.count`, { description, unit: '1' })
    const sums = meter.createObservableCounter(`${dotted}.sum`, { description, unit })
    return [
      [counts, (...read) => samples(...read).map(([labels, { count }]) => [labels, count])],
      [sums, (...read) => samples(...read).map(([labels, { sum }]) => [labels, sum / scale])],
    ]
  })
  const observe = (result: BatchObservableResult): void => {
    const now = bus.metrics()
    for (const [instrument, read] of observed) {
      for (const [attributes, value] of read(now, receivers))
        result.observe(instrument, value, { 'busbar.bus': bus.name, ...attributes })
    }
  }
  const instruments = observed.map(([instrument]) => instrument)
  meter.addBatchObservableCallback(observe, instruments)
  return { [Symbol.dispose]: () => meter.removeBatchObservableCallback(observe, instruments) }
}
