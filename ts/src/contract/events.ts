/** What a bus tells about itself: typed events that may be ignored. */
import type { EventEmitter } from 'node:events'

/** A handler that threw or rejected. */
export interface FailureEvent {
  /** The topic of the message. */
  readonly topic: string
  /** The id of the message. */
  readonly id: string
  /** How often it had been given to a handler. */
  readonly attempt: number
  /** The id of the endpoint. */
  readonly endpoint: number
  /** What the handler threw. */
  readonly error: unknown
}

/** The events of a bus and what they carry. */
export type BusEventMap = {
  failure: [failure: FailureEvent]
}

/**
 * The events of one bus in this thread: what happens to its own receivers.
 *
 * @example
 * bus.events.on('failure', ({ topic, error }) => console.error(topic, error))
 */
export type BusEvents = EventEmitter<BusEventMap>
