/** What a thread and the worker that it has started say to each other, on a port of their own. */
import type { MessagePort } from 'node:worker_threads'
import type { CloseReport } from '../contract/receipts.js'

/** The first message that a worker is sent: it is taken before the user's module can see it. */
export interface Order {
  /** The name of the bus that its module is expected to open. */
  readonly bus: string
  /** The URL of the module. */
  readonly module: string
  /** For all that is said after this. */
  readonly port: MessagePort
}

/** What the worker is told: to close its buses within so many milliseconds, and to end. */
export interface Stop {
  readonly timeoutMs: number
}

/** What the worker tells. */
export type Word =
  /** Its module has opened the bus. */
  | { readonly said: 'attached'; readonly attachment: number }
  /** Its module has been evaluated, and what that has registered is in the routing table. */
  | { readonly said: 'ready' }
  /** Another thread has shut down the bus: it closes its buses, and ends, as if it had been told to from here. */
  | { readonly said: 'leaving' }
  /** Its buses are closed; the report is that of the one it was expected to open. */
  | { readonly said: 'closed'; readonly report: CloseReport | undefined }
