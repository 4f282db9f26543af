/** Busbar and OpenTelemetry: spans of what is sent and handled, and the metrics of a bus. */

export { type InstrumentedBus, type InstrumentOptions, instrument } from './instrument.js'
export { exportMetrics, type MeasuredBus, type MetricsOptions } from './metrics.js'
