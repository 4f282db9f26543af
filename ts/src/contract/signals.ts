/** How a process that is told to end closes its buses. */
import type { CloseOptions } from './options.js'
import type { CloseReport } from './receipts.js'

/** When the buses are closed, and how. */
export interface CloseOnSignalsOptions extends Pick<CloseOptions, 'timeout'> {
  /** The signals: of Node.js' names, at least one; default `SIGTERM` and `SIGINT`. */
  signals?: readonly NodeJS.Signals[] | undefined
  /** Called with what came of each bus, before the process ends. What it throws is an uncaught exception. */
  onClosed?: ((report: CloseReport, bus: string) => void) | undefined
}
