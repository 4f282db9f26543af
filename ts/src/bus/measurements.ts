/** The measurements of a bus, for whoever reads them. */
import type { Metrics } from '../contract/metrics.js'
import type { CoreAttachment } from '../core/core.js'
import { NOTHING_HELD } from '../core/holdings.js'
import { prometheusText } from '../operate/metrics/prometheus.js'
import type { Reporter } from '../operate/metrics/reporter.js'
import { RowReader } from '../operate/metrics/rows.js'
import { MetricsSnapshot } from '../operate/metrics/snapshot.js'

/** The measurements of one attachment. */
export class Measurements {
  readonly #attachment: CoreAttachment
  readonly #reporter: Reporter | undefined
  readonly #reader: RowReader
  #last: Metrics | undefined

  /** @param reporter - undefined where nobody measures */
  constructor(attachment: CoreAttachment, reporter: Reporter | undefined) {
    this.#attachment = attachment
    this.#reporter = reporter
    this.#reader = new RowReader(attachment)
  }

  /** The numbers of now; after the bus has left this thread, those of then. */
  metrics(): Metrics {
    if (this.#last !== undefined) return this.#last
    this.#reporter?.report()
    return new MetricsSnapshot(this.#reader.read(), this.#attachment.holdings())
  }

  /** The same for Prometheus. */
  prometheus(bus: string, mostReceivers: number): string {
    return prometheusText(this.metrics(), bus, mostReceivers)
  }

  /** The bus is about to leave this thread. */
  end(): void {
    this.#reporter?.end()
    this.#last = new MetricsSnapshot(this.#reader.read(), NOTHING_HELD)
  }
}
