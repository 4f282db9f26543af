/**
 * What the tracing channels of `node:diagnostics_channel` are told: `busbar:publish`, `busbar:deliver`, `busbar:request`
 * and `busbar:handle`. A channel that nobody subscribes to costs nothing.
 */
import type { Headers, Message } from './messages.js'

/** A message that is sent: the context of `busbar:publish`, `busbar:deliver` (also of `send()`) and `busbar:request`. */
export interface SendTrace {
  /** The name of the bus. */
  readonly bus: string
  /** The number of this thread's attachment: `message.sender`. */
  readonly attachment: number
  readonly topic: string
  readonly kind: Message['kind']
  readonly payload: unknown
  /** The pattern of the first receiver, which there are fewer of than topics; undefined where nobody receives it. */
  readonly pattern: string | undefined
  /** What is sent along. Who sets it at `start` has sent that instead: `traceparent`, say. */
  headers: Headers
  /** What it returned or resolved to: at `end` of a publish, at `asyncEnd` of the others. */
  result?: unknown
  /** At `error`: what it threw, or rejected with. */
  error?: unknown
}

/** A message at its receiver: the context of `busbar:handle`. */
export interface HandleTrace {
  readonly bus: string
  /** The number of this thread's attachment. */
  readonly attachment: number
  /** The id of the receiver. */
  readonly endpoint: number
  readonly pattern: string
  readonly name: string | undefined
  /** Of a receiver of batches, the first of the batch. */
  readonly message: Message
  /** All of a batch; else the message. */
  readonly messages: readonly Message[]
  result?: unknown
  error?: unknown
}
